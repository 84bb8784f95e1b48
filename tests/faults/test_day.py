"""A day on the wall: every update of 24 hours at one each five seconds, replayed fast in a real Chromium.

`SOAK_UPDATES` says how many (17,280 are a day, the default 1,728 a tenth of one), `SOAK_PAGES` which pages,
`SOAK_MINUTES` when a page has to end, whatever it came to, `SOAK_TURNED` what the rotation turns (the city's pages;
two of them where it is less than a day), `SOAK_EVERY` after how many updates a sample is taken. The curve goes to
results/soak.json and, as text, to results/soak.txt, sample by sample: as loaded (update -80), after 80 updates at a
wall's own pace of drawing (update 0), and on. A day's limits hold from update 0 to the end, since what a page takes
once it takes in its first twenty to hundred drawings; and, scaled to its length, for the second half.

The words of every update are on the page before the next one is made. Maps and charts follow as they do on any wall,
at most twice a second, so fast a replay draws fewer of them than a day does: how many is a column of the curve. The
rotation turns its pages as often as a city file may say, every five seconds. A screen has a sixteenth of a wall's
pixels, for what a software renderer does for a pixel is not what may grow. No driver watches the network, or the page's
process would keep the body of every answer for it (tests/browser/devtools.py).
"""

import os
import time
from dataclasses import asdict

import pytest

from city.city import City
from city.clock import RunningClock
from city.config import CityFile
from dashboards.kit.hub import Hub
from tests.browser.devtools import tab
from tests.dashboards import scenes
from tests.dashboards.serving import serving
from tests.faults.curves import keep
from tests.faults.day import COUNT_FIGURES, LIVE, OPEN, Sample, Wall

UPDATES = int(os.environ.get("SOAK_UPDATES", "1728"))
BOUND_S = 60 * float(os.environ.get("SOAK_MINUTES", "60"))
PAGES = os.environ.get("SOAK_PAGES", "/ /environment /wall").split()
DAY = 17_280
TURNED = os.environ.get("SOAK_TURNED", "" if UPDATES >= DAY else "/ /environment").split()
EVERY = int(os.environ.get("SOAK_EVERY", max(1, UPDATES // 24)))
TURN_S = 5
PACE_S = {"/wall": 0.1}
"""An update takes so long at least: pages turn by the clock, and a day of a few minutes would hold few turns."""
HEAP_MB, RENDERER_MB, SERVER_PART = 20.0, 100.0, 0.05
"""A day's limits."""
A_PAGE = {"/wall": 3_000}
"""Nodes of the page that left last, which the browser may hold until the next turn; a leak would be a page a turn."""


def turning() -> CityFile:
    """Huế with the quickest rotation there may be."""
    turned = [p for p in scenes.HUE.wall.pages if not TURNED or p.path in TURNED]
    pages = tuple(p.model_copy(update={"seconds": TURN_S}) for p in turned)
    return scenes.HUE.model_copy(
        update={"wall": scenes.HUE.wall.model_copy(update={"pages": pages, "seconds": TURN_S})}
    )


@pytest.mark.soak
@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_f41_a_day_on_the_wall(path: str) -> None:
    city = City(turning())
    fed = Hub(city.file, RunningClock(scenes.EVENING), 3600)
    fed.publish(city.absorb(scenes.rows(flood=True), scenes.EVENING))
    with serving(fed) as running, tab() as page:
        page.open(f"{running.url}{path}?lang=en", 1280, 720, 0.25)
        page.wait(LIVE, 120)
        wall = Wall(page, fed, city, PACE_S.get(path, 0.0))
        page.evaluate(COUNT_FIGURES)
        found, began = [wall.sample(-2 * OPEN)], time.monotonic()
        wall.warm()
        found.append(wall.sample(0))

        def told(sample: Sample) -> None:
            found.append(sample)
            keep(path, [asdict(x) for x in found], UPDATES, time.monotonic() - began)

        wall.replay(UPDATES, EVERY, BOUND_S, told)
    assert page.complaints == []
    judge(found[1:], A_PAGE.get(path, 0))


def judge(found: list[Sample], left: int = 0) -> None:
    """A day's limits from the first sample to the last; for the second half its share of them, and room for noise.

    `found`: at least one sample. `left`: DOM nodes of pages that left, which may be held.
    """
    held = [x.contexts for x in found]
    assert max(held) <= 3, f"maps that left the page are held: {held}"
    whole = {k: middle(found[-3:], k) - getattr(found[0], k) for k in ("heap_mb", "renderer_mb", "server_mb")}
    assert whole["heap_mb"] <= HEAP_MB and whole["renderer_mb"] <= RENDERER_MB, whole
    assert whole["server_mb"] <= SERVER_PART * found[0].server_mb, whole
    half = found[len(found) // 2 :]
    share = (half[-1].update - half[0].update) / DAY
    grown = {k: middle(half[-3:], k) - middle(half[:3], k) for k in asdict(found[0])}
    if len(half) < 8:
        return  # so few tell more of what waits to be collected than of what grows
    shown = max(0.0, grown["nodes"] - grown["detached"])  # a row that unfolds brings as many again in its insides
    assert grown["detached"] <= 60 + left + 1.5 * shown and grown["listeners"] <= 20, grown
    assert grown["heap_mb"] <= HEAP_MB * max(share, 0.1), grown
    assert grown["renderer_mb"] <= RENDERER_MB * max(share, 0.2), grown
    assert grown["server_mb"] <= SERVER_PART * found[0].server_mb * max(2 * share, 1), grown


def middle(samples: list[Sample], name: str) -> float:
    values = sorted(float(getattr(s, name)) for s in samples)
    return values[len(values) // 2]
