"""What a person without a mouse, without colours, or without eyes meets on a page."""

from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.chromium import Watched, drawn

AXE = Axe()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_STOPS = 400
_STOP = """
() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const x = box.left + box.width / 2, y = box.top + box.height / 2;
  const hit = document.elementFromPoint(x, y);
  const before = window.lastStop;  // a field of several parts is a stop for each
  window.lastStop = e;
  window.stops = (window.stops || new Set()).add(e);
  return {
    what: `${e.localName}#${e.id}.${e.className} `  // without numbers: ages tick
      + (e.textContent || e.title || "").trim().replace(/\\d+/g, "").slice(0, 40),
    outlined: before === e || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2),
    inside: x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight,
    uncovered: !!hit && (e.contains(hit) || hit.contains(e)),
    ordered: !before || before === e || !!(before.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING),
    seen: window.stops.size,
  };
}
"""
_REACHABLE = """
() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter((e) => e.tabIndex >= 0 && !e.disabled && !e.closest("[inert]"))
  .filter((e) => e.checkVisibility({visibilityProperty: true}))
  .map((e) => `${e.localName}#${e.id}.${e.className} `
    + (e.textContent || e.title || "").trim().replace(/\\d+/g, "").slice(0, 40))
"""
_CUT = """
() => [...[...document.querySelectorAll(".tile-number, .tile-word, .tile-title, .unit, .panel h2, .top a, .key span")]
  .filter((e) => e.checkVisibility() && getComputedStyle(e).display !== "inline" && e.scrollWidth > e.clientWidth + 1)
  .map((e) => `${e.className} ${e.textContent.slice(0, 60)}`),
  ...[...document.querySelectorAll(".tile, .tile-title a")]
  .filter((e) => e.checkVisibility() && e.scrollHeight > e.clientHeight + 1)
  .map((e) => `${e.scrollHeight - e.clientHeight} px of the height of ${e.className} ${e.textContent.slice(0, 60)}`)]
"""


@dataclass(frozen=True)
class Stop:
    """Where the tabulator key led."""

    what: str
    outlined: bool
    inside: bool
    uncovered: bool
    ordered: bool
    seen: int


def visited(browser: Browser, url: str, *, maps: bool = True, width: int = 1920, height: int = 1080) -> Watched:
    """A page that Dash has drawn and that follows, dark, in a browser profile of its own. Without `maps` their
    script never comes, and the page is there in half the time."""
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark")
    watched = Watched(page)
    if not maps:
        page.route("**/plotly.min.js", lambda route: route.abort())
    page.goto(url)
    page.wait_for_selector("#page #main", timeout=60_000)
    page.wait_for_selector('#city-state:not([data-connection="reconnecting"])', timeout=60_000)
    if maps and page.locator(".graph").count():
        page.wait_for_selector('canvas[role="img"]', timeout=60_000)
        drawn(watched)
    return watched


def complaints(page: Page, *rules: str) -> list[str]:
    """What axe finds; all of WCAG 2.2 AA and good practice, or these rules alone."""
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    found = AXE.run(page, options={"runOnly": only, "resultTypes": ["violations"]}).response
    return [
        f"{v['id']}: {n['target']} {n['html'][:120]} {n['failureSummary'][:200]}"
        for v in found["violations"]
        for n in v["nodes"][:3]
    ]


def walk(page: Page) -> list[Stop]:
    """Every stop of the tabulator key, from the top of the page until it leaves the page again."""
    page.evaluate("() => { document.activeElement?.blur(); window.lastStop = window.stops = null; }")
    stops = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        found = page.evaluate(_STOP)
        if found is None:
            return stops
        stops.append(Stop(**found))
    raise AssertionError(f"the focus goes round and round, at last at {stops[-1].what}")


def reachable(page: Page) -> list[str]:
    """What somebody with a mouse can use."""
    return list(page.evaluate(_REACHABLE))


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def cut(page: Page) -> list[str]:
    """Texts that do not fit into their boxes."""
    return list(page.evaluate(_CUT))
