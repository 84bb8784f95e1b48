"""What colour the screen really is where a marker should be."""

import base64

from playwright.sync_api import Page

_WHERE = """
() => {
  const gd = document.querySelector(".js-plotly-plot"), map = gd._fullLayout.map._subplot.map;
  const box = map.getCanvas().getBoundingClientRect();
  return gd.data.filter((t) => t.name === "incident cores").flatMap((t) => t.lat.map((lat, i) => {
    const p = map.project([t.lon[i], lat]);
    return [box.left + p.x, box.top + p.y, p.x > 8 && p.y > 8 && p.x < box.width - 8 && p.y < box.height - 8];
  })).filter((p) => p[2]).map((p) => p.slice(0, 2));
}
"""
_COLOURS = """
async ([png, places]) => {
  const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const ctx = canvas.getContext("2d", {willReadFrequently: true});
  ctx.drawImage(image, 0, 0);
  return places.map(([x, y]) => {
    const data = ctx.getImageData(Math.round(x) - RADIUS, Math.round(y) - RADIUS, 2 * RADIUS + 1, 2 * RADIUS + 1).data;
    return Array.from({length: data.length / 4}, (_, i) => [...data.slice(4 * i, 4 * i + 3)]);
  });
}
"""
Colour = tuple[int, int, int]
RADIUS = 4
"""Pixels around a marker's middle that are its own; the letters of a name may lie over some of them."""


def markers(page: Page) -> list[tuple[float, float]]:
    """Where on the screen the map's incidents should be."""
    return [(x, y) for x, y in page.evaluate(_WHERE)]


def colours(page: Page, places: list[tuple[float, float]]) -> list[list[Colour]]:
    """The screen's colours (0 to 255) around each of these places, from a picture of it."""
    png = base64.b64encode(page.screenshot()).decode()
    found = page.evaluate(_COLOURS.replace("RADIUS", str(RADIUS)), [png, places])
    return [[(r, g, b) for r, g, b in around] for around in found]


def share(around: list[Colour], wanted: list[str], distance: int = 60) -> float:
    """How much of these pixels has about one of the colours (#rrggbb), 0 to 1."""
    codes = [tuple(int(w[i : i + 2], 16) for i in (1, 3, 5)) for w in wanted]
    alike = [any(sum(abs(a - b) for a, b in zip(c, code, strict=True)) < distance for code in codes) for c in around]
    return sum(alike) / len(alike)
