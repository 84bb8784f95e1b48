"""Maps in a real browser, while they are being made: left, lost, looked at."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser

from dashboards.kit.sheet import LONG, figure_change
from tests.browser.chromium import Watched
from tests.dashboards import scenes
from tests.dashboards.serving import hub, serving

FIGURES = Path(__file__).resolve().parents[2] / "assets" / "figures.js"
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


STAGE = """() => {
  window.gd = { data: [], layout: { map: {} }, _context: {}, querySelector: () => gd };
  window.Plotly = { react: (to, data) => { to.data = data; return { then: () => {} }; } };
  window.ioc = { plots: { busy: () => 0, all: () => [] }, data: { drawn: () => {} }, size: () => 1 };
  document.getElementById = () => gd;
}"""
"""A figure without Plotly: what it would be asked to draw is its data. It can be drawn while it has `_fullLayout`."""


@pytest.mark.parametrize("seed", range(3))
def test_changes_that_had_to_wait_come_to_the_same_figure(browser: Browser, seed: int) -> None:
    chance, page = Random(seed), browser.new_page()
    page.set_content("<p></p>")
    page.evaluate(STAGE)
    page.add_script_tag(path=str(FIGURES))
    old, new = None, _figure(chance, None)
    for n in range(40):
        ready = n == 39 or chance.random() < 0.4
        page.evaluate("(ready) => { gd._fullLayout = ready ? {} : null; }", ready)
        page.evaluate("(wanted) => ioc.figures.change('map', wanted)", figure_change(old, new))
        if ready:
            assert page.evaluate("() => gd.data") == new["data"]
        old, new = new, _figure(chance, new)
    page.close()


def _figure(chance: Random, before: Any) -> Any:
    """Another state of one figure: long lists of which a few entries change, or most; seldom another layout."""
    data = []
    for k in range(2):
        text, z = ([*before["data"][k][name]] if before else [0] * LONG for name in ("text", "z"))
        for values in (text, z):
            for _ in range(chance.choice((0, 3, 30, 300))):
                values[chance.randrange(LONG)] = chance.randrange(10)
        data.append({"type": "scattermap", "name": "s", "text": text, "z": z, "meta": {"n": chance.randrange(3)}})
    return {"data": data, "layout": {"map": {"style": "s"}, "meta": chance.random() < 0.1}}
