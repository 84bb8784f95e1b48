"""A past minute in a browser: from its URL, and from the time bar, until the picture of that minute is painted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, BrowserContext, Page

from city.snapshot import Known

OPEN_MS, PAINT_MS = 120_000, 60_000
_PAINTED = """
([wanted, patience]) => new Promise((done, failed) => {
  const begun = window.asked ?? 0, until = performance.now() + patience;
  const there = () => {
    const state = document.getElementById("city-state"), maps = [...document.querySelectorAll(".js-plotly-plot")];
    const tile = document.querySelector('[data-indicator][data-value]:not([data-value=""])');
    return state?.dataset.at?.startsWith(wanted) && tile && maps.length
      && maps.every((gd) => !gd._fullLayout?.map || gd._fullLayout.map._subplot?.map?.loaded());
  };
  const seen = () => `${document.getElementById("city-state")?.outerHTML} ${document.body.innerText.slice(0, 300)}`;
  const look = () => {
    if (there()) requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
    else if (performance.now() > until) failed(new Error(`${wanted} is not painted after ${patience} ms: ${seen()}`));
    else requestAnimationFrame(look);
  };
  look();
})
"""

_NOTE = "() => addEventListener('keydown', () => { window.asked = performance.now(); }, { capture: true, once: true })"


@contextmanager
def screen(browser: Browser, href: str) -> Iterator[BrowserContext]:
    """A browser that has been here before: our scripts are in its cache."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    context.set_default_timeout(OPEN_MS)
    page = context.new_page()
    page.goto(href)
    page.wait_for_function("() => document.querySelector('.js-plotly-plot')?._fullLayout?.map?._subplot?.map?.loaded()")
    page.close()
    yield context
    context.close()


def by_url(context: BrowserContext, href: str, known: Known, at: datetime) -> float:
    """Seconds until the overview of a minute is painted, its map included, from the opening of its URL."""
    page = context.new_page()
    page.goto(f"{href}?at={quote(at.isoformat())}&known={known}")
    taken = float(page.evaluate(_PAINTED, [_wanted(page, at), PAINT_MS]))
    page.close()
    return taken / 1000


def by_the_bar(page: Page, at: datetime) -> float:
    """Seconds from Enter in the time bar's field until that minute is painted."""
    moment = page.locator(".time-moment")
    moment.fill(f"{at.astimezone(_zone(page)):%Y-%m-%d %H:%M}")
    page.evaluate(
        "() => addEventListener('keydown', () => { window.asked = performance.now(); }, { capture: true, once: true })"
    )
    moment.press("Enter")
    return float(page.evaluate(_PAINTED, [_wanted(page, at), PAINT_MS])) / 1000


def _wanted(page: Page, at: datetime) -> str:
    page.wait_for_selector("#city-state[data-at]", state="attached")
    shown = datetime.fromisoformat(page.get_attribute("#city-state", "data-at") or "")
    return f"{at.astimezone(shown.tzinfo):%Y-%m-%dT%H:%M}"


def _zone(page: Page) -> ZoneInfo:
    return ZoneInfo(page.get_attribute("#city-state", "data-zone") or "UTC")
