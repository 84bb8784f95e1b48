"""Every page, whoever looks at it: by ear, by keyboard, enlarged, in the system's colours, in either theme."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from dashboards.kit.discover import discover
from tests.browser.access import complaints, cut, reachable, sideways, visited, walk
from tests.browser.chromium import Watched
from tests.dashboards import scenes
from tests.dashboards.serving import Running, hub, serving

pytestmark = pytest.mark.browser
TABLES = (
    "aria-allowed-role",
    "aria-required-children",
    "aria-required-parent",
    "aria-allowed-attr",
    "empty-table-header",
)
_NAMELESS = """
() => [...document.querySelectorAll("table.chart")]  // cells of cards that do not say which column they are of
  .filter((t) => getComputedStyle(t).display === "block")
  .flatMap((t) => [...t.tBodies[0].rows].flatMap((r) => [...r.cells].slice(1)))
  .filter((c) => c.getAttribute("role") !== "cell" || !c.dataset.label).map((c) => c.outerHTML.slice(0, 120))
"""
PAGES = {key: page.route.replace("{place}", "19753") for key, page in discover().items()}


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    fed = hub(poll_seconds=3600)  # or a slow run would rightly be told that no picture comes
    fed.publish(scenes.flooded())
    with serving(fed) as found:
        yield found


@pytest.fixture(scope="module", params=PAGES)
def seen(request: pytest.FixtureRequest, browser: Browser, running: Running) -> Iterator[Watched]:
    """One load of each page for all that is asked of it."""
    watched = visited(browser, f"{running.url}{PAGES[request.param]}?lang=en", maps=request.param == "overview")
    yield watched
    watched.page.close()


def test_pages_were_found() -> None:
    assert len(PAGES) >= 5


def test_axe_finds_nothing_in_either_theme(seen: Watched) -> None:
    assert complaints(seen.page) == []
    seen.page.evaluate("document.documentElement.dataset.bsTheme = 'light'")
    assert complaints(seen.page, "color-contrast") == []


def test_everything_is_reached_by_keyboard_seen_and_left_again(seen: Watched) -> None:
    stops = walk(seen.page)
    assert stops[0].what.startswith("a#.skip"), "the first stop leads past the top bar"
    assert [s.what for s in stops if not s.ordered] == []
    assert [s.what for s in stops if not s.outlined] == []
    assert [s.what for s in stops if not (s.inside and s.uncovered)] == []
    missed = sorted(set(reachable(seen.page)) - {s.what for s in stops})
    assert missed == []


def test_motion_stops_and_signs_stay_when_the_system_asks(seen: Watched) -> None:
    seen.page.emulate_media(reduced_motion="reduce", forced_colors="active")
    moving = (
        "() => { document.querySelectorAll('.tile').forEach((t) => t.classList.add('changed'));"
        " return document.getAnimations().length; }"
    )
    assert seen.page.evaluate(moving) == 0
    blank = (
        "() => { const ground = getComputedStyle(document.body).backgroundColor;"
        " return [...document.querySelectorAll('.level-icon, .bar')].filter((e) => e.checkVisibility())"
        ".filter((e) => { const s = getComputedStyle(e);"
        " return s.backgroundColor === ground && s.borderStyle === 'none'; }).length; }"
    )
    assert seen.page.evaluate(blank) == 0
    seen.page.emulate_media(reduced_motion="no-preference", forced_colors="none")


@pytest.mark.parametrize(("width", "height"), [(960, 540), (320, 640)], ids=["200 %", "400 %"])
def test_an_enlarged_page_is_one_column_that_is_whole(seen: Watched, width: int, height: int) -> None:
    seen.page.set_viewport_size({"width": width, "height": height})
    assert sideways(seen.page) == 0, "not even until the map is drawn anew"
    seen.page.wait_for_timeout(200)
    assert sideways(seen.page) == 0
    assert cut(seen.page) == []
    if width < 600:
        assert complaints(seen.page, *TABLES) == []
        assert seen.page.evaluate(_NAMELESS) == []


def test_levels_differ_by_shape_and_word_too(browser: Browser, running: Running) -> None:
    watched = visited(browser, f"{running.url}/place/19753?lang=en", maps=False)
    told = watched.page.evaluate(
        "() => [...document.querySelectorAll('.tile[data-level]')].map((t) => {"
        " const s = getComputedStyle(t.querySelector('.level-icon'));"
        " return [t.dataset.level, s.clipPath + s.borderStyle, t.querySelector('.tile-word').textContent]; })"
    )
    levels = {level for level, *_ in told}
    assert len(levels) >= 4
    shapes = {level: {shape for lv, shape, _ in told if lv == level} for level in levels}
    assert all(len(s) == 1 for s in shapes.values()) and len({s for v in shapes.values() for s in v}) == len(levels)
    assert all(word for *_, word in told)
    watched.page.close()


def test_axe_finds_nothing_on_the_wall(browser: Browser, running: Running) -> None:
    watched = visited(browser, f"{running.url}/wall?lang=en", maps=False)
    assert complaints(watched.page) == []
    assert sideways(watched.page) == 0
    watched.page.close()
