"""A real Chromium, and what it complained of."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--enable-unsafe-swiftshader",
]
HARMLESS = ("GL Driver Message", "GPU stall", "[Dash]", "Automatic fallback to software WebGL")


def executable() -> str:
    """Skips the test where there is no Chromium, and says so."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium here: install chromium, or name one in CHROMIUM")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    path = executable()
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A page, the hosts it asked, and its complaints."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda e: self.complaints.append(f"error: {e}"))
        self.page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(h in message.text for h in HARMLESS):
            self.complaints.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if request.url.startswith(("http:", "https:", "ws:", "wss:")):
            self.hosts.add(request.url.split("/")[2].split(":")[0])

    def value(self, code: str, place: str = "") -> str:
        return self.page.get_attribute(f'[data-indicator="{code}"][data-place="{place}"]', "data-value") or ""

    def state(self) -> str:
        return self.page.get_attribute("#city-state", "data-connection") or ""

    def await_state(self, connection: str, seconds: float) -> None:
        self.page.wait_for_selector(f'#city-state[data-connection="{connection}"]', timeout=1000 * seconds)


def opened(browser: Browser, url: str, width: int = 1920, height: int = 1080, theme: str = "dark") -> Watched:
    """A new page that shows its first numbers."""
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="light" if theme == "light" else "dark",
    )
    watched = Watched(page)
    page.goto(url)
    page.wait_for_selector("#page [data-indicator][data-value]", state="attached", timeout=60_000)
    return watched


def drawn(watched: Watched) -> None:
    """Wait until the map stands."""
    watched.page.wait_for_function(
        "() => { const gd = document.querySelector('.js-plotly-plot'); const map = gd?._fullLayout?.map?._subplot?.map;"
        " return map && map.isStyleLoaded() && map.areTilesLoaded(); }",
        timeout=60_000,
    )
