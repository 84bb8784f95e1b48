"""Feeds: the card and the last run of each, what came in hour by hour, what was refused and why; stamped, with history,
like the six."""

from alembic import op

from repository.migrations import triggers_0001 as triggers

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FEED = """
  title text, domain text, standard text, url text, owner text, licence text, every interval, stale_after interval,
  tables text[], metrics text[], shared boolean, run_at timestamptz, outcome text, why text, took interval,
  bytes bigint, rows_read bigint, rows_new bigint, rows_unchanged bigint, rows_refused bigint,
  newest_observed_at timestamptz, delay interval, succeeded_at timestamptz, failing_since timestamptz,
  declared_at timestamptz, withdrawn_at timestamptz"""
_FEED_HOUR = """
  runs integer, failed integer, succeeded_at timestamptz, longest_gap interval, rows_read bigint, rows_new bigint,
  rows_unchanged bigint, rows_refused bigint, rows_duplicate bigint, rows_converted bigint, delay interval"""
_REFUSAL = """
  rows_refused bigint, first_at timestamptz, last_at timestamptz, sample text"""
TABLES: dict[str, tuple[dict[str, str], str]] = {
    "feed": ({"source": "text"}, _FEED),
    "feed_hour": ({"source": "text", "hour_at": "timestamptz"}, _FEED_HOUR),
    "refusal": ({"source": "text", "kind": "text", "reason": "text"}, _REFUSAL),
}
"""Table → its key, and the rest of its columns."""


def upgrade() -> None:
    for name, (key, rest) in TABLES.items():
        _create(name, key, rest)
        columns = [*key, *(c.split()[0] for c in rest.split(","))]
        op.execute(triggers.history(name, list(key), columns))
        # its own runs are no news of the city: they wait for the next look on the schedule
        op.execute(triggers.attach(name) + f"drop trigger announce on repository.{name};")
    # the one version of a feed that a past moment saw, and the hours around that moment
    op.execute("""
        create index feed_history_until on repository.feed_history (source, replaced_at);
        create index feed_history_until_in on repository.feed_history (source, replaced_in);
        create index feed_hour_hour_at on repository.feed_hour (hour_at);
        create index feed_hour_history_hour_at on repository.feed_hour_history (hour_at);
    """)


def _create(name: str, key: dict[str, str], rest: str) -> None:
    keys = ", ".join(f"{c} {kind} not null" for c, kind in key.items())
    times = [c.split()[0] for c in f"{keys},{rest}".split(",") if "timestamptz" in c]
    check = " and ".join(f"{t} between '0001-01-02Z' and '9999-12-30Z'" for t in times)
    op.execute(f"""
        create table repository.{name} (
          {keys}, {rest},
          recorded_at timestamptz not null default statement_timestamp(),
          recorded_in xid8 not null default pg_current_xact_id(),
          primary key ({", ".join(key)}), constraint {name}_moments check ({check})
        );
        create index {name}_recorded_in on repository.{name} (recorded_in);
        create table repository.{name}_history (
          {keys}, {rest}, recorded_at timestamptz not null, recorded_in xid8 not null,
          replaced_at timestamptz not null, replaced_in xid8 not null, operation text not null
        );
        create index {name}_history_key on repository.{name}_history ({", ".join(key)});
        create index {name}_history_replaced_in on repository.{name}_history (replaced_in);
    """)


def downgrade() -> None:
    for name in TABLES:
        op.execute(f"drop table repository.{name}, repository.{name}_history")
        op.execute(f"drop function repository.keep_{name}()")
