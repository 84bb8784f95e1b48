"""Very many observations in little time: each month's rows are copied into its partition while it stands by itself.

A partition that stands by itself has no row's triggers, so that COPY writes whole pages, and no indexes, which are
built when its rows are there; then it is attached again. The tables are the product's own, written ahead and logged.
Two months are filled at a time, for one COPY keeps one core busy.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from psycopg import Connection, sql
from sqlalchemy import Engine, text

from city.batch import Array
from repository.partitions import Partition, ensure, listed
from repository.upsert import writing

SENSORS, EVERY = 500, timedelta(minutes=1)
AT_ONCE, CHUNK = 2, 200_000
_SETTINGS = """
set local statement_timeout = 0; set local synchronous_commit = off;
set local maintenance_work_mem = '512MB'; set local max_parallel_maintenance_workers = 0
"""
_INDEXES = """
select c.conname, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), pg_get_constraintdef(c.oid)
from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype = 'p'
where i.indrelid = %s::regclass
"""
_COPY = "copy {} (source, sensor_id, metric, observed_at, value, place_code) from stdin (format binary)"
_FIELDS = (
    *(("source", "S6"), ("sensor_id", "S4"), ("metric", "S5"), ("observed_at", ">i8"), ("value", ">f8")),
    ("place_code", "S5"),
)
_ROW = np.dtype([("fields", ">i2"), *((n, t) for f, kind in _FIELDS for n, t in ((f"{f} size", ">i4"), (f, kind)))])
_HEAD, _TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def fill(engine: Engine, rows: int, end: datetime) -> None:
    """One reading a minute of each sensor, back from `end`; then the table is analysed."""
    ensure(engine, end - (rows // SENSORS + 1) * EVERY, end)
    with writing(engine) as connection:
        named = [(p, _rows(p, rows, end)) for p in listed(connection) if p.start is not None]
        parts = [(p, found) for p, found in named if found]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = 0
        for count in pool.map(lambda p: _fill(engine, p[0], p[1], end), parts):
            done += count
            print(f"\r  {done:,} of {rows:,} rows", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
        c.execute(text("vacuum analyze"))


def _rows(part: Partition, rows: int, end: datetime) -> tuple[int, int] | tuple[()]:
    """The first row of a partition and the one after its last, counted back from `end`; nothing where it has none."""
    start, until = _span(part)
    newest = max(0, (end - until) // EVERY + 1)
    first, last = newest * SENSORS, min(rows, ((end - start) // EVERY + 1) * SENSORS)
    return (first, last) if first < last else ()


def _span(part: Partition) -> tuple[datetime, datetime]:
    if part.start is None or part.end is None:
        raise ValueError(f"{part.name} is no month")
    return part.start, part.end


def _fill(engine: Engine, part: Partition, rows: tuple[int, int], end: datetime) -> int:
    first, last = rows
    table = sql.Identifier("repository", part.name)
    with writing(engine) as connection:
        definitions = _standing_alone(connection, part.name, table)
        connection.commit()  # while it is under way nobody else gets at the other partitions
        connection.execute(_SETTINGS)
        with connection.cursor() as cursor, cursor.copy(sql.SQL(_COPY).format(table)) as copy:
            copy.write(_HEAD)
            for low in range(first, last, CHUNK):
                copy.write(_packed(np.arange(low, min(low + CHUNK, last)), end))
            copy.write(_TAIL)
        for definition in definitions:
            connection.execute(definition)
        span = sql.SQL("from ({}) to ({})").format(*(t.isoformat() for t in _span(part)))
        attach = sql.SQL("alter table repository.observation attach partition {} for values {}")
        connection.execute(attach.format(table, span))
    return last - first


def _standing_alone(connection: Connection[Any], name: str, table: sql.Identifier) -> list[bytes]:
    """Takes the partition out, without its indexes; the statements that build them again."""
    found = connection.execute(_INDEXES, [f"repository.{name}"]).fetchall()
    connection.execute(sql.SQL("alter table repository.observation detach partition {}").format(table))
    out = []
    for constraint, index, definition, key in found:
        if constraint:
            own = sql.Identifier(constraint)
            connection.execute(sql.SQL("alter table {} drop constraint {}").format(table, own))
            add = sql.SQL("alter table {} add constraint {} ").format(table, own).as_string(connection) + key
            out.append(add.encode())
        else:
            connection.execute(f"drop index {index}")
            out.append(definition.encode())
    return out


def _packed(numbers: Array, end: datetime) -> memoryview:
    """Rows as COPY takes them in binary: a sensor's readings a minute apart, all sensors of a minute together."""
    out = np.zeros(len(numbers), _ROW)
    out["fields"] = len(_FIELDS)
    for name, kind in _FIELDS:
        out[f"{name} size"] = np.dtype(kind).itemsize
    minute, sensor = np.divmod(numbers, SENSORS)
    newest = (end - _EPOCH) // timedelta(microseconds=1)
    out["source"], out["metric"] = b"growth", b"pm2_5"
    out["sensor_id"] = np.char.add("s", np.char.zfill(np.arange(SENSORS).astype(str), 3)).astype("S4")[sensor]
    out["observed_at"] = newest - minute * round(EVERY.total_seconds() * 1e6)
    out["value"] = numbers * 7919 % 900 / 10
    out["place_code"] = np.array([f"1975{d}" for d in range(10)], "S5")[numbers % 10]
    return out.data.cast("B")
