"""An answer is lost, or is somebody else's: no page that was not asked for looks live."""

import socket
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.chromium import Watched, opened
from tests.browser.test_rotation import walled
from tests.dashboards import scenes
from tests.dashboards.serving import hub, serving
from tests.faults.proxy import proxied
from tests.faults.rig import waited

pytestmark = pytest.mark.browser


def once(answer: Callable[[Route], None]) -> Callable[[Route], None]:
    """The first request is answered so, the others as ever."""
    asked: list[Route] = []

    def route(found: Route) -> None:
        asked.append(found)
        answer(found) if len(asked) == 1 else found.continue_()

    return route


def after(wall: Watched, what: Callable[[], bool], seconds: float) -> None:
    waited(what, seconds, why=lambda: f"{wall.page.url}: {wall.state()}, {wall.page.inner_text('#banner')!r}")


def test_a_page_whose_answer_is_lost_is_asked_for_again(browser: Browser) -> None:
    fed = hub(poll_seconds=3600)
    fed.publish(scenes.flooded())
    with serving(fed) as running:
        watched = opened(browser, running.url + "/?lang=en")
        watched.await_state("live", 60)
        watched.page.wait_for_timeout(1500)
        watched.page.route("**/_dash-update-component*", once(lambda r: r.abort()))
        watched.page.click("nav a[href^='/public-order']")
        after(watched, lambda: watched.state() == "reconnecting", 15)  # it is still the page before
        watched.page.wait_for_selector("main[data-title*='Public order']", timeout=30_000)
        watched.await_state("live", 10)
        watched.page.wait_for_timeout(6000)
        assert watched.state() == "live", "frames of the page before are no reason to ask again"
        watched.page.context.close()


def test_a_place_of_which_there_is_no_picture_yet_is_not_live(browser: Browser) -> None:
    """A new server without its database has no places, and answers all the same."""
    fed = hub(poll_seconds=3600)
    fed.publish(scenes.flooded())
    with serving(fed) as first:
        port = first.port
        watched = opened(browser, first.url + "/place/19753?lang=en")
        watched.await_state("live", 60)
    empty = hub(poll_seconds=3600)
    with serving(empty, port=port):
        after(watched, lambda: "The first picture is being made" in watched.page.inner_text("#banner"), 20)
        assert watched.state() == "reconnecting"
        empty.publish(scenes.flooded())
        watched.await_state("live", 30)
        watched.page.context.close()


def test_a_wall_goes_on_after_an_answer_that_is_none(browser: Browser) -> None:
    fed = walled()
    fed.publish(scenes.flooded())
    with serving(fed) as running:
        wall = opened(browser, running.url + "/wall?lang=en")
        wall.await_state("live", 60)
        odd = once(lambda r: r.fulfill(status=502, content_type="application/json", body='{"error": "bad gateway"}'))
        wall.page.route("**/wall/alarms*", odd)
        with wall.page.expect_response("**/wall/alarms*", timeout=20_000):
            wall.page.evaluate("ioc.wall.it.asked = -1e9")
        wall.page.wait_for_timeout(1500)
        before = wall.page.url
        wall.page.evaluate("ioc.wall.it.due = 0")
        wall.page.wait_for_url(lambda url: url != before, timeout=20_000)
        wall.page.context.close()


def test_nobody_reloads_into_a_server_that_is_full(browser: Browser) -> None:
    """A page that would load itself anew asks as a page: its own socket counts, and it would be refused."""
    fed = hub(poll_seconds=3600)
    fed.build = "new"
    fed.publish(scenes.flooded())
    with serving(fed, screens=1) as running:
        watched = opened(browser, running.url + "/?lang=en")
        watched.await_state("live", 60)
        with watched.page.expect_response(watched.page.url, timeout=20_000) as asked:
            watched.page.evaluate("window.sameDocument = true; document.documentElement.dataset.build = 'old'")
        watched.page.wait_for_timeout(1500)
        assert asked.value.status == 503 and watched.page.evaluate("window.sameDocument")
        assert watched.value("incidents_open")
        watched.page.context.close()


@pytest.mark.soak
@pytest.mark.parametrize("tabs", [1, 2])
def test_a_line_that_swallows_new_connections_keeps_nobody_waiting(browser: Browser, tabs: int) -> None:
    fed = hub(poll_seconds=3600)
    fed.publish(scenes.flooded())
    where = [("127.0.0.1", 1)]
    with socket.create_server(("127.0.0.1", 0)) as silent, proxied(lambda: where[0]) as proxy:
        url = f"http://127.0.0.1:{proxy.port}"
        with serving(fed, origins=(url,)) as running:
            where[0] = ("127.0.0.1", running.port)
            context = browser.new_context()
            walls = [Watched(context.new_page()) for _ in range(tabs)]
            for wall in walls:
                wall.page.goto(url + "/?lang=en")
                wall.await_state("live", 30)
            where[0] = silent.getsockname()  # which takes a connection and never says a word on it
            proxy.cut()
            time.sleep(20)
            assert all(w.state() == "reconnecting" for w in walls)
            where[0] = ("127.0.0.1", running.port)
            for wall in walls:
                after(wall, lambda w=wall: w.state() == "live", 15)  # type: ignore[misc]
            time.sleep(15)
            assert all(w.state() == "live" for w in walls), "and they stay so"
            context.close()
