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

COMMITS = int(os.environ.get("BENCH_COMMITS", "120")) // 2
SCREENS, PAGES = 50, 2


@dataclass(frozen=True, slots=True)
class Run:
    """Some screens for some time. `cpu` in seconds of the server a screen-minute, `transactions` a second."""

    seen: Shown
    cpu: float
    transactions: float
    others: list[object]


def measure() -> Iterable[Figure]:
    with stage() as here:
        with here.product() as server:
            alone = run(here, server, "_socket_client", screens=1, commits=COMMITS // 2)
            ours = run(here, server, "_socket_client", SCREENS, COMMITS)
        yield Figure(
            f"database transactions, {SCREENS} screens beside 1",
            "1/s",
            [ours.transactions],
            [alone.transactions],
            "ours, 1 screen",
            "1×",
        )
        for mode, words in MODES.items():
            with here.interval(mode) as server:
                plain = run(here, server, "_interval_client", SCREENS, COMMITS // 2)
            words += _answered(plain)
            yield from figures(ours.seen, plain.seen, words, f"{SCREENS} screens", "median ≤ 150")
            yield Figure(
                "server CPU a screen-minute", "s", [ours.cpu], [plain.cpu], words, "a twentieth of the Interval page's"
            )
            yield Figure("database transactions", "1/s", [ours.transactions], [plain.transactions], words)


def run(here: Stage, server: Server, client: str, screens: int, commits: int) -> Run:
    """All screens but the real pages are `client`'s. A single screen is a real page."""
    pages = min(PAGES, screens)
    with ExitStack() as opening:
        browser = opening.enter_context(chromium())
        others = opening.enter_context(here.screens(client, server.href, screens - pages)) if screens > pages else None
        shown_on = [page for _ in range(pages) if (page := _page(browser, server.href))]
        began, cpu, transactions = monotonic(), cpu_s(server.pid), here.transactions()
        at = here.commits(commits)
        minutes = (monotonic() - began) / 60
        cpu, transactions = cpu_s(server.pid) - cpu, here.transactions() - transactions
        if shown_on:
            shown_on[0].wait_for_timeout(SETTLE_S * 1000)
        seen = [shown(at, sightings(p)) for p in shown_on] + [Shown([], commits)] * (pages - len(shown_on))
        return Run(
            Shown([d for s in seen for d in s.delays], sum(s.unseen for s in seen)),
            cpu / minutes / screens,
            transactions / minutes / 60,
            told(others) if others else [],
        )


def _page(browser: Browser, href: str) -> Page | None:
    try:
        return opened(browser, href)
    except NeverShownError:
        return None


def _answered(plain: Run) -> str:
    """How many of the ticks that were due got an answer."""
    answers = [a for a in plain.others if isinstance(a, int)]
    return f" ({sum(answers) / max(1, len(answers)) / (COMMITS // 2):.0%} of ticks answered)" if answers else ""
