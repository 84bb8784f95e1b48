"""The time bar in a real browser: few pages, each made to live through much."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Request

from city.city import City
from city.snapshot import Known, Snapshot
from city.stored import Stored
from city.tables import Tables
from tests.browser.access import AXE, TAGS
from tests.browser.chromium import Watched, opened
from tests.city.makers import batch
from tests.dashboards import scenes
from tests.dashboards.serving import Running, hub, serving, until

pytestmark = pytest.mark.browser
HOUR = timedelta(hours=1)


@dataclass
class Past:
    """Rows by today's knowledge; what was known then knows none of its incidents. `broken` reads nothing."""

    now: Tables
    then: Tables
    broken: bool = False

    def __call__(self, at: datetime, known: Known) -> Snapshot:
        if self.broken:
            raise OSError("the database is down")
        return Snapshot(scenes.HUE, at, self.now if known == "now" else self.then, known=known)


@dataclass
class Frames:
    """How many frames a page asked for, and how many at once."""

    asked: int = 0
    most: int = 0
    open: set[Request] = field(default_factory=set)

    def watch(self, watched: Watched) -> None:
        watched.page.on("request", self._begun)
        for end in ("requestfinished", "requestfailed"):
            watched.page.on(end, lambda request: self.open.discard(request))  # type: ignore[call-overload]

    def _begun(self, request: Request) -> None:
        if "/frame?" in request.url:
            self.open.add(request)
            self.asked += 1
            self.most = max(self.most, len(self.open))


def at(watched: Watched) -> datetime:
    return datetime.fromisoformat(watched.page.get_attribute("#city-state", "data-at") or "")


def shows(watched: Watched, moment: datetime) -> None:
    watched.page.wait_for_selector(f'#city-state[data-at^="{moment:%Y-%m-%dT%H:%M}"]', state="attached", timeout=60_000)


def pause(watched: Watched, met: object, seconds: float = 60) -> None:
    until(lambda: met() or watched.page.wait_for_timeout(50), seconds)  # type: ignore[operator]


@contextmanager
def standing() -> Iterator[tuple[Running, Past, City]]:
    city = City(scenes.HUE)
    evening = city.absorb(scenes.rows(flood=True), scenes.EVENING)
    without = City(scenes.HUE).absorb(batch(whole=True, place=scenes.places()), scenes.EVENING)
    past = Past(evening.tables, without.tables)
    stored = Stored(scenes.EVENING - timedelta(days=30), ((scenes.EVENING - timedelta(days=9), 3),))
    fed = hub(poll_seconds=60, past=past, stored=lambda: stored)
    fed.publish(evening)
    with serving(fed) as running:
        yield running, past, city


def test_a_page_moves_in_time_and_says_so_and_its_url_with_it(browser: Browser) -> None:
    with standing() as (running, _, _):
        desk = opened(browser, running.url + "/?lang=en")
        page = desk.page
        desk.await_state("live", 60)
        page.wait_for_selector("#timebar section")
        page.evaluate("window.sameDocument = true")
        incidents = desk.value("incidents_open")

        page.get_by_label("One hour back").click()
        desk.await_state("frozen", 60)
        moment = page.get_by_label("Moment, in the city")
        moment.fill("13/45/2025 19:00")
        moment.press("Enter")
        assert moment.get_attribute("aria-invalid") == "true" and "at=" in page.url
        moment.fill("10/27/2025 19:00")
        moment.press("Enter")
        shows(desk, scenes.EVENING - HOUR)
        assert moment.get_attribute("aria-invalid") is None and "at=2025-10-27T19%3A00" in page.url
        assert "Not now: " in page.inner_text("#banner") and "known today" in page.inner_text("#banner")
        assert page.get_attribute("body", "data-time") == "past"

        then = page.get_by_label("As known then")
        then.click()
        pause(desk, lambda: "as it was known then" in page.inner_text("#banner"))
        assert desk.value("incidents_open") != incidents and "known=then" in page.url and then.is_checked()
        page.get_by_label("As known today").click()
        pause(desk, lambda: desk.value("incidents_open") not in ("", "0"))

        page.get_by_role("button", name="Choose a day").click()
        assert page.locator(":focus").get_attribute("aria-label") == "Monday, October 27, 2025"
        assert AXE.run(page, options={"runOnly": TAGS}).response["violations"] == []
        page.keyboard.press("ArrowUp")
        assert "October 20" in (page.locator(":focus").get_attribute("aria-label") or "")
        page.keyboard.press("Enter")
        shows(desk, scenes.EVENING - HOUR - timedelta(days=7))
        assert moment.input_value() == "10/20/2025 19:00" and page.locator(".time-days").is_hidden()
        page.go_back()
        shows(desk, scenes.EVENING - HOUR)

        page.get_by_label("Stretch of the past").select_option("1")
        page.get_by_label("Moment of the stored past").focus()
        page.keyboard.press("ArrowLeft")
        pause(desk, lambda: at(desk) < scenes.EVENING - HOUR)
        page.get_by_label("One hour on").press("Enter")
        pause(desk, lambda: at(desk) > scenes.EVENING - HOUR)
        page.locator(".top nav a").nth(1).click()
        page.wait_for_url(lambda url: "at=" in url and "/?" not in url)
        desk.await_state("frozen", 60)
        page.go_back()
        page.wait_for_url(re.compile(r"/\?.*at="))
        assert page.evaluate("window.sameDocument") and desk.complaints == []
        page.close()


def test_playback_goes_on_after_a_reload_and_never_runs_ahead_of_the_server(browser: Browser) -> None:
    with standing() as (running, past, _):
        frames, begin = Frames(), scenes.EVENING - 20 * HOUR
        desk = opened(browser, running.url + "/?lang=en&at=2025-10-27T00:00&speed=3600&play=1")
        page = desk.page
        frames.watch(desk)
        pause(desk, lambda: at(desk) >= begin + 2 * HOUR)
        page.wait_for_selector(".js-plotly-plot", timeout=60_000)
        assert page.locator('head > script[src*="plotly.min.js"]').count() == 1, "Plotly waits for the first figure"
        assert page.locator('script[src*="plotly.min.js"]').count() == 1, "Plotly is read twice"
        page.reload()
        again = begin + 2 * HOUR
        page.wait_for_selector("#timebar section")
        pause(desk, lambda: page.get_attribute("#city-state", "data-at") and at(desk) >= again + HOUR, 60)
        page.get_by_label("Pause").click()
        page.get_by_label("Play", exact=True).wait_for()
        assert "play=" not in page.url and "speed=3600" in page.url
        page.wait_for_timeout(300)
        stood = at(desk)
        assert frames.most == 1 and frames.asked >= 3
        assert desk.complaints == []

        past.broken = True
        page.get_by_label("One day back").click()
        pause(desk, lambda: "can't be read now" in page.inner_text(".time-said"))
        page.wait_for_timeout(1500)
        assert at(desk) == stood and desk.value("incidents_open"), "the last picture stays"
        past.broken = False
        pause(desk, lambda: at(desk) == stood - timedelta(days=1), 60)
        assert page.inner_text(".time-said") == ""

        page.get_by_label("Moment, in the city").fill("2180-01-01 00:00")
        page.keyboard.press("Enter")
        pause(desk, lambda: "has not come yet" in page.inner_text(".time-said"))
        page.get_by_role("button", name="Back to now").click()
        desk.await_state("live", 60)
        assert "at=" not in page.url and page.locator(".time-now").is_hidden()
        page.close()
