"""Two hundred feeds of one city, polled at once: is any of them late by more than its period?

Each is declared as a city file would declare it, half NGSI-LD and half SenML, read over HTTP from a server of its own
process, held against the border and written into PostgreSQL. Every answer is new: 20 stations with 4 readings each.
BENCH_FEEDS and BENCH_PERIOD name another number of feeds and another period in seconds.
"""

import multiprocessing
import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine

from bench._database import database, server
from bench.figure import Figure
from city.clock import WorldClock
from city.feeds import FeedRun
from city.places import Places
from data_sources.engine.border import Border
from data_sources.engine.build import built
from data_sources.engine.contract import DataSource
from data_sources.engine.declared import declared
from data_sources.engine.http import Door
from data_sources.engine.means import Means
from data_sources.engine.schedule import Schedule
from data_sources.engine.secrets import Secrets
from data_sources.engine.store import Store
from repository.cursors import FeedCursor
from repository.partitions import ensure
from repository.upsert import patch_rows, write_rows

PERIODS = 4
STATIONS = 20
METRICS = ("pm25", "temperature", "relativeHumidity", "co")


def measure() -> Iterator[Figure]:
    feeds, period = int(os.environ.get("BENCH_FEEDS", "200")), float(os.environ.get("BENCH_PERIOD", "10"))
    with server() as url, database(url, "feeds") as engine, _agencies() as agency:
        now = WorldClock().now()
        ensure(engine, now, now)
        runs, took, cpu = _watched(engine, _sources(engine, agency, feeds, period), period)
    failed = [r for r in runs if r.outcome != "ok"]
    if failed:
        raise RuntimeError(f"{len(failed)} of {len(runs)} polls failed, such as {failed[0]}")
    late, delays = _lateness(runs, feeds, period)
    rows = sum(r.new for r in runs)
    name = f"{feeds} feeds, each every {period:g} s ({rows:,} rows in {took:.0f} s)"
    yield Figure(f"{name}: late by more than a period", "feeds", [float(late)], want="0")
    yield Figure(f"{name}: a poll begins later than due", "s", delays, want=f"under {period:g}")
    yield Figure(f"{name}: a poll takes", "s", [r.took.total_seconds() for r in runs])
    yield Figure(f"{name}: processor of the collector", "cores", [cpu / took], want="under 1")


def _watched(engine: Engine, sources: list[DataSource], period: float) -> tuple[list[FeedRun], float, float]:
    """Every poll that ended, seconds of the watch, and processor seconds of this process."""
    runs: list[FeedRun] = []
    border = Border(Places(), (16.4, 107.6))
    store = Store(
        partial(write_rows, engine), partial(patch_rows, engine), lambda s, rows: None, runs.append, lambda: border
    )
    schedule = Schedule(sources, store, WorldClock())
    start, cpu = time.perf_counter(), time.process_time()
    schedule.start()
    time.sleep(period * PERIODS)
    schedule.stop()
    took, spent = time.perf_counter() - start, time.process_time() - cpu
    for thread in threading.enumerate():  # what is under way may end, for its database goes next
        if thread.name.startswith("source "):
            thread.join(30)
    return list(runs), took, spent


def _lateness(runs: list[FeedRun], feeds: int, period: float) -> tuple[int, list[float]]:
    """How many feeds were once late by more than their period, or hardly read; and by how much each poll was late."""
    begun: dict[str, list[datetime]] = defaultdict(list)
    for run in runs:
        begun[run.source].append(run.run_at)
    gaps = {s: [(b - a).total_seconds() - period for a, b in pairwise(t)] for s, t in begun.items()}
    lost = feeds - sum(len(times) >= PERIODS - 1 for times in begun.values())
    late = sum(max(g, default=period + 1) > period for g in gaps.values())
    return max(lost, late), [max(0.0, g) for several in gaps.values() for g in several]


def _sources(engine: Engine, agency: str, feeds: int, period: float) -> list[DataSource]:
    about = {"domain": "environment", "every": period, "private": True}
    told = {
        f"feed-{i}": {
            "title": f"Feed {i}",
            "standard": "senml" if i % 2 else "ngsi-ld",
            "url": f"{agency}/{'senml' if i % 2 else 'ngsi'}/{i}",
            **about,
        }
        for i in range(feeds)
    }
    clock, secrets = WorldClock(), Secrets({})
    door = Door(clock, secrets)

    def means(feed: Any) -> Means:
        return Means(door, FeedCursor(engine, feed.key, clock), secrets, clock, Path())

    return built(declared(told, "bench"), means)


@contextmanager
def _agencies() -> Iterator[str]:
    """A server of all the feeds, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{mine.recv()}"
    finally:
        process.terminate()
        process.join(10)


class _Agency(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        _, standard, name = self.path.partition("?")[0].split("/")
        body = orjson.dumps((_entities if standard == "ngsi" else _pack)(name))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing on the terminal."""


def _serve(told: Connection) -> None:
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Agency)
    http.request_queue_size = 256
    told.send(http.server_address[1])
    http.serve_forever()


def _entities(feed: str) -> list[dict[str, Any]]:
    now = WorldClock().now().isoformat()
    reading = {"pm25": 35.5, "temperature": 25.5, "relativeHumidity": 0.81, "co": 400}
    return [{"id": f"{feed}-{i}", "type": "Station", "dateObserved": now, **reading} for i in range(STATIONS)]


def _pack(feed: str) -> list[dict[str, Any]]:
    now = (WorldClock().now() - datetime.fromisoformat("1970-01-01T00:00:00Z")) / timedelta(seconds=1)
    names = ("temperature", "humidity", "voltage", "pressure")
    return [{"n": f"urn:dev:{feed}-{i}/{n}", "v": 20 + i, "t": now} for i in range(STATIONS) for n in names]
