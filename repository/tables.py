"""The tables of schema `repository`, as the migrations leave them (a test compares the two)."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import UserDefinedType

from city.batch import CARRIED, INTERVALS, KEYS, TIMES

SCHEMA = "repository"
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


class Xid8(UserDefinedType[int]):
    """A transaction's 64-bit id."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


class PgSnapshot(UserDefinedType[str]):
    """Which transactions a look could see."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "pg_snapshot"


MOMENT = DateTime(timezone=True)
_TYPES: dict[str, Any] = {
    **dict.fromkeys(("latitude", "longitude", "area_km2", "value"), Double),
    **dict.fromkeys(("severity", "rating"), SmallInteger),
    **dict.fromkeys(("urgent", "data_reused", "fee_paid_online", "shared"), Boolean),
    **dict.fromkeys(("geometry", "attributes"), JSONB),
    **dict.fromkeys(("population", "runs", "failed"), Integer),
    **dict.fromkeys(INTERVALS, Interval),
    **dict.fromkeys(("tables", "metrics"), ARRAY(Text)),
    "bytes": BigInteger,
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "place": ("name", "kind", "parent_code", "latitude", "longitude", "area_km2", "population", "geometry"),
    "observation": ("value", "unit", "place_code", "latitude", "longitude"),
    "event": (
        *("domain", "category", "severity", "status", "opened_at", "acknowledged_at", "arrived_at"),
        *("closed_at", "place_code", "latitude", "longitude", "summary", "attributes"),
    ),
    "feedback": (
        *("category", "channel", "status", "urgent", "received_at", "verified_at", "assigned_at", "due_at"),
        *("extended_to", "first_response_at", "closed_at", "agency", "rating", "place_code", "latitude"),
        *("longitude", "summary", "duplicate_of", "updated_at"),
    ),
    "administrative_case": (
        *("procedure_code", "field", "agency", "channel", "status", "submitted_at", "due_at"),
        *("completed_at", "data_reused", "fee_paid_online", "rating", "place_code"),
    ),
    "sensor": ("kind", "name", "place_code", "latitude", "longitude", "expected_every", "attributes"),
    **{name: CARRIED[name][len(KEYS[name]) :] for name in ("feed", "feed_hour", "refusal")},
}
"""What each table holds besides its key (city.batch.KEYS) and its stamps."""

metadata = MetaData(schema=SCHEMA)


def _column(name: str, *, key: bool = False) -> Column[Any]:
    counted = BigInteger if name.startswith("rows_") else Text
    kind = MOMENT if name in TIMES else _TYPES.get(name, counted)
    return Column(name, kind, primary_key=key, nullable=not key)


def _stamps(*, defaults: bool) -> list[Column[Any]]:
    at = text("statement_timestamp()") if defaults else None
    inside = text("pg_current_xact_id()") if defaults else None
    return [
        Column("recorded_at", MOMENT, nullable=False, server_default=at),
        Column("recorded_in", Xid8, nullable=False, server_default=inside),
    ]


def _table(name: str) -> "Table[Any]":
    keys = [_column(k, key=True) for k in KEYS[name]]
    rest = [_column(c) for c in COLUMNS[name]]
    partitioned: dict[str, Any] = {"postgresql_partition_by": "RANGE (observed_at)"} if name == "observation" else {}
    return Table(name, metadata, *keys, *rest, *_stamps(defaults=True), **partitioned)


def _history(name: str) -> "Table[Any]":
    columns: list[Column[Any]] = [
        Column(c, _column(c).type, nullable=c not in KEYS[name]) for c in (*KEYS[name], *COLUMNS[name])
    ]
    replaced: list[Column[Any]] = [
        Column("replaced_at", MOMENT, nullable=False),
        Column("replaced_in", Xid8, nullable=False),
        Column("operation", Text, nullable=False),
    ]
    return Table(f"{name}_history", metadata, *columns, *_stamps(defaults=False), *replaced)


TABLES: dict[str, "Table[Any]"] = {name: _table(name) for name in KEYS}
HISTORY: dict[str, "Table[Any]"] = {name: _history(name) for name in KEYS}
"""What was replaced (operation UPDATE) or left its key (DELETE): every column, and when it was replaced."""


def sql_type(table: str, name: str) -> str:
    """The type of a column, as SQL writes it."""
    return str(TABLES[table].columns[name].type.compile(_DIALECT))


look = Table(
    "look",
    metadata,
    Column("look_id", BigInteger, Identity(always=True), primary_key=True),
    Column("looked_at", MOMENT, nullable=False),
    Column("pg_snapshot", PgSnapshot, nullable=False),
    Column("system_identifier", Text, nullable=False),
)
rejected = Table(
    "rejected",
    metadata,
    Column("rejected_id", BigInteger, Identity(always=True), primary_key=True),
    Column("source", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("file", Text),
    Column("row_number", BigInteger),
    Column("content", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("first_at", MOMENT, nullable=False),
    Column("last_at", MOMENT, nullable=False),
    Column("mapping", Text),
    UniqueConstraint("source", "kind", "digest"),
)
feed_cursor = Table(
    "feed_cursor",
    metadata,
    Column("source", Text, primary_key=True),
    Column("place", JSONB, nullable=False),
    Column("saved_at", MOMENT, nullable=False),
)
load_mapping = Table(
    "load_mapping",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("file", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("content", JSONB, nullable=False),
)
job_run = Table(
    "job_run",
    metadata,
    Column("job", Text, primary_key=True),
    Column("due_at", MOMENT, primary_key=True),
    Column("period", Text, nullable=False),
    Column("next_at", MOMENT, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    *(Column(c, Text if c == "claimed_by" else MOMENT) for c in ("claimed_by", "claimed_at", "heartbeat_at")),
    *(Column(c, Text if c in ("why", "outcome") else MOMENT) for c in ("failed_at", "why", "finished_at", "outcome")),
    UniqueConstraint("job", "period"),
)
report = Table(
    "report",
    metadata,
    Column("report_id", BigInteger, Identity(always=True), primary_key=True),
    *(Column(c, Text, nullable=False) for c in ("kind", "period")),
    *(Column(c, MOMENT, nullable=False) for c in ("starts_at", "ends_at")),
    Column("place_code", Text),
    Column("locale", Text, nullable=False),
    Column("made_at", MOMENT, nullable=False),
    Column("took", Interval, nullable=False),
    *(Column(c, Integer, nullable=False) for c in ("pages", "bytes")),
    *(Column(c, Text, nullable=False) for c in ("sha256", "unsigned_sha256", "snapshot_sha256")),
    Column("signed_by", Text),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("kind", "period", "place_code", "locale", postgresql_nulls_not_distinct=True),
)
report_mail = Table(
    "report_mail",
    metadata,
    Column("report_id", BigInteger, ForeignKey(report.c.report_id, ondelete="CASCADE"), primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("message_id", Text, nullable=False, unique=True),
    Column("next_at", MOMENT, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    *(Column(c, Text if c in ("claimed_by", "why") else MOMENT) for c in ("claimed_by", "claimed_at", "failed_at")),
    *(Column(c, Text if c == "why" else MOMENT) for c in ("why", "sent_at", "withdrawn_at")),
)
