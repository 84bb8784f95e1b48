"""Kept looks, refused rows, and the indexes that windows and first looks read by."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UPGRADE = """
create table repository.look (
  look_id bigint generated always as identity primary key,
  looked_at timestamptz not null,
  pg_snapshot pg_snapshot not null,
  system_identifier text not null
);
create index look_looked_at on repository.look (looked_at, look_id);
create table repository.rejected (
  rejected_id bigint generated always as identity primary key,
  source text not null, kind text not null, reason text not null, file text, row_number bigint,
  content text not null, digest text not null, first_at timestamptz not null, last_at timestamptz not null,
  unique (source, kind, digest)
);
create index rejected_last_at on repository.rejected (last_at);
create index observation_observed_at on repository.observation using brin (observed_at)
  with (pages_per_range = 32, autosummarize = on);

-- of a row with a life: when it last gave a sign ("infinity" while it is open), then when it began
create index event_last_sign on repository.event (
  (greatest(opened_at, acknowledged_at, arrived_at, coalesce(closed_at, 'infinity'::timestamptz))), opened_at);
create index feedback_last_sign on repository.feedback (
  (greatest(received_at, verified_at, assigned_at, first_response_at,
            coalesce(closed_at, 'infinity'::timestamptz))), received_at);
create index administrative_case_last_sign on repository.administrative_case (
  (greatest(submitted_at, coalesce(completed_at, 'infinity'::timestamptz))), submitted_at);
create index event_opened_at on repository.event (opened_at);
create index feedback_received_at on repository.feedback (received_at);
create index administrative_case_submitted_at on repository.administrative_case (submitted_at);
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    indexes = ("event_last_sign", "feedback_last_sign", "administrative_case_last_sign", "observation_observed_at")
    begins = ("event_opened_at", "feedback_received_at", "administrative_case_submitted_at")
    op.execute("drop index " + ", ".join(f"repository.{i}" for i in (*indexes, *begins)))
    op.execute("drop table repository.look, repository.rejected")
