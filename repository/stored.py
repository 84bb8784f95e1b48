"""How far back the repository goes, asked so that it costs the same however much is stored."""

from datetime import UTC, datetime, timedelta

from psycopg import sql
from sqlalchemy import Engine

from city.batch import BEGINS
from city.stored import Stored
from repository.partitions import Partition, listed
from repository.session import Connection, reading

FEW = 50
"""Fewer readings in a month than this do not open the past: sensors that "stand since 2010" bring one each."""
SILENCE = timedelta(days=60)
MARKED = 2
"""Incidents of this severity or worse are marked."""
_MARKS = """
select date_trunc('day', opened_at, 'UTC'), count(*) from repository.event
where severity <= %(worst)s and opened_at between %(first)s and %(now)s group by 1 order by 1
"""


def stored(engine: Engine, now: datetime) -> Stored:
    """What is stored up to `now`. Raises RepositoryError."""
    with reading(engine) as connection:
        begins = [_begin(connection, table, column, now) for table, column in BEGINS.items()]
        known = [b for b in (*begins, _readings(connection)) if b is not None and b <= now]
        if not known:
            return Stored()
        first = min(known)
        marks = connection.execute(_MARKS, {"worst": MARKED, "first": first, "now": now}).fetchall()
        return Stored(first, tuple((day, count) for day, count in marks))


def _begin(connection: Connection, table: str, column: str, now: datetime) -> datetime | None:
    """When rows began to come that have come without a long silence since: an archive of a former year's season is
    there to be compared with, and does not open the past."""
    name, rows = sql.Identifier(column), sql.Identifier("repository", table)
    before = sql.SQL("select max({0}) from {1} where {0} <= %s").format(name, rows)
    at = _one(connection, before, now)
    if at is None:
        return None
    while (found := _one(connection, before, at - SILENCE / 2)) and at - found <= SILENCE:
        at = found
    since = sql.SQL("select min({0}) from {1} where {0} > %s").format(name, rows)
    return _one(connection, since, found or datetime.min.replace(tzinfo=UTC))


def _one(connection: Connection, asked: sql.Composed, moment: datetime) -> datetime | None:
    row = connection.execute(asked, [moment]).fetchone()
    return row[0] if row else None


def _readings(connection: Connection) -> datetime | None:
    """When the oldest month with more than a few readings begins to have them."""
    for part in sorted((p for p in listed(connection) if p.start), key=lambda p: str(p.start)):
        name = sql.Identifier("repository", part.name)
        some = sql.SQL("select count(*) from (select from {} where metric not like %s limit %s) as few").format(name)
        row = connection.execute(some, ["cases\\_%", FEW]).fetchone()
        if row and row[0] >= FEW:
            return _first(connection, part)
    return None


def _first(connection: Connection, part: Partition) -> datetime | None:
    """The first reading of a month: hopping from series to series along the key, or the month's own rows if few."""
    statement = """
        with recursive series as (
          (select source, sensor_id, metric, observed_at from {part}
           order by source, sensor_id, metric, observed_at limit 1)
          union all
          select n.* from series s cross join lateral (
            select o.source, o.sensor_id, o.metric, o.observed_at from {part} o
            where (o.source, o.sensor_id, o.metric) > (s.source, s.sensor_id, s.metric)
            order by o.source, o.sensor_id, o.metric, o.observed_at limit 1) n
        ) select min(observed_at) from series"""
    row = connection.execute(sql.SQL(statement).format(part=sql.Identifier("repository", part.name))).fetchone()
    return row[0] if row else None
