"""`python -m bench.growth [MILLIONS …]`: does what it costs follow what is new, or what is stored? And a country.

Of 1, 10 and 100 million observations, or those that are named: disk, start-up (a first look), the watcher's memory, a
poll that finds 40 rows, every indicator of every place and one indicator of the newest picture; and the product as it
runs: until it is ready, the overview over HTTP, its memory. Then a country instead of a city (_country.py). A size
for which the disk has no room is skipped, and says so. The table goes to results/growth.json as well.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import httpx
import psutil
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from bench.__main__ import kept, machine
from bench._country import country
from bench._country_live import served
from bench._database import data_dir, database
from bench._growth_fill import fill
from city.answer import indicators
from city.city import City
from city.clock import WorldClock
from city.config import CityFile, load_city
from repository.connect import address
from repository.look import first_look, news
from repository.places import bring_places
from repository.server import embedded

MILLION, INDICATOR = 1_000_000, "pm2_5_24h"
BYTES_A_ROW = 230
"""On disk with its indexes; measured, and told in the table."""
ROUNDS, NEWS, PAGES = 15, 40, 7
Row = dict[str, Any]


def costs(engine: Engine, file: CityFile, stored: int, end: datetime) -> Row:
    size = "select pg_database_size(current_database())"
    with engine.connect() as c:
        disk = int(c.execute(text(size)).scalar_one())
    process, city = psutil.Process(), City(file)
    before, began = process.memory_info().rss, perf_counter()
    batch, look = first_look(engine, end)
    snapshot = city.absorb(batch, end)
    start, began = perf_counter() - began, perf_counter()
    indicators(snapshot, None, None)
    every, grown = perf_counter() - began, process.memory_info().rss - before
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
        "every indicator, ms": 1000 * every, "poll, ms": 1000 * median(polls), "indicator, ms": 1000 * median(one),
        "memory, MB": grown / 1e6,
    }  # fmt: skip


def pages(engine: Engine, folder: Path) -> Row:
    """The product on this database: until it is ready, and the overview over HTTP, its numbers in it."""
    began = perf_counter()
    with served(address(engine), folder, "hue") as (href, process):
        ready, took = perf_counter() - began, []
        for _ in range(PAGES):
            began = perf_counter()
            httpx.get(href, timeout=60).raise_for_status()
            took.append(1000 * (perf_counter() - began))
        memory = psutil.Process(process.pid).memory_info().rss
    return {
        "serve ready, s": ready, "first page, ms": took[0], "page, ms": median(took[1:]),
        "serve memory, MB": memory / 1e6,
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
                told = {**costs(engine, hue, rows, end), **pages(engine, folder)}
                found.append({**told, "filled in, s": filled})
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
