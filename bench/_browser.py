"""A real Chromium, and a note of every change of one tile on the machine's own clock."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from bench._sightings import TILE, Sighting

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--enable-unsafe-swiftshader", "--use-angle=swiftshader", "--ignore-gpu-blocklist"]
OPEN_MS = 25_000
TILE_OF = f'[data-indicator="{TILE}"][data-place=""]'
_WATCH = """
(selector) => {
  const read = () => document.querySelector(selector)?.getAttribute("data-value") ?? "";
  let last = read();
  const note = () => [performance.timeOrigin + performance.now(), last === "" ? null : Number(last)];
  window.seen = [note()];
  new MutationObserver(() => {
    const value = read();
    if (value !== last) { last = value; window.seen.push(note()); }
  }).observe(document.documentElement,
             {subtree: true, childList: true, attributes: true, attributeFilter: ["data-value"]});
}
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, or the one that playwright installed."""
    found = next((path for name in CHROMIUMS if (path := shutil.which(name))), None)
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        try:
            yield browser
        finally:
            browser.close()


def opened(browser: Browser, url: str) -> Page:
    """A page of its own, its tile filled, its map drawn, and watched from now on.

    Raises playwright's TimeoutError when the page does not come to show the tile.
    """
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.goto(url, timeout=OPEN_MS)
    page.wait_for_selector(f'{TILE_OF}[data-value]:not([data-value=""])', state="attached", timeout=OPEN_MS)
    page.wait_for_selector(".maplibregl-canvas", state="attached", timeout=OPEN_MS)
    page.wait_for_timeout(3_000)  # fonts, map tiles and first redraws are not what is measured
    page.evaluate(_WATCH, TILE_OF)
    return page


def sightings(page: Page) -> list[Sighting]:
    return [(at, value) for at, value in page.evaluate("window.seen")]
