"""Pictures of every page on every screen, to be looked at: `make shots`. Nothing here is a test.

Writes the demo city's past with the flood of 2025 into a directory of its own, serves a calm evening and the flood's,
and takes each page × screen × theme × moment, then one sheet of small pictures a page. What a machine can see of a
page (sideways scrolling, cut texts, tiles over tiles, contrast) it says in one line a picture.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as TooSlowError

from bench._processes import free_port, running, wait_until_it_answers
from dashboards.kit.discover import discover
from tests.browser.access import complaints, cut, sideways
from tests.browser.chromium import chromium

ROOT = Path(__file__).resolve().parent.parent
SCREENS = {"wall": (1920, 1080), "4k": (3840, 2160), "phone": (390, 844)}
THEMES = ("dark", "light")
MOMENTS = {"calm": "2025-10-23T20:00+07:00", "flood": "2025-10-27T20:00+07:00"}
SETTLE_MS = 2500
_OVER = """
() => {
  const boxes = [...document.querySelectorAll(".tile, .panel")].filter((e) => e.checkVisibility())
    .map((e) => [e, e.getBoundingClientRect()]).filter(([, b]) => b.width > 2 && b.height > 2);
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
  const found = [];
  boxes.forEach(([e, a], i) => boxes.slice(i + 1).forEach(([f, b]) => {
    if (!e.contains(f) && !f.contains(e) && over(a, b)) found.push(`${e.className} over ${f.className}`);
  }));
  return [...new Set(found)];
}
"""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to take."""

    page: str
    route: str
    screen: str
    theme: str
    moment: str

    @property
    def name(self) -> str:
        return f"{self.page}-{self.screen}-{self.theme}-{self.moment}"


def shots(only: list[str], screens: list[str]) -> list[Shot]:
    routes = {k: p.route.replace("{place}", "19753") for k, p in discover().items()} | {"wallmode": "/wall"}
    return [
        Shot(k, route, screen, theme, moment)
        for k, route in routes.items()
        if not only or k in only
        for moment in MOMENTS
        for screen in screens
        for theme in THEMES
    ]


@contextmanager
def city(data: Path | None) -> Iterator[dict[str, str]]:
    """URLs of the served moments, on a past that is written where there is none."""
    with ExitStack() as stack:
        kept = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ioc-shots-")))
        kept.mkdir(parents=True, exist_ok=True)
        app, told = str(ROOT / "app.py"), {"IOC_DATA_DIR": str(kept)}
        if not (kept / "postgres").exists():
            kept.chmod(0o711)  # as root the server runs as a user of its own, which must enter
            written = [sys.executable, app, "demo", "--story", "flood-2025"]
            subprocess.run(written, env={**os.environ, **told}, check=True, timeout=900, cwd=kept)
        urls = {}
        for moment, at in MOMENTS.items():
            port = free_port()
            arguments = [app, "serve", "--no-collect", "--port", str(port), "--at", at]
            process = stack.enter_context(running(arguments, told, kept / f"{moment}.log"))
            urls[moment] = f"http://127.0.0.1:{port}"
            wait_until_it_answers(f"{urls[moment]}/readyz", process)
        yield urls


def take(browser: Browser, shot: Shot, url: str, lang: str, out: Path) -> str:
    """One picture; what a machine finds wrong with it, in a line."""
    width, height = SCREENS[shot.screen]
    scheme = "light" if shot.theme == "light" else "dark"
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    try:
        page.goto(f"{url}{shot.route}?lang={lang}", timeout=60_000)
        page.wait_for_selector("#page #main, .wall, body.wall", timeout=60_000)
        _settled(page)
        page.screenshot(path=out / f"{shot.name}.png", full_page=shot.screen == "phone", timeout=60_000)
        return "; ".join(faults(page))
    except TooSlowError as e:
        return f"not taken: {str(e).splitlines()[0]}"
    finally:
        context.close()


def _settled(page: Page) -> None:
    if page.locator(".graph").count():
        page.wait_for_selector('canvas[role="img"]', timeout=60_000)
    page.wait_for_timeout(SETTLE_MS)


def faults(page: Page) -> list[str]:
    """What can be measured: is anything wider than the screen, cut, over something else, or too pale."""
    found = [f"{sideways(page)} px too wide"] if sideways(page) > 0 else []
    found += [f"cut: {c}" for c in cut(page)[:4]]
    found += [f"over: {o}" for o in page.evaluate(_OVER)[:4]]
    return found + [f"pale: {c[:100]}" for c in complaints(page, "color-contrast")[:2]]


def sheet(browser: Browser, page_key: str, taken: list[Shot], out: Path) -> None:
    """Small pictures of one page side by side, with their names."""
    pictures = "".join(f'<figure><figcaption>{s.name}</figcaption><img src="{s.name}.png"></figure>' for s in taken)
    style = "body{font:14px sans-serif;display:flex;flex-wrap:wrap;gap:8px;margin:8px}figure{margin:0}"
    style += "img{height:430px;max-width:920px;object-fit:contain;object-position:top;border:1px solid}"
    file = out / f"sheet-{page_key}.html"
    file.write_text(f"<!DOCTYPE html><meta charset=utf-8><style>{style}</style>{pictures}", encoding="utf-8")
    page = browser.new_page(viewport={"width": 1900, "height": 900})
    page.goto(file.as_uri())
    page.screenshot(path=file.with_suffix(".png"), full_page=True)
    page.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="make shots", description=__doc__)
    parser.add_argument("pages", nargs="*", help="keys of pages; all when none is named")
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "shots")
    parser.add_argument("--data", type=Path, help="keep the demo city's past here for the next time")
    parser.add_argument("--lang", default="vi")
    parser.add_argument("--screens", nargs="*", choices=SCREENS, default=list(SCREENS))
    told = parser.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    wanted = shots(told.pages, told.screens)
    with city(told.data) as urls, chromium() as browser:
        for key in dict.fromkeys(s.page for s in wanted):
            mine = [s for s in wanted if s.page == key]
            for shot in mine:
                said = take(browser, shot, urls[shot.moment], told.lang, told.out)
                print(f"{shot.name}: {said or 'nothing found'}", flush=True)
            sheet(browser, key, [s for s in mine if (told.out / f"{s.name}.png").exists()], told.out)


if __name__ == "__main__":
    main()
