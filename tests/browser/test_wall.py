"""What a person at the wall sees, in a real browser."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from city.city import City, picture
from city.snapshot import Known, Snapshot
from dashboards.kit import theme
from tests.browser.chromium import Watched, drawn, opened
from tests.browser.pixels import colours, markers, share
from tests.city.makers import batch
from tests.dashboards import scenes
from tests.dashboards.serving import hub, serving, until

pytestmark = pytest.mark.browser
MARKER_COLOURS = [theme.INCIDENT, theme.INCIDENT_SEVERE, theme.INCIDENT_EDGE]
"""A marker's middle, or the ring of another that lies over it."""


def flood() -> City:
    city = City(scenes.HUE)
    city.absorb(scenes.rows(flood=True), scenes.EVENING)
    return city


def incident(n: int, **more: Any) -> dict[str, Any]:
    event = {"event_id": f"new-{n}", "domain": "public_order", "category": "fire", "severity": 3}
    where = {"latitude": 16.46, "longitude": 107.58}
    return {**event, **where, "opened_at": scenes.EVENING - timedelta(minutes=1), **more}


def past(at: Any, known: Known) -> Snapshot:
    return picture(scenes.HUE, scenes.rows(at), at, known)


def test_the_wall_is_live_and_follows_and_asks_nobody_else(browser: Browser) -> None:
    city, fed = flood(), hub(poll_seconds=60, past=past)
    assert city.now
    fed.publish(city.now)
    with serving(fed) as running:
        wall = opened(browser, running.url + "/?lang=en")
        wall.await_state("live", 15)
        drawn(wall)
        version = int(wall.page.get_attribute("#city-state", "data-version") or 0)
        before = int(wall.value("incidents_open"))
        fed.publish(city.absorb(batch(event=[incident(1)]), scenes.EVENING))
        wanted = f'[data-indicator="incidents_open"][data-place=""][data-value="{before + 1}"]'
        wall.page.wait_for_selector(wanted, timeout=5000)
        assert int(wall.page.get_attribute("#city-state", "data-version") or 0) > version
        assert wall.page.locator("[data-attention]").count() > 10
        assert wall.page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "a wall does not scroll"

        wall.page.locator('[data-attention][data-place]:not([data-place=""]) a').first.click()
        wall.page.wait_for_url(re.compile("/place/"), timeout=5000)
        code = wall.page.url.split("/place/")[1].split("?")[0]
        wall.page.wait_for_selector(
            f'[data-indicator="feedback_open"][data-place="{code}"][data-value]', timeout=10_000
        )
        assert wall.page.url.endswith("?lang=en"), "the language stays"

        wall.page.goto(running.url + "/?at=2025-10-20T20:00&known=then&lang=en")
        wall.await_state("frozen", 30)
        assert "as it was known then" in wall.page.inner_text("#banner")
        assert wall.page.get_attribute("#city-state", "data-at") == "2025-10-20T13:00:00+00:00"
        assert wall.hosts == {"127.0.0.1"}
        assert wall.complaints == []
        wall.page.close()


def test_the_wall_comes_back_by_itself_after_the_server_was_gone(browser: Browser) -> None:
    city, fed = flood(), hub(poll_seconds=60)
    assert city.now
    fed.publish(city.now)
    with serving(fed) as first:
        port = first.port
        wall = opened(browser, first.url + "/?lang=en")
        wall.await_state("live", 15)
        wall.page.evaluate("window.sameDocument = true")
    wall.await_state("reconnecting", 10)
    assert "Server unreachable since" in wall.page.inner_text("#banner")
    assert wall.value("incidents_open"), "the last picture stays"
    again = hub(poll_seconds=60)
    fresh = flood()
    again.publish(fresh.absorb(batch(event=[incident(7)]), scenes.EVENING))
    with serving(again, port=port):
        wall.await_state("live", 8)
        assert wall.page.evaluate("window.sameDocument"), "without loading the page anew"
        assert fresh.now
        expected = str(int(fresh.now.number("incidents_open", 41).value or 0))
        until(lambda: wall.value("incidents_open") == expected or wall.page.wait_for_timeout(50), 5)
        wall.page.close()


def test_a_lost_database_greys_the_last_picture_and_says_since_when(browser: Browser) -> None:
    city, fed = flood(), hub(poll_seconds=60)
    assert city.now
    fed.publish(city.now)
    with serving(fed) as running:
        wall = opened(browser, running.url + "/?lang=en")
        wall.await_state("live", 15)
        fed.lost(scenes.EVENING)
        wall.await_state("reconnecting", 5)
        assert wall.page.inner_text("#banner").startswith("Database unreachable since 20:00")
        assert wall.value("incidents_open")
        fed.publish(city.absorb(batch(), scenes.EVENING))
        wall.await_state("live", 5)
        wall.page.close()


def hovered(wall: Watched) -> str:
    """What the map tells about the point at the middle of Phú Xuân and about each incident."""
    return str(
        wall.page.evaluate(
            "() => document.querySelector('.js-plotly-plot')._fullData.flatMap((t) => t.text || []).join('\\n')"
        )
    )


def test_markup_arrives_as_text(browser: Browser) -> None:
    nasty = "<b onmouseover=alert(1)>x</b><a href='https://evil.example'>pay</a>"
    city, fed = City(scenes.HUE), hub(poll_seconds=60)
    places = [{**p, "name": f"{nasty}{i}"} for i, p in enumerate(scenes.places())]
    rescue = incident(1, category="rescue", summary=nasty, place_code="19753")
    fed.publish(city.absorb(batch(whole=True, place=places, event=[rescue]), scenes.EVENING))
    with serving(fed) as running:
        wall = opened(browser, running.url + "/?lang=en")
        drawn(wall)
        assert wall.page.locator("a[href*=evil], [onmouseover]").count() == 0
        assert "<b onmouseover" in wall.page.locator("[data-attention] .attention-place").first.inner_text()
        assert "&lt;a href" in hovered(wall) and "<a" not in hovered(wall)
        wall.page.close()


def test_a_burst_leaves_every_marker_in_place_and_nobodys_view_jumps(browser: Browser) -> None:
    city, fed = flood(), hub(poll_seconds=60)
    assert city.now
    fed.publish(city.now)
    with serving(fed) as running:
        wall = opened(browser, running.url + "/?lang=en")
        drawn(wall)
        wall.page.wait_for_timeout(1500)
        view = "() => { const m = document.querySelector('.js-plotly-plot')._fullLayout.map._subplot.map;"
        opening = wall.page.evaluate(view + " return m.getZoom(); }")
        wall.page.mouse.move(400, 350)
        wall.page.mouse.wheel(0, -400)
        nearer = " return m.getZoom() > before + 0.2 && !m.isMoving(); }"
        wall.page.wait_for_function(view.replace("()", "(before)", 1) + nearer, arg=opening, timeout=30_000)
        chosen = wall.page.evaluate(view + " return m.getZoom(); }")
        for n in range(30):
            fed.publish(city.absorb(batch(event=[incident(n)]), scenes.EVENING))
            wall.page.wait_for_timeout(100)
        wall.page.wait_for_timeout(2500)
        zoom = wall.page.evaluate(view + " return m.getZoom(); }")
        assert zoom == pytest.approx(chosen, abs=0.01)
        where = markers(wall.page)
        assert len(where) > 20
        missing = [w for w, c in zip(where, colours(wall.page, where), strict=True) if share(c, MARKER_COLOURS) < 0.2]
        assert missing == [], "markers that the screen does not show"
        count = (
            "() => document.querySelector('.js-plotly-plot').data.find((t) => t.name === 'incident cores').lat.length"
        )
        before = wall.page.evaluate(count)
        wall.page.mouse.wheel(0, -200)
        wall.page.wait_for_timeout(1200)
        assert wall.page.evaluate(count) == before, "who zooms sees what is new, not what the page was opened with"
        assert wall.complaints == []
        wall.page.close()


def test_a_map_whose_context_is_lost_draws_again(browser: Browser) -> None:
    city, fed = flood(), hub(poll_seconds=60)
    assert city.now
    fed.publish(city.now)
    with serving(fed) as running:
        wall = opened(browser, running.url + "/?lang=en")
        drawn(wall)
        wall.page.wait_for_function("() => document.querySelector('.js-plotly-plot').iocBound", timeout=10_000)
        wall.page.evaluate(
            "() => { const c = document.querySelector('.maplibregl-canvas'); window.oldCanvas = c;"
            " c.getContext('webgl2').getExtension('WEBGL_lose_context').loseContext(); }"
        )
        wall.page.wait_for_function(
            "() => { const c = document.querySelector('.maplibregl-canvas');"
            " return c && c !== window.oldCanvas && !c.getContext('webgl2')?.isContextLost(); }",
            timeout=10_000,
        )
        drawn(wall)
        wall.page.close()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (390, 844)])
def test_nothing_sticks_out_sideways(browser: Browser, width: int, height: int) -> None:
    fed = hub(poll_seconds=60)
    fed.publish(scenes.flooded())
    with serving(fed) as running:
        wall = opened(browser, running.url + "/?lang=vi", width, height, "light")
        assert wall.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        cut = wall.page.evaluate(
            "() => [...document.querySelectorAll('.tile-number, .tile-word')]"
            ".filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline').length"
        )
        assert cut == 0
        wall.page.close()


def test_a_page_opened_before_the_first_picture_fills_itself(browser: Browser) -> None:
    city, fed = flood(), hub(poll_seconds=60)
    with serving(fed) as running:
        wall = opened(browser, running.url + "/?lang=en")
        wall.await_state("reconnecting", 10)
        assert "The first picture is being made" in wall.page.inner_text("#banner")
        assert wall.page.locator("#places option").count() == 1
        assert city.now
        fed.publish(city.now)
        wall.await_state("live", 10)
        wall.page.wait_for_function("() => document.querySelectorAll('#places option').length === 41", timeout=10_000)
        until(lambda: wall.value("incidents_open") or wall.page.wait_for_timeout(50), 5)
        wall.page.close()


def test_a_phone_without_shared_workers_is_live_too(browser: Browser) -> None:
    city, fed = flood(), hub(poll_seconds=60)
    assert city.now
    fed.publish(city.now)
    with serving(fed) as running:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.add_init_script("delete window.SharedWorker")
        phone = Watched(page)
        page.goto(running.url + "/?lang=en")
        phone.await_state("live", 60)
        before = int(phone.value("incidents_open"))
        fed.publish(city.absorb(batch(event=[incident(3)]), scenes.EVENING))
        until(lambda: phone.value("incidents_open") == str(before + 1) or page.wait_for_timeout(50), 10)
        assert phone.complaints == []
        page.close()
