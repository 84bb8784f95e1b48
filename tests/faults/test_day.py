"""A day on the wall: every update of 24 hours at one each five seconds, replayed fast in a real Chromium.

`SOAK_UPDATES` says how many (17,280 are a day, the default 1,728 a tenth of one), `SOAK_PAGES` which pages,
`SOAK_MINUTES` when a page has to end, whatever it came to, `SOAK_TURNED` what the rotation turns (the city's pages as
a rule), `SOAK_EVERY` after how many updates a sample is taken. The curve goes to results/soak.json and, as text, to
results/soak.txt, sample by sample. What is asserted is scaled from a day's limits, with what a page takes once set
aside: growth is that of the second half.

The words of every update are on the page before the next one is made. Maps and charts follow as they do on any wall,
at most twice a second, so fast a replay draws fewer of them than a day does: how many is a column of the curve. The
rotation turns its pages as often as a city file may say, every five seconds. A screen has a sixteenth of a wall's
pixels, for what a software renderer does for a pixel is not what may grow. No driver watches the network, or the page's
process would keep the body of every answer for it (tests/browser/devtools.py).
"""

import gc
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta

import psutil
import pytest

from city.city import City
from city.clock import RunningClock
from city.config import CityFile
from dashboards.kit.hub import Hub
from tests.browser.devtools import Tab, tab
from tests.city.makers import batch, reading
from tests.dashboards import scenes
from tests.dashboards.serving import serving
from tests.faults.curves import keep

UPDATES = int(os.environ.get("SOAK_UPDATES", "1728"))
BOUND_S = 60 * float(os.environ.get("SOAK_MINUTES", "60"))
PAGES = os.environ.get("SOAK_PAGES", "/ /environment /wall").split()
TURNED = os.environ.get("SOAK_TURNED", "").split()
DAY = 17_280
EVERY = int(os.environ.get("SOAK_EVERY", max(1, UPDATES // 24)))
OPEN, TURN_S = 40, 5
PACE_S = {"/wall": 0.1}
"""An update takes so long at least: pages turn by the clock, and a day of a few minutes would hold few turns."""
HEAP_MB, RENDERER_MB, SERVER_PART = 20.0, 100.0, 0.05
"""A day's limits."""
A_PAGE = {"/wall": 3_000}
"""Nodes of the page that left last, which the browser may hold until the next turn; a leak would be a page a turn."""


@dataclass
class Sample:
    update: int
    heap_mb: float
    nodes: int
    listeners: int
    renderer_mb: float
    server_mb: float
    figures: int
    """Maps and charts drawn again since the first sample."""
    contexts: int = 0
    """WebGL contexts that are held, on the page or not."""
    detached: int = 0
    """DOM nodes that are not in the document: the insides of the browser's own controls, and what is held though it
    left. How many are in it follows what the city has to say, and says nothing of a leak."""


ON_THE_PAGE = """(() => {
  const walk = document.createTreeWalker(document);
  let n = 1;
  while (walk.nextNode()) n += 1;
  return n;
})()"""
COUNT_FIGURES = """(() => {
  window.figuresDrawn = 0;
  const timer = setInterval(() => {  // a page without figures has no Plotly
    if (!window.Plotly) return;
    clearInterval(timer);
    const react = Plotly.react;
    Plotly.react = (...all) => { window.figuresDrawn += 1; return react.apply(Plotly, all); };
  }, 100);
})()"""
FOLLOW = """new Promise((done, failed) => {
  const shown = () => Number(document.getElementById("city-state")?.dataset.version || 0) >= WANTED;
  const look = new MutationObserver(() => { if (shown()) end(done); });
  const late = setTimeout(() => end(() => failed(new Error("never shown"))), 30000);
  const end = (how) => { look.disconnect(); clearTimeout(late); how(); };
  look.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-version"] });
  if (shown()) end(done);
})"""
"""The page itself tells as soon as it shows a version: asking for it over and over would be work of its own."""
LIVE = "document.querySelector('#city-state')?.dataset.connection === 'live'"


SCREEN = "new URLSearchParams(location.search).get('screen') || '/'"


class Wall:
    """A page, the city it shows, and what it costs."""

    def __init__(self, page: Tab, fed: Hub, city: City, pace: float = 0.0) -> None:
        self.page, self.fed, self.city, self.pace = page, fed, city, pace
        self.process = psutil.Process()

    def update(self, n: int) -> None:
        """Incidents come and go and a gauge rises and falls, in the same few rows: what grows is not the city."""
        at = scenes.EVENING + timedelta(seconds=5 * n)
        where = {"latitude": 16.46 + (n % 7) / 100, "longitude": 107.58, "domain": "public_order", "category": "fire"}
        came = {"event_id": f"d{n % (2 * OPEN)}", "severity": 3, "opened_at": at, "closed_at": None, **where}
        gone = {
            **came,
            "event_id": f"d{(n - OPEN) % (2 * OPEN)}",
            "opened_at": at - timedelta(seconds=5 * OPEN),
            "closed_at": at,
        }
        level = reading("water_level-0", "water_level", scenes.EVENING, 1.0 + n % 40 / 10)
        events = [came, gone] if n >= OPEN else [came]
        self.fed.publish(self.city.absorb(batch(event=events, observation=[level]), at))

    def follow(self) -> None:
        """Until the page shows the newest picture: a frame that was never taken would cost nothing."""
        self.page.evaluate(FOLLOW.replace("WANTED", str(self.fed.state.snapshot.version)))

    def sample(self, n: int) -> Sample:
        time.sleep(1.5)  # figures come after words
        for _ in range(3):
            self.page.send("HeapProfiler.collectGarbage")
        gc.collect()
        found = {m["name"]: m["value"] for m in self.page.send("Performance.getMetrics")["metrics"]}
        renderer = self.page.renderer().memory_info().rss / 1e6
        counts = self.page.send("Memory.getDOMCounters")
        heap, server = found["JSHeapUsedSize"] / 1e6, self.process.memory_info().rss / 1e6
        figures = int(self.page.evaluate("window.figuresDrawn ?? 0"))
        nodes, listeners, shown = counts["nodes"], counts["jsEventListeners"], int(self.page.evaluate(ON_THE_PAGE))
        held = self.contexts()
        return Sample(n, heap, nodes, listeners, renderer, server, figures, held, nodes - shown)

    def contexts(self) -> int:
        group = {"objectGroup": "contexts"}
        kind = self.page.send("Runtime.evaluate", expression="WebGL2RenderingContext.prototype", **group)
        held = self.page.send("Runtime.queryObjects", prototypeObjectId=kind["result"]["objectId"], **group)
        size = {"objectId": held["objects"]["objectId"], "functionDeclaration": "function () { return this.length; }"}
        found = int(self.page.send("Runtime.callFunctionOn", **size)["result"]["value"])
        self.page.send("Runtime.releaseObjectGroup", **group)
        return found

    def replay(self, told: Callable[[Sample], None]) -> None:
        """Every update until the last one, or until the time is up."""
        end, due = time.monotonic() + BOUND_S, EVERY
        for n in range(1, UPDATES + 1):
            began = time.monotonic()
            self.update(2 * OPEN + n)
            self.follow()
            time.sleep(max(0.0, began + self.pace - time.monotonic()))
            if n >= due and self.screen() == "/":
                told(self.sample(n))
                due = n + EVERY
            if time.monotonic() > end:
                return

    def screen(self) -> str:
        """Which page the rotation shows; samples of one and the same page can be compared."""
        return str(self.page.evaluate(SCREEN))


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
        for n in range(2 * OPEN):
            wall.update(n)
        wall.follow()
        page.evaluate(COUNT_FIGURES)
        found, began = [wall.sample(0)], time.monotonic()

        def told(sample: Sample) -> None:
            found.append(sample)
            keep(path, [asdict(x) for x in found], UPDATES, time.monotonic() - began)

        wall.replay(told)
    assert page.complaints == []
    judge(found, A_PAGE.get(path, 0))


def judge(found: list[Sample], left: int = 0) -> None:
    """Growth of the second half against its share of a day's limits; a tenth of each limit is allowed for noise.

    `left`: DOM nodes of pages that left, which may be held.
    """
    held = [x.contexts for x in found]
    assert max(held) <= 3, f"maps that left the page are held: {held}"
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
