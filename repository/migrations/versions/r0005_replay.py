"""Where feeds go on from, and what is needed to take refused rows of a load in once their mapping is mended."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UPGRADE = """
create table repository.feed_cursor (
  source text primary key, place jsonb not null, saved_at timestamptz not null
);
create table repository.load_mapping (
  digest text primary key, file text not null, kind text not null, content jsonb not null
);
alter table repository.rejected add column mapping text;
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("alter table repository.rejected drop column mapping")
    op.execute("drop table repository.load_mapping, repository.feed_cursor")
