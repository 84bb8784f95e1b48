"""The wall in a real browser: it turns, an alarm takes it, the night reloads it, the past is told as the past."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from city.city import City
from city.config import Wall
from dashboards.kit.hub import Hub
from tests.browser.chromium import Watched, drawn, opened
from tests.browser.test_time import HOUR, at, pause, standing
from tests.city.makers import batch, reading
from tests.dashboards import scenes
from tests.dashboards.serving import hub, serving

pytestmark = pytest.mark.browser
STYLED = """() => [...document.querySelectorAll(".js-plotly-plot")].every(
  (gd) => !gd._fullLayout?.map || gd._fullLayout.map._subplot?.map?.isStyleLoaded())"""


def walled() -> Hub:
    wall = Wall.model_validate({"pages": ["/", "/public-order", "/environment"], "seconds": 3600})
    return Hub(scenes.HUE.model_copy(update={"wall": wall}), hub().clock, 60)


def turned(watched: Watched) -> None:
    """Let the wall turn now."""
    page, before = watched.page, watched.page.url
    page.evaluate("ioc.wall.it.due = 0")
    page.wait_for_url(lambda url: url != before, timeout=60_000)
    page.wait_for_selector("[data-indicator][data-value]", timeout=60_000)
    page.wait_for_timeout(400)


def readable(watched: Watched) -> None:
    """Nothing scrolls, there is nothing to press, and key numbers can be read from five metres."""
    page = watched.page
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("button:visible, select:visible, input:visible, nav:visible").count() == 0
    size = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.tile-number')].filter((e) => e.offsetParent)"
        ".map((e) => parseFloat(getComputedStyle(e).fontSize))) / innerHeight"
    )
    assert size >= 1 / 40


def test_the_wall_turns_and_an_alarm_takes_it_and_the_night_leaves_no_hole(browser: Browser) -> None:
    fed = walled()
    city = City(fed.file)
    fed.publish(city.absorb(scenes.rows(), scenes.EVENING))
    with serving(fed) as running:
        port = running.port
        wall = opened(browser, running.url + "/wall?lang=en")
        page = wall.page
        wall.await_state("live", 60)
        page.evaluate("window.sameDocument = true")
        readable(wall)
        drawn(wall)
        for _ in range(3):
            turned(wall)
            readable(wall)
        assert page.url.endswith("screen=%2F"), "round again"
        assert page.locator("canvas.maplibregl-canvas").count() <= 1, "maps of pages that were left are gone"
        page.wait_for_function(STYLED, timeout=60_000)
        page.set_viewport_size({"width": 3840, "height": 2160})
        page.wait_for_timeout(600)
        readable(wall)

        page.wait_for_function("() => ioc.wall.it.known !== null", timeout=60_000)
        high = [reading("water_level-1", "water_level", scenes.EVENING - timedelta(minutes=i), 4.5) for i in range(3)]
        fed.publish(city.absorb(batch(observation=high), scenes.EVENING))
        page.evaluate("ioc.wall.it.asked = -1e9")
        page.wait_for_selector("#wall-alarm p", timeout=60_000)
        pause(wall, lambda: "environment" in page.url)
        assert "ALARM" in page.inner_text("#wall-alarm").upper()
        page.wait_for_selector(".tile.taken", timeout=60_000)
        page.evaluate("ioc.wall.it.alarm.until = 0")
        page.wait_for_selector("#wall-alarm p", state="detached", timeout=60_000)
        assert page.evaluate("window.sameDocument") and wall.complaints == []
        page.evaluate("ioc.wall.it.plan.reload = ioc.time.local(ioc.time.now() - 1800e3).slice(11)")
        page.wait_for_timeout(2500)
        assert page.evaluate("ioc.wall.it.night") is None, "opened after the night's moment"
        night = "ioc.wall.it.plan.reload = ioc.time.local(ioc.time.now()).slice(11)"
    page.evaluate(night)
    wall.await_state("reconnecting", 60)
    page.wait_for_function("() => ioc.wall.it.night !== null", timeout=60_000)
    page.evaluate("ioc.wall.it.night = 1")
    page.wait_for_timeout(2500)
    assert page.evaluate("window.sameDocument") and wall.value("river_level"), "no reload into a dead server"
    again = walled()
    again.publish(city.absorb(batch(), scenes.EVENING))
    with serving(again, port=port):
        page.evaluate("ioc.wall.it.night = 1")
        page.wait_for_function("() => !window.sameDocument", timeout=60_000)
        wall.await_state("live", 60)
        page.close()


def test_a_wall_of_the_past_says_so_and_still_turns(browser: Browser) -> None:
    with standing() as (running, _, _):
        wall = opened(browser, running.url + "/wall?lang=pt&at=2025-10-27T19:00")
        wall.await_state("frozen", 60)
        assert "Não é agora" in wall.page.inner_text("#banner")
        turned(wall)
        wall.await_state("frozen", 60)
        assert at(wall) == scenes.EVENING - HOUR and "at=" in wall.page.url
        wall.page.close()
