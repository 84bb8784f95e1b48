"""Of every series of readings the newest one before its window, however old.

Its cost goes with the number of series, not of rows: a loose scan hops from series to series along the key, one
partition at a time, and takes the newest reading of each by one probe of the same index.
"""

from collections.abc import Iterable, Sequence

from psycopg import sql

from repository.columns import Row, moment, selected
from repository.partitions import listed
from repository.session import Connection
from repository.windows import Sight, Window

_SERIES = ("source", "sensor_id", "metric")
_HOPS = """
with recursive series as (
  (select source, sensor_id, metric from {part} order by source, sensor_id, metric limit 1)
  union all
  select n.* from series s cross join lateral (
    select o.source, o.sensor_id, o.metric from {part} o
    where (o.source, o.sensor_id, o.metric) > (s.source, s.sensor_id, s.metric)
    order by o.source, o.sensor_id, o.metric limit 1) n
)
select n.* from series s
join unnest(%(metrics)s::text[], %(starts)s::timestamptz[]) as w (metric, start) using (metric)
cross join lateral (
  select {columns} from {part} o
  where o.source = s.source and o.sensor_id = s.sensor_id and o.metric = s.metric
    and o.observed_at <= w.start and {seen}
  order by o.observed_at desc limit 1) n
"""
_REPLACED = """
select distinct on (source, sensor_id, metric) {columns} from repository.observation_history
join unnest(%(metrics)s::text[], %(starts)s::timestamptz[]) as w (metric, start) using (metric)
where observed_at <= start and {seen}
order by source, sensor_id, metric, observed_at desc
"""
_OF_SERIES = """
select n.* from unnest(%(source)s::text[], %(sensor_id)s::text[], %(metric)s::text[])
  as s (source, sensor_id, metric)
join unnest(%(metrics)s::text[], %(starts)s::timestamptz[]) as w (metric, start) using (metric)
cross join lateral (
  select {columns} from repository.observation o
  where o.source = s.source and o.sensor_id = s.sensor_id and o.metric = s.metric and o.observed_at <= w.start
  order by o.observed_at desc limit 1) n
"""
_COLUMNS = sql.SQL(selected("observation"))


def newest_before(connection: Connection, window: Window, sight: Sight, *earlier: Window) -> list[Row]:
    """Rows of `observation` in the order of CARRIED, one a series that has a reading before its window.

    With `earlier` windows also those before each of these, and perhaps some between.
    """
    parameters = {**window.parameters, **sight.parameters}
    for name in ("metrics", "starts"):
        parameters[name] = [x for w in (window, *earlier) for x in w.parameters[name]]
    found: list[Row] = []
    for part in listed(connection):
        if part.start is not None and part.start > window.at:
            continue
        if sight.kind == "look" and not _any_seen(connection, part.name, sight):
            continue
        hops = sql.SQL(_HOPS).format(
            part=sql.Identifier("repository", part.name), columns=_COLUMNS, seen=sql.SQL(sight.current)
        )
        found += connection.execute(hops, parameters, binary=True).fetchall()
    if sight.kind != "now":
        replaced = sql.SQL(_REPLACED).format(columns=_COLUMNS, seen=sql.SQL(sight.replaced))
        found += connection.execute(replaced, parameters, binary=True).fetchall()
    return list(dict.fromkeys(found)) if earlier else _newest(found)


def newest_of(connection: Connection, window: Window, series: Iterable[Sequence[str]]) -> list[Row]:
    """The newest reading before the window of the series named (source, sensor_id, metric)."""
    columns = dict(zip(_SERIES, map(list, zip(*series, strict=True)), strict=True))
    statement = sql.SQL(_OF_SERIES).format(columns=_COLUMNS)
    return connection.execute(statement, {**window.parameters, **columns}, binary=True).fetchall()


def _newest(rows: Iterable[Row]) -> list[Row]:
    return list({row[:3]: row for row in sorted(rows, key=lambda row: moment(row[3]))}.values())


def _any_seen(connection: Connection, part: str, sight: Sight) -> bool:
    """A partition written after the look holds nothing it saw; its oldest stamp tells."""
    statement = "select exists (select 1 from {} where recorded_in < pg_snapshot_xmax(%(sight)s::pg_snapshot))"
    found = connection.execute(
        sql.SQL(statement).format(sql.Identifier("repository", part)), sight.parameters
    ).fetchone()
    return bool(found and found[0])
