"""The six tables, their history, and the triggers that stamp, keep what was replaced, and tell who listens."""

from alembic import op

from repository.migrations import triggers_0001 as triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_PLACE = """
  name text, kind text, parent_code text, latitude double precision, longitude double precision,
  area_km2 double precision, population integer, geometry jsonb"""
_OBSERVATION = """
  value double precision, unit text, place_code text, latitude double precision, longitude double precision"""
_EVENT = """
  domain text, category text, severity smallint, status text, opened_at timestamptz, acknowledged_at timestamptz,
  arrived_at timestamptz, closed_at timestamptz, place_code text, latitude double precision,
  longitude double precision, summary text, attributes jsonb"""
_FEEDBACK = """
  category text, channel text, status text, urgent boolean, received_at timestamptz, verified_at timestamptz,
  assigned_at timestamptz, due_at timestamptz, extended_to timestamptz, first_response_at timestamptz,
  closed_at timestamptz, agency text, rating smallint, place_code text, latitude double precision,
  longitude double precision, summary text, duplicate_of text"""
_CASE = """
  procedure_code text, field text, agency text, channel text, status text, submitted_at timestamptz,
  due_at timestamptz, completed_at timestamptz, data_reused boolean, fee_paid_online boolean, rating smallint,
  place_code text"""
_SENSOR = """
  kind text, name text, place_code text, latitude double precision, longitude double precision,
  expected_every interval, attributes jsonb"""
TABLES: dict[str, tuple[dict[str, str], str]] = {
    "place": ({"place_code": "text"}, _PLACE),
    "sensor": ({"source": "text", "sensor_id": "text"}, _SENSOR),
    "observation": (
        {"source": "text", "sensor_id": "text", "metric": "text", "observed_at": "timestamptz"},
        _OBSERVATION,
    ),
    "event": ({"source": "text", "event_id": "text"}, _EVENT),
    "feedback": ({"source": "text", "feedback_id": "text"}, _FEEDBACK),
    "administrative_case": ({"source": "text", "case_id": "text"}, _CASE),
}
"""Table → its key, and the rest of its columns."""


def upgrade() -> None:
    op.execute(triggers.FUNCTIONS)
    for name, (key, rest) in TABLES.items():
        _create(name, key, rest)
        columns = [*key, *(c.split()[0] for c in rest.split(","))]
        op.execute(triggers.history(name, list(key), columns))
        op.execute(triggers.attach(name))
    op.execute(
        "create table repository.observation_default partition of repository.observation default;"
        + triggers.no_truncate("observation_default")
    )


def _create(name: str, key: dict[str, str], rest: str) -> None:
    """`recorded_in` is what followers look by, so every table and partition has an index of it."""
    keys = ", ".join(f"{c} {kind} not null" for c, kind in key.items())
    times = [c.split()[0] for c in f"{keys},{rest}".split(",") if "timestamptz" in c]
    # 'infinity' and years beyond 9999 are no moments for anybody who reads
    check = " and ".join(f"{t} between '0001-01-02Z' and '9999-12-30Z'" for t in times)
    rule = f", constraint {name}_moments check ({check})" if times else ""
    partitioned = " partition by range (observed_at)" if name == "observation" else ""
    op.execute(f"""
        create table repository.{name} (
          {keys}, {rest},
          recorded_at timestamptz not null default statement_timestamp(),
          recorded_in xid8 not null default pg_current_xact_id(),
          primary key ({", ".join(key)}){rule}
        ){partitioned};
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
    op.execute("drop function repository.stamp(), repository.announce(), repository.refuse()")
