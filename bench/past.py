"""How long it takes to open a minute of the past with 400 days stored, by today's knowledge and as known then.

The demo city's five weeks are laid end to end in bulk (bench/_year.py), the product serves them, and moments chosen at
random are opened: over HTTP, the whole frame of the overview, and in a Chromium, from the URL and from Enter in the
time bar until that minute is painted, its map included. No two moments lie in the same block of hours, so every one is
read from the database.

BENCH_DAYS names another number of days, BENCH_PAST_MOMENTS (40,12) how many are opened over HTTP and in a browser, of
each kind. BENCH_PAST_DIR names a directory to keep the data in, and to find it again.
"""

import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from urllib.parse import quote

import httpx

from bench._browser import chromium
from bench._database import data_dir
from bench._past_page import by_the_bar, by_url, screen
from bench._processes import ROOT, free_port, running, wait_until_it_answers
from bench._stage import WRITE_DEMO_S
from bench._year import Year, grow
from bench.figure import Figure, spread
from city.snapshot import Known
from repository.connect import connect
from repository.server import embedded

OVER_HTTP, IN_A_BROWSER = map(int, os.environ.get("BENCH_PAST_MOMENTS", "40,12").split(","))
BOTH: tuple[Known, ...] = ("now", "then")
WANT = "≤ 3 s at the 95th percentile"
"""Moments of each kind."""


def measure() -> Iterator[Figure]:
    days = int(os.environ.get("BENCH_DAYS", "400"))
    kept = os.environ.get("BENCH_PAST_DIR")
    with nullcontext(Path(kept)) if kept else data_dir() as data, embedded(data) as url:
        year = _written(data, url, days)
        print(f"  {year.rows:,} rows added: {year.first:%Y-%m-%d} to {year.last:%Y-%m-%d} and the demo's own weeks")
        with _product(data) as href:
            for figure in _figures(href, _moments(year)):
                print(f"  {figure.name}: {spread(figure.ours)} s", flush=True)
                yield figure


def _figures(href: str, moments: Iterator[datetime]) -> Iterator[Figure]:
    def each(name: str, known: Known, count: int, opened: Callable[[datetime], float]) -> Figure:
        return Figure(f"past {name}, known={known}", "s", [opened(next(moments)) for _ in range(count)], want=WANT)

    for known in BOTH:
        yield each("frame over HTTP", known, OVER_HTTP, partial(_frame, href, known))
    with chromium() as browser, screen(browser, href) as context:
        for known in BOTH:
            yield each("overview from its URL", known, IN_A_BROWSER, partial(by_url, context, href, known))
        for known in BOTH:
            page = context.new_page()
            page.goto(f"{href}?known={known}&at={quote(next(moments).isoformat())}")
            page.wait_for_selector("#timebar section")
            by_the_bar(page, next(moments))
            yield each("overview by the time bar", known, IN_A_BROWSER, partial(by_the_bar, page))
            page.close()


def _written(data: Path, url: str, days: int) -> Year:
    """The demo's weeks and their copies, unless they are there."""
    note = data / f"year-{days}.json"
    if note.exists():
        told = json.loads(note.read_text())
        return Year(datetime.fromisoformat(told["first"]), datetime.fromisoformat(told["last"]), told["rows"])
    with running([str(ROOT / "app.py"), "demo"], {"IOC_DATA_DIR": str(data)}, data / "demo.log") as process:
        process.communicate(timeout=3 * WRITE_DEMO_S)
    if process.returncode:
        raise RuntimeError((data / "demo.log").read_text()[-2000:])
    engine = connect(url, deadline=3600)
    year = grow(engine, days)
    engine.dispose()
    note.write_text(json.dumps(asdict(year), default=str))
    return year


@contextmanager
def _product(data: Path) -> Iterator[str]:
    port = free_port()
    arguments = [str(ROOT / "app.py"), "serve", "--no-collect", "--host", "127.0.0.1", "--port", str(port)]
    with running(arguments, {"IOC_DATA_DIR": str(data)}, data / "serve.log") as process:
        wait_until_it_answers(f"http://127.0.0.1:{port}/readyz", process)
        yield f"http://127.0.0.1:{port}/"


def _moments(year: Year) -> Iterator[datetime]:
    """At random, a day apart from one another at least."""
    days = list(range(46, (year.last - year.first).days))
    random.Random(1).shuffle(days)
    chance = random.Random(2)
    for day in days:
        yield year.first + timedelta(days=day, minutes=chance.randrange(1440))


def _frame(href: str, known: str, at: datetime) -> float:
    asked = quote(f"/?at={quote(at.isoformat())}&known={known}")
    begun = perf_counter()
    answer = httpx.get(f"{href}frame?href={asked}", timeout=60)
    taken = perf_counter() - begun
    told = answer.raise_for_status().json()["meta"]
    if datetime.fromisoformat(told["at"]) != at or told["known"] != known:
        raise AssertionError(f"asked for {at} known={known}, got {told['at']} known={told['known']}")
    return taken
