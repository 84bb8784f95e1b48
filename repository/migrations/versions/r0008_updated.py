"""When a ticket was last changed where it comes from: an older version of it that is read again changes nothing."""

from alembic import op

from repository.migrations import triggers_0001 as triggers
from repository.migrations.versions.r0001_tables import TABLES

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLE = "feedback"
COLUMN = "updated_at"


def upgrade() -> None:
    op.execute(f"alter table repository.{TABLE} add column {COLUMN} timestamptz")
    op.execute(f"alter table repository.{TABLE}_history add column {COLUMN} timestamptz")
    op.execute(_keeping(COLUMN))


def downgrade() -> None:
    op.execute(_keeping())
    op.execute(f"alter table repository.{TABLE} drop column {COLUMN}")
    op.execute(f"alter table repository.{TABLE}_history drop column {COLUMN}")


def _keeping(*more: str) -> str:
    """The function that moves what was replaced to history, with these columns besides those of the first revision."""
    key, rest = TABLES[TABLE]
    columns = [*key, *(c.split()[0] for c in rest.split(",")), *more]
    return triggers.history(TABLE, list(key), columns).replace("create function", "create or replace function")
