"""Cases of diseases of former years, found without reading what else was observed then."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(r"create index observation_cases on repository.observation (observed_at) where metric like 'cases\_%'")


def downgrade() -> None:
    op.execute("drop index repository.observation_cases")
