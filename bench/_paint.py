"""When a page first shows something, its first number, its map; and what it fetched for that."""

from dataclasses import dataclass

from playwright.sync_api import BrowserContext

from bench._browser import TILE_OF

OPEN_MS = 40_000
_NOTE = """
(selector) => {
  const noted = window.noted = {};
  const number = () => {
    const tile = document.querySelector(selector);
    return /\\d/.test(tile?.querySelector(".tile-number")?.textContent || "") && tile.checkVisibility();
  };
  const map = () => document.querySelector(".js-plotly-plot")?._fullLayout?.map?._subplot?.map?.loaded();
  const look = () => {
    const now = performance.now();
    if (!noted.number && number()) setTimeout(() => { noted.number ??= performance.now(); });  // the frame is painted
    if (!noted.map && map()) noted.map = now;
    if (!noted.map) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
"""


@dataclass(frozen=True)
class Opening:
    """Milliseconds since the page was asked for: anything painted, the first number, the map. Bytes as they came
    over the line, headers left out."""

    first: float
    number: float
    map: float
    bytes: int
    requests: int


def opening(context: BrowserContext, url: str) -> Opening:
    """Opens a page and closes it when its map stands. Raises playwright's TimeoutError when that never comes."""
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    came: dict[str, int] = {}
    kept: set[str] = set()
    devtools.on("Network.requestServedFromCache", lambda e: kept.add(e["requestId"]))
    devtools.on("Network.responseReceived", lambda e: came.update({e["requestId"]: came.get(e["requestId"], 0)}))
    devtools.on("Network.loadingFinished", lambda e: came.update({e["requestId"]: int(e["encodedDataLength"])}))
    page.add_init_script(f"({_NOTE})({TILE_OF!r})")
    page.goto(url, timeout=OPEN_MS)
    page.wait_for_function("() => window.noted.map", timeout=OPEN_MS)
    noted = page.evaluate("window.noted")
    first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.close()
    asked = {k: v for k, v in came.items() if k not in kept and v}
    return Opening(first, noted["number"], noted["map"], sum(asked.values()), len(asked))
