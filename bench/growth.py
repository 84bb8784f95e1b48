"""`python -m bench.growth [MILLIONS …]`: does what it costs follow what is new, or what is stored? And a country.

Of 1, 10 and 100 million observations, or those that are named: disk, start-up (a first look), the watcher's memory, a
poll that finds 40 rows, a first page (every indicator) and one indicator of the newest picture. Then a country instead
of a city (bench/_country.py). A size for which the disk has no room is skipped, and says so. The table goes to
results/growth.json as well.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from bench.__main__ import kept, machine
from bench._country import STAMPED, country
from bench._database import data_dir, database
from city.answer import indicators
from city.city import City
from city.clock import WorldClock
from city.config import CityFile, load_city
from repository.look import first_look, news
from repository.partitions import ensure
from repository.places import bring_places
from repository.server import embedded

MILLION, INDICATOR = 1_000_000, "pm2_5_24h"
SENSORS, EVERY_S = 500, 60
BYTES_A_ROW = 230
"""On disk with its indexes; measured, and told in the table."""
ROUNDS, NEWS = 15, 40
FILL = """
insert into repository.observation (source, sensor_id, metric, observed_at, value, place_code)
select 'growth', 's' || (i % :sensors), 'pm2_5', cast(:end as timestamptz) - (i / :sensors) * interval '1 minute',
  (i * 7919 % 900) / 10.0, '1975' || (i % 10)
from generate_series(cast(:low as bigint), cast(:high as bigint)) as i
"""
INDEXES = """
select conname as name, pg_get_constraintdef(oid) as definition, 0 as turn from pg_constraint
where conrelid = 'repository.observation'::regclass and contype = 'p'
union all
select indexrelid::regclass::text, pg_get_indexdef(indexrelid), 1 from pg_index
where indrelid = 'repository.observation'::regclass and not indisprimary
order by turn
"""
CHUNK = MILLION // 2
Row = dict[str, Any]


def fill(engine: Engine, rows: int, end: datetime) -> None:
    """As a bulk load of years would be done: the indexes are built when the rows are there."""
    ensure(engine, end - timedelta(minutes=rows // SENSORS + 1), end)
    with unindexed(engine):
        for low in range(0, rows, CHUNK):
            with engine.begin() as c:
                c.exec_driver_sql(STAMPED)
                c.execute(text(FILL), {"sensors": SENSORS, "end": end, "low": low, "high": min(low + CHUNK, rows) - 1})
            print(f"\r  {min(low + CHUNK, rows):,} of {rows:,} rows", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
        c.execute(text("vacuum analyze"))


@contextmanager
def unindexed(engine: Engine) -> Iterator[None]:
    """Without the indexes of `observation`, which are as they were afterwards."""
    with engine.begin() as c:
        key, *others = c.execute(text(INDEXES)).all()
        for name, *_ in others:
            c.exec_driver_sql(f"drop index {name}")
        c.exec_driver_sql(f"alter table repository.observation drop constraint {key.name}")
    yield
    with engine.begin() as c:
        c.exec_driver_sql("set local maintenance_work_mem = '512MB'")
        c.exec_driver_sql(f"alter table repository.observation add constraint {key.name} {key.definition}")
        for _, definition, _ in others:  # "only": as it is told of a partitioned table, without its partitions
            c.exec_driver_sql(definition.replace(" ON ONLY ", " ON ").replace("%", "%%"))


def measure(engine: Engine, file: CityFile, stored: int, end: datetime) -> Row:
    size = "select pg_database_size(current_database())"
    with engine.connect() as c:
        disk = int(c.execute(text(size)).scalar_one())
    process, city = psutil.Process(), City(file)
    before, began = process.memory_info().rss, perf_counter()
    batch, look = first_look(engine, end)
    snapshot = city.absorb(batch, end)
    start, began = perf_counter() - began, perf_counter()
    indicators(snapshot, None, None)
    page, grown = perf_counter() - began, process.memory_info().rss - before
    polls, one = [], []
    for n in range(ROUNDS):
        add(engine, n, end)
        began = perf_counter()
        batch, look = news(engine, look, end)
        polls.append(perf_counter() - began)
        began = perf_counter()
        city.absorb(batch, end).number(INDICATOR, 0)
        one.append(perf_counter() - began)
    return {
        "stored": stored, "disk, GB": disk / 1e9, "bytes a row": disk / stored, "start-up, s": start,
        "page, ms": 1000 * page, "poll, ms": 1000 * median(polls), "indicator, ms": 1000 * median(one),
        "memory, MB": grown / 1e6,
    }  # fmt: skip


def add(engine: Engine, n: int, end: datetime) -> None:
    rows = [{"s": f"new{i}", "at": end - timedelta(seconds=n + 1)} for i in range(NEWS)]
    statement = """insert into repository.observation (source, sensor_id, metric, observed_at, value)
                   values ('growth', :s, 'pm2_5', :at, 12)"""
    with engine.begin() as c:
        c.execute(text(statement), rows)


def sizes(asked: list[str]) -> Iterator[int]:
    for word in asked or ["1", "10", "100"]:
        rows, free = int(float(word) * MILLION), shutil.disk_usage(tempfile.gettempdir()).free
        needed = 1.5 * rows * BYTES_A_ROW
        if free < needed:
            print(f"{rows:,} observations skipped: {free / 1e9:.0f} GB are free, {needed / 1e9:.0f} needed")
        else:
            yield rows


def table(title: str, rows: list[Row]) -> Table:
    out = Table(title=title, caption=", ".join(f"{k} {v}" for k, v in machine().items()))
    for head in rows[0]:
        out.add_column(head, justify="right")
    for row in rows:
        out.add_row(*(f"{v:,}" if isinstance(v, int) else f"{v:,.3g}" for v in row.values()))
    return out


def main() -> None:
    console, hue, found = Console(width=None if sys.stdout.isatty() else 180), load_city("hue"), []
    with data_dir() as folder, embedded(folder) as url:
        for rows in sizes(sys.argv[1:]):
            console.print(f"{rows:,} observations …")
            with database(url, f"growth_{rows}") as engine:
                end = WorldClock().now()
                bring_places(engine, hue, end)
                began = perf_counter()
                fill(engine, rows, end)
                filled = perf_counter() - began
                found.append({**measure(engine, hue, rows, end), "filled in, s": filled})
                console.print(found[-1])
        console.print("a country …")
        large, lived = country(url, folder)
    if found:
        console.print(table("Growth", found))
    console.print(table("A country, in one process", large))
    console.print(table("A country, as it runs", lived))
    console.print(
        f"kept as {kept('growth', {'machine': machine(), 'growth': found, 'country': large, 'country live': lived})}"
    )


if __name__ == "__main__":
    main()
