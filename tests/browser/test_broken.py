"""A page that can't be painted: the wall passes it over, a person is told, nothing reloads into it."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from dashboards.kit import panels
from tests.browser.chromium import opened
from tests.browser.test_rotation import turned, walled
from tests.dashboards import scenes
from tests.dashboards.serving import Running, hub, serving

pytestmark = pytest.mark.browser
BAD: set[str] = set()
TOLD = "This page can't be painted at present"


@pytest.fixture(autouse=True)
def painting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages whose keys are in BAD can't be painted."""
    drawn = panels.drawn

    def some(page: Any, view: Any) -> Any:
        if page.key in BAD:
            raise ValueError("a number nobody thought of")
        return drawn(page, view)

    monkeypatch.setattr(panels, "drawn", some)
    yield
    BAD.clear()


def test_the_wall_passes_it_over(browser: Browser) -> None:
    fed = walled()
    fed.publish(scenes.flooded())
    with serving(fed) as running:
        wall = opened(browser, running.url + "/wall?lang=en")
        wall.await_state("live", 60)
        BAD.add("public_order")
        turned(wall)
        assert wall.page.url.endswith("screen=%2Fenvironment")
        BAD.clear()
        turned(wall)
        turned(wall)
        assert wall.page.url.endswith("screen=%2Fpublic-order"), "and turns to it again when it can be painted"
        wall.page.context.close()


@pytest.fixture
def running() -> Iterator[Running]:
    fed = hub(poll_seconds=3600)
    fed.publish(scenes.flooded())
    with serving(fed) as found:
        yield found


@pytest.mark.soak
def test_who_goes_there_is_told_and_it_comes_by_itself(browser: Browser, running: Running) -> None:
    watched = opened(browser, running.url + "/?lang=en")
    watched.await_state("live", 60)
    BAD.add("public_order")
    watched.page.click("nav a[href^='/public-order']")
    watched.page.wait_for_selector(f"text={TOLD}", timeout=20_000)
    BAD.clear()
    watched.page.wait_for_selector("[data-indicator='incidents_open']", timeout=90_000)
    watched.page.context.close()


@pytest.mark.soak
def test_a_document_that_tells_of_it_asks_again(browser: Browser, running: Running) -> None:
    BAD.add("public_order")
    page = browser.new_context().new_page()
    assert (answer := page.goto(f"{running.url}/public-order?lang=en")) and answer.status == 500
    assert TOLD in page.inner_text("main")
    BAD.clear()
    page.wait_for_selector("[data-indicator='incidents_open']", timeout=60_000)
    page.context.close()


@pytest.mark.soak
def test_nothing_reloads_into_it(browser: Browser) -> None:
    """A new server that can't paint the page: the last picture stays, greyed, and it is live when it can."""
    fed = hub(poll_seconds=3600)
    fed.publish(scenes.flooded())
    with serving(fed) as first:
        port = first.port
        watched = opened(browser, first.url + "/public-order?lang=en")
        watched.await_state("live", 60)
        shown = watched.value("incidents_open")
    BAD.add("public_order")
    with serving(fed, port=port):
        end = time.monotonic() + 40
        while time.monotonic() < end:
            assert watched.value("incidents_open") == shown
            time.sleep(0.5)
        assert watched.state() == "reconnecting" and "No new picture since" in watched.page.inner_text("#banner")
        BAD.clear()
        watched.await_state("live", 90)
        watched.page.context.close()
