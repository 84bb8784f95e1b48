"""Maps in a real browser, while they are being made: left, lost, looked at."""

from random import Random

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import Watched
from tests.dashboards import scenes
from tests.dashboards.serving import hub, serving

pytestmark = pytest.mark.browser
TIMES, LATEST_MS = 20, 3000
LOSE = """
(after) => new MutationObserver((_, watcher) => {
  const canvas = document.querySelector("canvas.maplibregl-canvas");
  if (!canvas) return;
  watcher.disconnect();
  setTimeout(() => {
    window.oldCanvas = canvas;
    canvas.getContext("webgl2").getExtension("WEBGL_lose_context").loseContext();
  }, after);
}).observe(document, { childList: true, subtree: true })
"""
BACK = """() => {
  const gd = document.querySelector(".js-plotly-plot"), canvas = gd?.querySelector("canvas.maplibregl-canvas");
  return window.oldCanvas && canvas && canvas !== window.oldCanvas && gd.iocBound && !ioc.plots.busy(gd)
    && gd._fullLayout.map._subplot.map.areTilesLoaded() && !canvas.getContext("webgl2").isContextLost();
}"""


@pytest.mark.soak
def test_a_context_lost_while_a_map_is_being_made_is_back_every_time(browser: Browser) -> None:
    fed, chance = hub(poll_seconds=60), Random(42)
    fed.publish(scenes.flooded())
    with serving(fed) as running:
        for _ in range(TIMES):
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            watched, after = Watched(page), chance.uniform(0, LATEST_MS)
            page.add_init_script(f"({LOSE})({after:.0f})")
            page.goto(running.url + "/?lang=en")
            page.wait_for_function("() => window.oldCanvas", timeout=60_000)
            page.wait_for_function(BACK, timeout=60_000)
            thrown = [c for c in watched.complaints if c.startswith("error")]
            assert thrown == [], f"lost {after:.0f} ms after the canvas was made"
            page.close()
