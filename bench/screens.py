"""Fifty screens: what they cost the server and the database, and how late they are, beside the Interval page's.

Two of the screens are real pages in Chromium, the others speak the same protocol from another process. They share
the machine with the server, so every figure holds what the load of the screens themselves takes from it.
"""

import os
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from time import monotonic

from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as NeverShownError

from bench._browser import chromium, opened, sightings
from bench._processes import cpu_s
from bench._sightings import Shown, shown
from bench._stage import Server, Stage, stage, told
from bench.figure import Figure
from bench.pixel import MODES, SETTLE_S, figures

COMMITS = int(os.environ.get("BENCH_COMMITS", "120")) // 3
SCREENS, PAGES = 50, 2
A_TWENTIETH = "a twentieth of the Interval page's"


@dataclass(frozen=True, slots=True)
class Run:
    """Some screens for `minutes`. `server` and `database`: seconds of processor; `others`: what screens noted."""

    seen: Shown
    screens: int
    minutes: float
    server: float
    database: float
    transactions: int
    others: list[object]

    def a_screen_minute(self, seconds: float) -> list[float]:
        return [seconds / self.minutes / self.screens]

    @property
    def a_second(self) -> list[float]:
        return [self.transactions / self.minutes / 60]

    @property
    def answered(self) -> float:
        """Which share of the ticks that were due (one a second) the Interval page answered."""
        counts = [n for n in self.others if isinstance(n, int)]
        return sum(counts) / len(counts) / (self.minutes * 60) if counts else 0.0


def measure() -> Iterable[Figure]:
    with stage() as here:
        with here.product() as server:
            alone = run(here, server, "_socket_client", screens=1, commits=COMMITS // 2)
            ours = run(here, server, "_socket_client", SCREENS, COMMITS)
        beside = (ours.a_second, alone.a_second, "ours, 1 screen", "1×")
        yield Figure(f"database transactions, {SCREENS} screens", "1/s", *beside)
        for mode, words in MODES.items():
            with here.interval(mode) as server:
                plain = run(here, server, "_interval_client", SCREENS, COMMITS // 2)
            yield from figures(ours.seen, plain.seen, words, f"{SCREENS} screens", "median ≤ 150")
            yield from costs(ours, plain, words)


def costs(ours: Run, plain: Run, words: str) -> Iterable[Figure]:
    answered = f"{words}, {plain.answered:.0%} of ticks answered"
    cpu = ours.a_screen_minute(ours.server), plain.a_screen_minute(plain.server)
    yield Figure(f"server CPU a screen-minute, {SCREENS} screens", "s", *cpu, answered, A_TWENTIETH)
    if plain.answered:
        kept = [s / plain.answered for s in cpu[1]]
        yield Figure("server CPU a screen-minute that was kept up to date", "s", cpu[0], kept, words, A_TWENTIETH)
    yield Figure(
        f"database CPU a screen-minute, {SCREENS} screens",
        "s",
        ours.a_screen_minute(ours.database),
        plain.a_screen_minute(plain.database),
        answered,
    )
    yield Figure(f"database transactions, {SCREENS} screens", "1/s", ours.a_second, plain.a_second, answered)


def run(here: Stage, server: Server, client: str, screens: int, commits: int) -> Run:
    """All screens but the real pages are `client`'s. A single screen is a real page."""
    pages = min(PAGES, screens)
    with ExitStack() as opening:
        browser = opening.enter_context(chromium())
        lit = [page for _ in range(pages) if (page := _page(browser, server.href))]
        others = opening.enter_context(here.screens(client, server.href, screens - pages)) if screens > pages else None
        began, before = monotonic(), (cpu_s(server.pid), here.database_cpu_s(), here.transactions())
        at = here.commits(commits)
        after = (cpu_s(server.pid), here.database_cpu_s(), here.transactions())
        minutes = (monotonic() - began) / 60
        noted = told(others) if others else []
        for page in lit[:1]:
            page.wait_for_timeout(SETTLE_S * 1000)
        seen = [shown(at, sightings(p)) for p in lit] + [Shown([], commits)] * (pages - len(lit))
    used = [b - a for a, b in zip(before, after, strict=True)]
    together = Shown([d for s in seen for d in s.delays], sum(s.unseen for s in seen))
    return Run(together, screens, minutes, used[0], used[1], int(used[2]), noted)


def _page(browser: Browser, href: str) -> Page | None:
    try:
        return opened(browser, href)
    except NeverShownError:
        browser.contexts[-1].close()  # or it goes on asking
        return None
