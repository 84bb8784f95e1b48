"""How rows come into a table: new ones are inserted, changed ones updated, equal ones left alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg import sql

from city.batch import KEYS
from repository.session import Connection
from repository.tables import SCHEMA

STAMP = "recorded_at"
# Planned without statistics of what is merged: an index look-up a row is never bad, a scan of all partitions is.
_PLAN = (
    "select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), "
    "set_config('enable_mergejoin', 'off', true), set_config('repository.backdate', %s, true)"
)
# First what is new. What then is left was there before, or came from somebody else meanwhile: the second statement
# sees both, and touches only what differs.
_INSERT = "insert into {table} ({columns}) select {columns} from {source} on conflict ({key}) do nothing"
_TOLD = (
    "with new as ({insert} returning {moment}) "
    "select count(*), percentile_disc(0.5) within group (order by {moment}) from new"
)
_UPDATE = """
update {table} t set {assigned} from (select {columns} from {source}) s
where {same} and ({stored}) is distinct from ({staged}){newer}
"""
UPDATED = "updated_at"
# An older version of a row that comes again, from a replay or a page that was slow, changes nothing. Where either side
# does not say when it was changed, the last to come wins.
_NEWER = " and (s.{updated} < t.{updated}) is not true"


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of rows."""

    written: int = 0
    updated: int = 0
    unchanged: int = 0
    observed: tuple[tuple[datetime, int], ...] = ()
    """Where asked for: medians of when the written rows were observed or began, each with of how many."""

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.written + other.written,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.observed + other.observed,
        )


@dataclass(frozen=True, slots=True)
class Merge:
    """Rows on their way into `table`.

    Columns not named keep what is stored. `derived` columns are ours and not the writer's: where they are empty,
    what is stored stays. With `recorded_at` among the columns each row brings its own (see the stamp trigger).
    A `known` merge changes rows that are there and makes none. `moment` is the time whose median the counts tell.
    """

    table: str
    columns: Sequence[str]
    derived: frozenset[str] = frozenset()
    known: bool = False
    moment: str | None = None

    def run(self, connection: Connection, source: sql.Composed, rows: int, values: Sequence[Any] = ()) -> Counts:
        """Merges the `rows` that `source` holds, within the transaction under way.

        Its keys must be distinct; in one order everywhere, or two writers may wait for each other.
        """
        connection.execute(_PLAN, ["row" if STAMP in self.columns else ""])
        inserted = Counts() if self.known else self._insert(connection, source, values)
        written, updated = inserted.written, 0
        if written < rows and self._compared:
            updated = connection.execute(self._statement(_UPDATE, source), values).rowcount
        return Counts(written, updated, rows - written - updated, inserted.observed)

    def _insert(self, connection: Connection, source: sql.Composed, values: Sequence[Any]) -> Counts:
        insert = self._statement(_INSERT, source)
        if self.moment is None:
            return Counts(connection.execute(insert, values).rowcount)
        told = sql.SQL(_TOLD).format(insert=insert, moment=sql.Identifier(self.moment))
        n, median = connection.execute(told, values).fetchone() or (0, None)
        return Counts(n, observed=((median, n),) if median else ())

    @property
    def _rest(self) -> list[str]:
        return [c for c in self.columns if c not in KEYS[self.table]]

    @property
    def _compared(self) -> list[str]:
        return [c for c in self._rest if c != STAMP]

    def _statement(self, form: LiteralString, source: sql.Composed) -> sql.Composed:
        key = KEYS[self.table]
        return sql.SQL(form).format(
            table=sql.Identifier(SCHEMA, self.table),
            source=source,
            columns=_listed(self.columns),
            key=_listed(key),
            same=sql.SQL(" and ").join(_equal("t", "s", k) for k in key),
            stored=_listed(self._compared, "t"),
            staged=sql.SQL(", ").join(self._value(c) for c in self._compared),
            newer=sql.SQL(_NEWER if UPDATED in self.columns else "").format(updated=sql.Identifier(UPDATED)),
            assigned=sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(c), self._value(c)) for c in self._rest
            ),
        )

    def _value(self, column: str) -> sql.Composable:
        new = sql.Identifier("s", column)
        return sql.SQL("coalesce({}, {})").format(new, sql.Identifier("t", column)) if column in self.derived else new


def _listed(columns: Sequence[str], side: str | None = None) -> sql.Composed:
    names = [sql.Identifier(c) if side is None else sql.Identifier(side, c) for c in columns]
    return sql.SQL(", ").join(names)


def _equal(a: str, b: str, column: str) -> sql.Composed:
    return sql.SQL("{} = {}").format(sql.Identifier(a, column), sql.Identifier(b, column))
