"""A country instead of a city: 3,321 communes and 20,000 sensors at one reading a minute, 333 rows a second.

What one period of 5 s costs on top of so many minutes already stored: the poll, the next picture with every indicator
of every commune, and the push (the overview painted anew and its frame). What grows with the minutes is what gives way.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import psutil
from sqlalchemy import Engine, text

from bench._country_live import lived
from bench._database import database
from city.answer import indicators
from city.city import City
from city.clock import WorldClock
from city.config import CityFile, load_city
from city.snapshot import Snapshot
from dashboards.kit.address import read
from dashboards.kit.discover import discover
from dashboards.kit.hub import Hub
from dashboards.kit.language import languages
from dashboards.kit.painter import Painter
from repository.connect import address
from repository.look import first_look, news
from repository.partitions import ensure
from repository.places import bring_places

COMMUNES, SENSORS, SECONDS, PERIOD_S = 3_321, 20_000, 60, 5.0
MINUTES = (1, 30, 120)
LIVE = (30, 120)
"""Minutes stored at which the product itself is run as well (bench/_country_live.py)."""
STAMPED = "set local synchronous_commit = off; set local session_replication_role = replica"
"""The columns' defaults stamp new rows just as the trigger does, which only costs time where nothing is replaced."""
_READINGS = """insert into repository.observation (source, sensor_id, metric, observed_at, value, place_code)
select 'country', 's' || i, 'pm2_5', :at, (i + :shift) % 90, 'c' || (i % :communes)
from generate_series(cast(:first as int), cast(:last as int)) as i on conflict do nothing"""
_SENSORS = """insert into repository.sensor (source, sensor_id, kind, place_code, latitude, longitude)
select 'country', 's' || i, 'pm2_5', 'c' || (i % :communes),
  8 + i % :communes % 150 / 10.0 + i / :communes / 100.0, 102 + i % :communes / 150 / 4.0
from generate_series(0, :n - 1) as i"""
Row = dict[str, Any]


class Country:
    """A database of that size, and who follows it."""

    def __init__(self, engine: Engine, file: CityFile, end: datetime) -> None:
        self.engine, self.file, self.end, self.stored = engine, file, end, 0
        bring_places(engine, file, end)
        with engine.begin() as c:
            c.execute(text(_SENSORS), {"communes": COMMUNES, "n": SENSORS})
        ensure(engine, end - timedelta(days=1), end)

    def reach(self, minutes: int) -> None:
        """So many minutes before the end are stored."""
        for minute in range(self.stored + 1, minutes + 1):
            self.came(self.end - timedelta(minutes=minute), 0, SENSORS, STAMPED)
        self.stored = minutes

    def came(self, at: datetime, first: int, count: int, settings: str = "") -> None:
        with self.engine.begin() as c:
            if settings:
                c.exec_driver_sql(settings)
            last, shift = first + count - 1, round(at.timestamp())
            c.execute(text(_READINGS), {"at": at, "communes": COMMUNES, "first": first, "last": last, "shift": shift})

    def follow(self) -> Row:
        """A minute of it, a period after the other."""
        process = psutil.Process()
        memory, began = process.memory_info().rss, perf_counter()
        city = City(self.file)
        batch, look = first_look(self.engine, self.end)
        screen = Screen(self.file, city.absorb(batch, self.end))
        start, took = perf_counter() - began, list[tuple[float, ...]]()
        a_period = round(SENSORS / 60 * PERIOD_S)
        for n in range(round(SECONDS / PERIOD_S)):
            at = self.end + timedelta(seconds=PERIOD_S * (n + 1), microseconds=self.stored)
            self.came(at, n * a_period % SENSORS, a_period)
            moments, used = [perf_counter()], process_time()
            batch, look = news(self.engine, look, at)
            moments.append(perf_counter())
            snapshot = city.absorb(batch, at)
            moments.append(perf_counter())
            snapshot.outcomes()
            moments.append(perf_counter())
            size = screen.show(snapshot)
            moments.append(perf_counter())
            took.append((*(b - a for a, b in pairwise(moments)), process_time() - used))
        poll, picture, outcomes, push, processor = (1000 * median(t) for t in zip(*took, strict=True))
        began = perf_counter()
        indicators(snapshot)
        answer = 1000 * (perf_counter() - began)
        return {
            "minutes stored": self.stored, "readings": self.stored * SENSORS, "rows a period": a_period,
            "start-up, s": start, "poll, ms": poll, "picture, ms": picture, "every indicator, ms": outcomes,
            "push, ms": push, "frame, kB": size / 1000, "slowest period, ms": 1000 * max(sum(t[:-1]) for t in took),
            "processor, ms": processor, "of, ms": 1000 * PERIOD_S, "API, every commune, ms": answer,
            "memory, MB": (process.memory_info().rss - memory) / 1e6,
        }  # fmt: skip


class Screen:
    """The overview as somebody looks at it."""

    def __init__(self, file: CityFile, first: Snapshot) -> None:
        self.hub = Hub(file, WorldClock())
        self.hub.publish(first)
        pages = discover()
        self.painter = Painter(self.hub, pages, languages(file.zone))
        self.address = read("/?lang=en", pages, file.zone, file.locale)
        self.channel = self.painter.open(self.address)

    def show(self, snapshot: Snapshot) -> int:
        """Bytes of the frame that brings it to the next picture."""
        before = self.channel.number
        self.hub.publish(snapshot)
        self.painter.open(self.address)
        frame = self.channel.frame(before)[1]
        return len(frame.body) if frame else 0


def country(url: str, folder: Path, minutes: Sequence[int] = MINUTES) -> tuple[list[Row], list[Row]]:
    """A row for each depth of what is stored: a period's phases one after the other, and the product as it runs."""
    file, found, live = a_country(folder), [], []
    with database(url, "country") as engine:
        here = Country(engine, file, WorldClock().now())
        for depth in minutes:
            here.reach(depth)
            found.append(here.follow())
            print(found[-1], flush=True)
            if depth in LIVE:
                live.append(lived(address(engine), folder, depth, SENSORS, COMMUNES))
                print(live[-1], flush=True)
    return found, live


def a_country(folder: Path) -> CityFile:
    head = 'code = "country"\ntimezone = "Asia/Ho_Chi_Minh"\nplaces = "places.csv"\nname = {en = "Country"}\n'
    (folder / "country.toml").write_text(head + "[map]\ncenter = [16.0, 107.0]\n")
    lines = [f"c{i},Commune {i},commune,{8 + i % 150 / 10},{102 + i // 150 / 4},9,{5000 + i}" for i in range(COMMUNES)]
    columns = "place_code,name,kind,latitude,longitude,area_km2,population"
    (folder / "places.csv").write_text("\n".join([columns, *lines]))
    return load_city(str(folder / "country.toml"))
