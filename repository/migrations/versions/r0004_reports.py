"""Timed work as rows that are claimed, the archive of reports, and to whom each was sent."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UPGRADE = """
create table repository.job_run (
  job text not null, due_at timestamptz not null, period text not null,
  next_at timestamptz not null, attempts integer not null default 0,
  claimed_by text, claimed_at timestamptz, heartbeat_at timestamptz,
  failed_at timestamptz, why text, finished_at timestamptz, outcome text,
  primary key (job, due_at), unique (job, period),
  constraint job_run_outcome check ((outcome is null) = (finished_at is null) and outcome in ('ok', 'skipped'))
);
create index job_run_open on repository.job_run (next_at) where finished_at is null;
create table repository.report (
  report_id bigint generated always as identity primary key,
  kind text not null, period text not null, starts_at timestamptz not null, ends_at timestamptz not null,
  place_code text, locale text not null, made_at timestamptz not null, took interval not null,
  pages integer not null, bytes integer not null, sha256 text not null, unsigned_sha256 text not null,
  snapshot_sha256 text not null, signed_by text, content bytea not null,
  unique nulls not distinct (kind, period, place_code, locale)
);
alter table repository.report alter column content set storage external;  -- a PDF is compressed already
create table repository.report_mail (
  report_id bigint not null references repository.report on delete cascade, recipient text not null,
  message_id text not null unique, next_at timestamptz not null, attempts integer not null default 0,
  claimed_by text, claimed_at timestamptz, failed_at timestamptz, why text, sent_at timestamptz,
  withdrawn_at timestamptz,
  primary key (report_id, recipient)
);
create index report_mail_open on repository.report_mail (next_at) where sent_at is null and withdrawn_at is null;
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("drop table repository.report_mail, repository.report, repository.job_run")
