"""Monthly partitions of `observation`: made ahead of time, and behind it out of the default one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import errors
from sqlalchemy import Connection as Transaction
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from repository.connect import unreachable
from repository.month import attach, copy
from repository.session import Connection

LOCK = 4_711_012
_BOUNDS = re.compile(r"FROM \('([^']+)'\) TO \('([^']+)'\)")
_LISTED = """
select c.relname, pg_get_expr(c.relpartbound, c.oid)
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'repository.observation'::regclass
"""
_STRAY = "select distinct date_trunc('month', observed_at, 'UTC') from repository.observation_default order by 1"


@dataclass(frozen=True, slots=True)
class Partition:
    """A part of `observation` from `start` up to `end`; the default one has neither."""

    name: str
    start: datetime | None = None
    end: datetime | None = None


def listed(connection: Connection) -> list[Partition]:
    """Every partition, the newest first and the default one last."""
    parts = [_partition(name, bounds) for name, bounds in connection.execute(_LISTED).fetchall()]
    return sorted(parts, key=lambda p: p.start or datetime.min.replace(tzinfo=UTC), reverse=True)


def ahead(engine: Engine, moment: datetime, months: int = 3) -> int:
    """Makes the partitions of this month and of the following ones; how many were missing. Raises RepositoryError."""
    return ensure(engine, moment, list(_months(moment, months + 1))[-1])


def ensure(engine: Engine, start: datetime, end: datetime) -> int:
    """Makes the monthly partitions from `start` to `end`; how many were missing. Raises RepositoryError.

    Rows of these months that lie in the default partition move over; nobody who follows sees that as a change. Where
    somebody holds the default partition for long, a month is left for the next time.
    """
    wanted = (end.year - start.year) * 12 + end.month - start.month + 1
    return _make(engine, list(_months(start, wanted)))


def drain(engine: Engine) -> int:
    """Moves what lies in the default partition into monthly ones, a month at a time; how many were made.

    Raises RepositoryError.
    """
    try:
        with engine.begin() as connection:
            stray = list(connection.execute(text(_STRAY)).scalars())
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
    made = _make(engine, [m.astimezone(UTC) for m in stray])
    if made:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum repository.observation_default"))
    return made


def _make(engine: Engine, months: list[datetime]) -> int:
    try:
        with engine.connect() as connection:
            connection.execute(text("select pg_advisory_lock(:key)"), {"key": LOCK})
            try:
                known = {name for name, _ in connection.execute(text(_LISTED))}
                connection.commit()
                return sum(_move(connection, m) for m in months if name_of(m) not in known)
            finally:
                connection.rollback()
                connection.execute(text("select pg_advisory_unlock(:key)"), {"key": LOCK})
                connection.commit()
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def _move(connection: Transaction, month: datetime) -> bool:
    """First a copy, while everybody goes on; then, under a short lock, what changed since, and the change-over."""
    name, following = name_of(month), list(_months(month, 2))[-1]
    snapshot = copy(connection, name, month, following)
    try:
        attach(connection, name, month, following, snapshot)
    except OperationalError as e:
        if not isinstance(e.orig, errors.LockNotAvailable):
            raise
        connection.rollback()
        connection.execute(text(f"drop table repository.{name}"))
        connection.commit()
        return False
    return True


def name_of(month: datetime) -> str:
    return f"observation_{month:%Y_%m}"


def _months(moment: datetime, count: int) -> Iterator[datetime]:
    """The first instants of `count` months in UTC, from the moment's on."""
    first = moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for i in range(count):
        years, month = divmod(first.month - 1 + i, 12)
        yield first.replace(year=first.year + years, month=month + 1)


def _partition(name: str, bounds: str) -> Partition:
    found = _BOUNDS.search(bounds)
    if not found:
        return Partition(name)
    return Partition(name, *(datetime.fromisoformat(b) for b in found.groups()))
