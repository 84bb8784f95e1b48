"""F42: a map that loses its WebGL context draws again by itself, however often."""

import time

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import Watched, drawn
from tests.dashboards import scenes
from tests.dashboards.serving import hub, serving
from tests.faults.conftest import Record
from tests.faults.rig import waited

VIEW = """() => { const m = document.querySelector('.js-plotly-plot')._fullLayout.map._subplot.map;
          return [m.getZoom(), m.getCenter().lng, m.getCenter().lat]; }"""


def nearer(page: Page, least: float) -> bool:
    """Somebody turns the wheel over the map, and sees it come nearer."""
    page.mouse.move(400, 350)
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(1500)  # until it has come to rest
    return bool(page.evaluate(VIEW)[0] > least)


@pytest.mark.soak
@pytest.mark.browser
def test_f42_a_lost_webgl_context_is_back_twenty_times_of_twenty(browser: Browser, record: Record) -> None:
    fed = hub(poll_seconds=3600)
    fed.publish(scenes.flooded())
    with serving(fed) as running:
        page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
        watched = Watched(page)
        page.goto(f"{running.url}/?lang=en", timeout=120_000)
        drawn(watched)
        page.wait_for_function("() => document.querySelector('.js-plotly-plot').iocBound", timeout=10_000)
        opening, shown = page.evaluate(VIEW), watched.value("incidents_open")
        waited(lambda: nearer(page, opening[0] + 0.2), 30)
        chosen, took = page.evaluate(VIEW), []
        for _ in range(20):
            began = time.monotonic()
            page.evaluate(
                "() => { const c = document.querySelector('.maplibregl-canvas'); window.oldCanvas = c;"
                " c.getContext('webgl2').getExtension('WEBGL_lose_context').loseContext(); }"
            )
            page.wait_for_function(
                "() => { const c = document.querySelector('.maplibregl-canvas');"
                " return c && c !== window.oldCanvas && !c.getContext('webgl2')?.isContextLost(); }",
                timeout=10_000,
            )
            drawn(watched)
            took.append(time.monotonic() - began)
            page.wait_for_timeout(300)
        assert page.evaluate(VIEW) == pytest.approx(chosen, abs=0.01), "nobody's view is lost"
        assert watched.value("incidents_open") == shown
        page.context.close()
    record("F42 context", seen=max(took), recovered=max(took), lost=0, times=len(took))
