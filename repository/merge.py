"""One statement that brings rows into a table: new ones inserted, changed ones updated, equal ones left alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from city.batch import KEYS
from repository.session import Connection
from repository.tables import SCHEMA

STAMP = "recorded_at"
# Planned without statistics of what is merged: an index look-up a row is never bad, a scan of all partitions is.
_PLAN = (
    "select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), "
    "set_config('enable_mergejoin', 'off', true), set_config('statement_timeout', %s, true), "
    "set_config('repository.backdate', %s, true)"
)
_MERGE = """
with s as materialized (select {columns} from {source} order by {key}),
u as (
  update {table} t set {set_stored} from s
  where {same}{within} and ({stored}) is distinct from ({staged}) returning 1
),
i as (
  insert into {table} as t ({columns}) select {columns} from s
  where not exists (select from {table} t where {same}{within})
  on conflict ({key}) do update set {set_excluded} where ({stored}) is distinct from ({excluded}) returning 1
)
select (select count(*) from s), (select count(*) from u), (select count(*) from i)
"""
_ADD = """
with s as materialized (select {columns} from {source} order by {key}),
i as (insert into {table} as t ({columns}) select {columns} from s on conflict ({key}) do nothing returning 1)
select (select count(*) from s), 0, (select count(*) from i)
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of rows."""

    written: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.written + other.written, self.updated + other.updated, self.unchanged + other.unchanged)


@dataclass(frozen=True, slots=True)
class Merge:
    """Rows on their way into `table`.

    Columns not named keep what is stored. `derived` columns are ours and not the writer's: where they are empty,
    what is stored stays. With `recorded_at` among the columns each row brings its own (see the stamp trigger).
    """

    table: str
    columns: Sequence[str]
    derived: frozenset[str] = frozenset()

    def run(
        self, connection: Connection, source: sql.Composable, values: Sequence[Any] = (), *, timeout: int = 0
    ) -> Counts:
        """Merges what `source` selects from (keys must be distinct), within the transaction under way."""
        connection.execute(_PLAN, [str(timeout), "row" if STAMP in self.columns else ""])
        row = connection.execute(self._statement(source), values).fetchone()
        came, updated, written = row or (0, 0, 0)
        return Counts(written, updated, came - updated - written)

    def _statement(self, source: sql.Composable) -> sql.Composed:
        key = KEYS[self.table]
        rest = [c for c in self.columns if c not in key]
        compared = [c for c in rest if c != STAMP]
        within = sql.SQL("")
        if self.table == "observation":  # lets the planner leave out partitions
            within = sql.SQL(
                " and t.observed_at between (select min(observed_at) from s) and (select max(observed_at) from s)"
            )
        return sql.SQL(_MERGE if compared else _ADD).format(
            table=sql.Identifier(SCHEMA, self.table),
            source=source,
            columns=_listed(self.columns),
            key=_listed(key),
            same=sql.SQL(" and ").join(_equal("t", "s", k) for k in key),
            within=within,
            stored=_listed(compared, "t"),
            staged=self._values(compared, "s"),
            excluded=self._values(compared, "excluded"),
            set_stored=self._assigned(rest, "s"),
            set_excluded=self._assigned(rest, "excluded"),
        )

    def _value(self, column: str, side: str) -> sql.Composable:
        new = sql.Identifier(side, column)
        return sql.SQL("coalesce({}, {})").format(new, sql.Identifier("t", column)) if column in self.derived else new

    def _values(self, columns: Sequence[str], side: str) -> sql.Composed:
        return sql.SQL(", ").join(self._value(c, side) for c in columns)

    def _assigned(self, columns: Sequence[str], side: str) -> sql.Composed:
        return sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(c), self._value(c, side)) for c in columns)


def _listed(columns: Sequence[str], side: str | None = None) -> sql.Composed:
    names = [sql.Identifier(c) if side is None else sql.Identifier(side, c) for c in columns]
    return sql.SQL(", ").join(names)


def _equal(a: str, b: str, column: str) -> sql.Composed:
    return sql.SQL("{} = {}").format(sql.Identifier(a, column), sql.Identifier(b, column))
