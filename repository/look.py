"""What is new since the last look, by what the last look could not see.

A look keeps its `pg_current_snapshot()`. A row is new to the next look when its transaction was not visible in that
snapshot: it was in progress then, or began later. Whatever the order of commits, each row is found exactly once, and
an index of `recorded_in` finds it without reading what is stored. Snapshots come from the primary only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Cursor
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from city.batch import BEGINS, KEYS, Batch, Change, column
from repository.columns import from_rows, keys
from repository.connect import unreachable
from repository.errors import RepositoryError
from repository.fresh import FRESH, GONE, LEFT, MANY, PART, SETTINGS, TOUCHED, matters
from repository.older import newest_of
from repository.session import Connection, reading
from repository.whole import whole
from repository.windows import Sight, Window

SYSTEM = """
case when pg_is_in_recovery() then null
else (select system_identifier::text from pg_control_system()) || '/' ||
     substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '/' || extract(epoch from pg_postmaster_start_time()) end
"""
_HEAD = f"select pg_current_snapshot()::text, {SYSTEM}, clock_timestamp()"
_BEGAN = ", ".join(f"(select min({begin}) from repository.{table})" for table, begin in BEGINS.items())  # noqa: S608
_ASK = f"""{_HEAD}, array[{", ".join(TOUCHED)}], array[{", ".join(LEFT)}]"""
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Look:
    """A look at the repository: what it could see, the moment it was for, and of which run of which cluster.

    `system` is identifier/timeline/start: a server that was restored, promoted or restarted is another. `clock` is
    the database's own when it looked; so many seconds it is `ahead` of ours for sure, behind when negative. It `took`
    so many seconds. The first look that it goes back to read so many `rows`.
    """

    snapshot: str
    looked_at: datetime
    system: str
    clock: datetime | None = None
    ahead: float = 0.0
    took: float = 0.0
    rows: int = 0


class LookLost(RepositoryError):  # noqa: N818  what it means, not that it is bad
    """The last look says nothing about this database: another cluster, a failover, or a restored backup."""


def first_look(engine: Engine, at: datetime, horizon: datetime | None = None) -> tuple[Batch, Look]:
    """Everything the picture at `at` needs, with all that begins up to `horizon` (by default a day later).

    Raises RepositoryError.
    """
    with reading(engine) as connection:
        snapshot, system, clock = _head(connection.execute(_HEAD))
        batch = whole(connection, Window.before(at, horizon), Sight())
        return batch, Look(snapshot, at, system, clock, rows=max(map(len, batch.changes.values())))


def news(engine: Engine, previous: Look, at: datetime) -> tuple[Batch, Look]:
    """What `previous` could not see. Very much of it, or a changed place, makes it a first look.

    Raises LookLost when a first look is needed, RepositoryError when the database cannot be used.
    """
    window = Window.before(at)
    with reading(engine, SETTINGS) as connection:
        many = max(MANY, previous.rows // PART)
        parameters = {**_unseen(previous.snapshot), **window.parameters, "many": many}
        snapshot, system, clock, touched, left = _head(connection.execute(_ASK, parameters, prepare=True))
        if system != previous.system or _following(snapshot) < _following(previous.snapshot):
            raise LookLost("the repository is another one than at the last look, or was restored")
        look = Look(snapshot, at, system, clock, rows=previous.rows)
        if not any((*touched, *left)):
            return Batch({}), look
        fresh, gone, began = _fetch(connection, parameters, _among(touched), _among(left))
        much = any(len(rows) > many for rows in (*fresh.values(), *gone.values()))
        if not much and not fresh["place"] and not gone["place"]:
            # a table that was touched is told of by one row at least: its beginning may have changed
            found = {t: [row for row in rows if matters(t, row)] or rows[:1] for t, rows in fresh.items()}
            if gone["observation"]:
                found["observation"] += newest_of(connection, window, {row[:3] for row in gone["observation"]})
            return _batch(found, gone, began), look
    return first_look(engine, at)


def ahead(theirs: datetime | None, asked: datetime, answered: datetime) -> float:
    """Seconds by which a clock that was read in between is ahead of ours, behind when negative: what is sure of it."""
    if theirs is None:
        return 0.0
    after, before = (theirs - answered).total_seconds(), (asked - theirs).total_seconds()
    return max(after, 0.0) - max(before, 0.0)


def ask(engine: Engine) -> None:
    """Does it answer at all? Raises RepositoryError."""
    try:
        with engine.connect() as connection:
            connection.execute(text("select 1"))
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def keep(engine: Engine, look: Look) -> None:
    """Remembers a look that found something, so that its moment can be shown as it was known.

    Raises RepositoryError.
    """
    statement = (
        "insert into repository.look (looked_at, pg_snapshot, system_identifier) values (:at, :snapshot, :system)"
    )
    values = {"at": look.looked_at, "snapshot": look.snapshot, "system": look.system.split("/")[0]}
    try:
        with engine.begin() as connection:
            connection.execute(text(statement.replace(":snapshot", "cast(:snapshot as pg_snapshot)")), values)
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def _batch(found: Mapping[str, Rows], gone: Mapping[str, Rows], began: Sequence[datetime | None]) -> Batch:
    touched = [t for t in KEYS if found[t] or gone[t]]
    starts = dict(zip(BEGINS, column("opened_at", list(began)), strict=True))
    changes = {t: Change(from_rows(t, found[t]), keys(t, gone[t])) for t in touched}
    return Batch(changes, began={t: starts[t] for t in touched if t in starts})


def _head(cursor: Cursor[Any]) -> tuple[Any, ...]:
    head: tuple[Any, ...] | None = cursor.fetchone()
    if head is None or head[1] is None:
        raise RepositoryError("the repository is a standby: looks need the primary")
    return head


def _among(flags: Sequence[bool]) -> list[str]:
    return [table for table, flag in zip(KEYS, flags, strict=True) if flag]


def _fetch(
    connection: Connection, parameters: Mapping[str, Any], touched: Sequence[str], left: Sequence[str]
) -> tuple[dict[str, Rows], dict[str, Rows], Sequence[datetime | None]]:
    """Fresh rows, keys that are gone (a table each, all tables named), and when rows with a life began."""
    with connection.pipeline():
        fresh = {t: connection.execute(FRESH[t], parameters, prepare=True, binary=True) for t in touched}
        gone = {t: connection.execute(GONE[t], parameters, prepare=True, binary=True) for t in left}
        began = connection.execute(f"select {_BEGAN}", prepare=True)
    none: dict[str, Rows] = {t: [] for t in KEYS}
    found = {**none, **{t: c.fetchall() for t, c in fresh.items()}}
    return found, {**none, **{t: c.fetchall() for t, c in gone.items()}}, began.fetchone() or ()


def _unseen(snapshot: str) -> dict[str, Any]:
    """Transactions a snapshot (xmin:xmax:those in progress) does not show: all from xmax on, and those in progress."""
    _, following, open_ = snapshot.split(":")
    return {"following": following, "open": open_.split(",") if open_ else []}


def _following(snapshot: str) -> int:
    return int(snapshot.split(":")[1])
