"""A wall that is watched for a day: the page, the updates it is given, and what it costs after so many of them."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import psutil

from city.city import City
from dashboards.kit.hub import Hub
from tests.browser.devtools import Tab
from tests.city.makers import batch, reading
from tests.dashboards import scenes

OPEN = 40
DRAWN_S = 0.5
"""A wall draws its maps at most so often: an update that takes so long has its own drawing."""


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

    def warm(self) -> None:
        """As many updates as fill the city, each with its drawing, until a page is shown that can be compared."""
        for n in range(2 * OPEN):
            began = time.monotonic()
            self.update(n)
            self.follow()
            time.sleep(max(0.0, began + DRAWN_S - time.monotonic()))
        self.page.wait(f"({SCREEN}) === '/'", 120)

    def replay(self, updates: int, every: int, seconds: float, told: Callable[[Sample], None]) -> None:
        """So many updates, or until the time is up; `told` of a sample after every so many."""
        end, due = time.monotonic() + seconds, every
        for n in range(1, updates + 1):
            began = time.monotonic()
            self.update(2 * OPEN + n)
            self.follow()
            time.sleep(max(0.0, began + self.pace - time.monotonic()))
            if n >= due and self.screen() == "/":
                told(self.sample(n))
                due = n + every
            if time.monotonic() > end:
                return

    def screen(self) -> str:
        """Which page the rotation shows; samples of one and the same page can be compared."""
        return str(self.page.evaluate(SCREEN))
