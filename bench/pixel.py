"""Commit → changed tile in a real Chromium on the overview, one screen, beside the Interval page's two ways."""

import os
from collections.abc import Iterable

from playwright.sync_api import TimeoutError as NeverShownError

from bench._browser import chromium, opened, sightings
from bench._sightings import Shown, shown
from bench._stage import Server, Stage, stage
from bench.figure import Figure

COMMITS = int(os.environ.get("BENCH_COMMITS", "120"))
WARM_UP = 5
SETTLE_S = 3.0
MODES = {"query": "Interval, a query a screen", "memory": "Interval, one snapshot in memory"}


def measure() -> Iterable[Figure]:
    with stage() as here:
        with here.product() as server:
            ours = one_screen(here, server, COMMITS)
        for mode, words in MODES.items():
            with here.interval(mode) as server:
                plain = one_screen(here, server, COMMITS // 3)
            yield from figures(
                ours, plain, words, "1 screen", "median ≤ 50, 99 % ≤ 400; a tenth of the Interval page's"
            )


def one_screen(here: Stage, server: Server, count: int) -> Shown:
    """How long each of `count` commits took to be seen on one page."""
    with chromium() as browser:
        try:
            page = opened(browser, server.href)
        except NeverShownError:
            return Shown([], count)
        commits = here.commits(WARM_UP + count)
        page.wait_for_timeout(SETTLE_S * 1000)
        found = shown(commits, sightings(page))
    return Shown(found.delays[WARM_UP:], found.unseen)


def figures(ours: Shown, plain: Shown, words: str, screens: str, want: str) -> Iterable[Figure]:
    yield Figure(f"commit → tile, {screens}", "ms", ours.delays, plain.delays, words, want)
    never, plainly = ([float(100 * s.unseen / (len(s.delays) + s.unseen or 1))] for s in (ours, plain))
    yield Figure(f"commits never shown, {screens}", "%", never, plainly, words, "0")
