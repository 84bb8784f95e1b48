"""The overview from a cold and from a warm cache: first paint, first number, map; bytes and requests."""

import os
from collections.abc import Iterable

from playwright.sync_api import Browser

from bench._browser import chromium
from bench._paint import Opening, opening
from bench._stage import stage
from bench.figure import Figure

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))
PLAIN = "plain Dash page"
AIMS = {"cold": "< 2,000", "warm": "< 1,000"}
Openings = dict[str, list[Opening]]


def measure() -> Iterable[Figure]:
    with stage() as here, chromium() as browser:
        with here.product() as server:
            ours = openings(browser, server.href)
        with here.interval("memory") as server:
            plain = openings(browser, server.href)
    for cache, aim in AIMS.items():
        yield from figures(cache, ours[cache], plain[cache], aim)


def openings(browser: Browser, href: str, rounds: int = ROUNDS) -> Openings:
    """Each round a browser profile of its own: once with nothing kept, then again with what it kept. The first round
    is the server's warming up and is left out."""
    found: Openings = {"cold": [], "warm": []}
    for n in range(rounds + 1):
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        cold, warm = opening(context, href), opening(context, href)
        context.close()
        if n:
            found["cold"].append(cold)
            found["warm"].append(warm)
    return found


def figures(cache: str, ours: list[Opening], plain: list[Opening], aim: str) -> Iterable[Figure]:
    for name, part in (("first paint", "first"), ("first number", "number"), ("map", "map")):
        want = aim if part == "number" else ""
        yield Figure(f"overview, {cache} cache: {name}", "ms", _each(ours, part), _each(plain, part), PLAIN, want)
    for name, part in (("kB transferred", "bytes"), ("requests", "requests")):
        scale = 1000 if part == "bytes" else 1
        mine, its = ([v / scale for v in _each(x, part)] for x in (ours, plain))
        yield Figure(f"overview, {cache} cache: {name}", "kB" if scale > 1 else "", mine, its, PLAIN)


def _each(found: list[Opening], part: str) -> list[float]:
    return [float(getattr(o, part)) for o in found]
