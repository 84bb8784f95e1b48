"""How long it takes to open a minute of the past with 400 days stored, by today's knowledge and as known then.

The demo city's five weeks are laid end to end in bulk (bench/_year.py), the product serves them, and moments chosen at
random are opened: over HTTP, the whole frame of the overview, and in a Chromium, from the URL to the page that stands
at that moment. No two moments lie in the same block of hours, so every one is read from the database.

BENCH_DAYS names another number of days. BENCH_PAST_DIR names a directory to keep the data in, and to find it again.
"""

import json
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from urllib.parse import quote

import httpx
from playwright.sync_api import Browser

from bench._browser import chromium
from bench._database import data_dir
from bench._processes import ROOT, free_port, running, wait_until_it_answers
from bench._stage import WRITE_DEMO_S
from bench._year import Year, grow
from bench.figure import Figure
from repository.connect import connect
from repository.server import embedded

OVER_HTTP, IN_A_BROWSER = 40, 8
WANT = "≤ 3 s at the 95th percentile"
"""Moments of each kind."""


def measure() -> Iterator[Figure]:
    days = int(os.environ.get("BENCH_DAYS", "400"))
    kept = os.environ.get("BENCH_PAST_DIR")
    with nullcontext(Path(kept)) if kept else data_dir() as data, embedded(data) as url:
        year = _written(data, url, days)
        print(f"  {year.rows:,} rows added: {year.first:%Y-%m-%d} to {year.last:%Y-%m-%d} and the demo's own weeks")
        with _product(data) as href:
            moments = _moments(year)
            for known in ("now", "then"):
                some = [next(moments) for _ in range(OVER_HTTP)]
                yield Figure(
                    f"past frame over HTTP, known={known}", "s", [_frame(href, m, known) for m in some], want=WANT
                )
            with chromium() as browser:
                for known in ("now", "then"):
                    some = [next(moments) for _ in range(IN_A_BROWSER)]
                    taken = [_page(browser, href, m, known) for m in some]
                    yield Figure(f"past page in Chromium, known={known}", "s", taken, want=WANT)


def _written(data: Path, url: str, days: int) -> Year:
    """The demo's weeks and their copies, unless they are there."""
    note = data / f"year-{days}.json"
    if note.exists():
        told = json.loads(note.read_text())
        return Year(*(datetime.fromisoformat(told[k]) for k in ("first", "last")), told["rows"])
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


def _frame(href: str, at: datetime, known: str) -> float:
    asked = quote(f"/?at={quote(at.isoformat())}&known={known}")
    begun = perf_counter()
    answer = httpx.get(f"{href}frame?href={asked}", timeout=60)
    taken = perf_counter() - begun
    told = answer.raise_for_status().json()["meta"]
    if datetime.fromisoformat(told["at"]) != at or told["known"] != known:
        raise AssertionError(f"asked for {at} known={known}, got {told['at']} known={told['known']}")
    return taken


def _page(browser: Browser, href: str, at: datetime, known: str) -> float:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    begun = perf_counter()
    page.goto(f"{href}?at={quote(at.isoformat())}&known={known}")
    page.wait_for_selector(f'#city-state[data-at^="{at:%Y-%m-%dT%H:%M}"]', state="attached", timeout=60_000)
    page.wait_for_selector('[data-indicator][data-value]:not([data-value=""])', timeout=60_000)
    taken = perf_counter() - begun
    page.close()
    return taken
