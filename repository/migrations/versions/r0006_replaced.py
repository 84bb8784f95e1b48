"""What stood at a past look, found without reading all that was replaced since: an index of when versions stood.

A version is seen by a look only if it was written before the look's last transaction and replaced after its first one.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("event", "feedback", "administrative_case", "observation")
STOOD = """int8range(least(recorded_in::text::bigint, replaced_in::text::bigint),
  greatest(recorded_in::text::bigint, replaced_in::text::bigint), '[]')"""


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"create index {table}_history_stood on repository.{table}_history using gist (({STOOD}))")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"drop index repository.{table}_history_stood")
