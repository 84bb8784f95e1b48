"""The server, the line to it, the browser and the clocks fail; the page tells, and comes back by itself."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from city.city import City
from city.clock import WorldClock
from dashboards.kit import panels
from dashboards.kit.contract import Page, View
from repository import watch
from tests.browser.chromium import Watched
from tests.dashboards.serving import serving
from tests.faults.conftest import Record
from tests.faults.programs import free_port, served
from tests.faults.proxy import Proxy, proxied
from tests.faults.rig import PAGE, Rig, through, waited

pytestmark = pytest.mark.browser
SERVER = "Server unreachable since"


def banner(wall: Watched) -> str:
    return wall.page.inner_text("#banner")


@contextmanager
def behind(rig: Rig, browser: Browser, script: str = "") -> Iterator[tuple[Watched, Proxy]]:
    """Another page on the same picture, with a proxy of ours between its browser and the server."""
    where = [("127.0.0.1", 1)]
    with proxied(lambda: where[0]) as proxy:
        url = f"http://127.0.0.1:{proxy.port}"
        with serving(rig.hub, origins=(url,)) as running:
            where[0] = ("127.0.0.1", running.port)
            page = browser.new_context(viewport={"width": 900, "height": 600}).new_page()
            page.add_init_script(script)
            wall = Watched(page)
            page.goto(url + PAGE)
            wall.await_state("live", 30)
            page.evaluate("window.sameDocument = true")
            yield wall, proxy
            page.context.close()


def comes_back(wall: Watched, rig: Rig, within: float) -> float:
    """Seconds until it is live with every row, in the document that it was."""

    def there() -> bool:
        return wall.state() == "live" and wall.value("incidents_open") == str(len(rig.acknowledged))

    seconds = waited(there, within, why=lambda: f"{wall.state()}, {banner(wall)!r}")
    assert wall.page.evaluate("window.sameDocument"), "without loading the page anew"
    return seconds


@pytest.mark.soak
def test_f36_the_application_is_killed_and_started_again(
    rig: Rig, browser: Browser, tmp_path: Path, record: Record
) -> None:
    port, page = free_port(), browser.new_context(viewport={"width": 900, "height": 600}).new_page()
    wall, href = Watched(page), "/place/19753?lang=en&show=incidents_open"
    with served("--no-collect", url=through(rig.proxy), data=tmp_path, port=port) as first:
        page.goto(first.url + href)
        wall.await_state("live", 40)
        page.evaluate("window.sameDocument = true")
        before, began = page.inner_text("main"), time.monotonic()
        first.kill()
        seen = waited(lambda: SERVER in banner(wall), 10, began, lambda: banner(wall))
        assert wall.state() == "reconnecting" and len(page.inner_text("main")) > 0.9 * len(before) > 50
    rig.note()
    with served("--no-collect", url=through(rig.proxy), data=tmp_path, port=port) as again:
        answers = time.monotonic()
        waited(lambda: again.answers("/readyz") == 200, 30)
        recovered = waited(lambda: wall.state() == "live", 15, answers, lambda: banner(wall))
        assert page.evaluate("window.sameDocument") and page.url == again.url + href
    page.context.close()
    record("F36", seen=seen, recovered=recovered, lost=rig.lost())
    rig.lives(5)


def test_f39_the_line_goes_dead_without_a_word_and_is_cut(rig: Rig, browser: Browser, record: Record) -> None:
    with behind(rig, browser) as (wall, proxy):
        began = time.monotonic()
        proxy.swallow()
        seen = waited(lambda: SERVER in banner(wall), 10, began, lambda: banner(wall))
        assert wall.state() == "reconnecting" and wall.value("incidents_open")
        rig.note()
        proxy.flow()
        recovered = comes_back(wall, rig, 10)
        proxy.cut()
        rig.note()
        again = comes_back(wall, rig, 8)
    record("F39", seen=seen, recovered=max(recovered, again), lost=rig.lost())


def test_f40_a_picture_takes_longer_than_its_interval(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, record: Record
) -> None:
    absorb = City.absorb

    def slow(self: City, *words: object) -> object:
        time.sleep(5)
        return absorb(self, *words)  # type: ignore[arg-type]

    began = time.monotonic()
    monkeypatch.setattr(City, "absorb", slow)
    rig.note()
    seen = rig.says("No new picture since", 10, began)
    monkeypatch.undo()
    record("F40", seen=seen, recovered=rig.lives(10), lost=rig.lost())


def test_painting_fails_of_one_page_and_no_other(
    rig: Rig, browser: Browser, monkeypatch: pytest.MonkeyPatch, record: Record
) -> None:
    drawn = panels.drawn

    def some(page: Page, view: View) -> object:
        if page.key == "public_order":
            raise ValueError("a number nobody thought of")
        return drawn(page, view)

    other = Watched(browser.new_context(viewport={"width": 900, "height": 600}).new_page())
    other.page.goto(f"{rig.running.url}/?lang=en")
    other.await_state("live", 30)
    began = time.monotonic()
    monkeypatch.setattr(panels, "drawn", some)
    rig.note()
    seen = rig.says("No new picture since", 5, began)
    waited(lambda: other.value("incidents_open") == str(len(rig.acknowledged)), 5)
    assert other.state() == "live" and not banner(other), "the others go on"
    monkeypatch.undo()
    rig.note()
    record("painting", seen=seen, recovered=rig.lives(10), lost=rig.lost())
    other.page.context.close()


HIDDEN = """
    const now = performance.now.bind(performance), date = Date.now;
    let gone = 0;
    performance.now = () => now() + gone;
    Date.now = () => date() + gone;
    window.setInterval = () => 0;  // what a browser does to timers of a page nobody sees, and more
    window.sleep = (ms) => { gone += ms; };
"""


def test_f42_a_page_hidden_for_an_hour_shows_the_right_age_at_once(rig: Rig, browser: Browser, record: Record) -> None:
    with behind(rig, browser, HIDDEN) as (wall, proxy):
        proxy.swallow()
        wall.page.evaluate("sleep(3600e3); document.dispatchEvent(new Event('visibilitychange'))")
        assert "60 min" in wall.page.inner_text("#data-age"), wall.page.inner_text("#data-age")
        waited(lambda: wall.state() == "reconnecting", 2)
        proxy.flow()
        recovered = comes_back(wall, rig, 10)
        assert "sec" in wall.page.inner_text("#data-age")
    record("F42", seen=0.0, recovered=recovered, lost=rig.lost())


def test_f35_the_browsers_clock_is_wrong(rig: Rig, browser: Browser, record: Record) -> None:
    wrong = "const date = Date.now; Date.now = () => date() + 45000;"
    with behind(rig, browser, wrong) as (wall, _):
        seen = waited(lambda: "This device's clock is wrong by 1 min" in banner(wall), 5, why=lambda: banner(wall))
        assert "sec" in wall.page.inner_text("#data-age"), "ages are the server's"
        assert wall.state() == "live"
    record("F35 browser", seen=seen, recovered=0.0, lost=rig.lost())


def test_f35_the_databases_clock_is_not_ours(rig: Rig, monkeypatch: pytest.MonkeyPatch, record: Record) -> None:
    class Ahead(WorldClock):
        def now(self) -> datetime:
            return super().now() + timedelta(seconds=120)

    began = time.monotonic()
    monkeypatch.setattr(watch, "WorldClock", Ahead)
    words = "The database's clock is 120 s behind this server's"
    seen = waited(lambda: words in rig.banner(), 10, began, rig.banner)
    monkeypatch.undo()
    record("F35 database", seen=seen, recovered=rig.lives(10), lost=rig.lost())
