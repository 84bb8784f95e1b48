"""Files the browser may have: ours by name, compressed once, kept by the browser for as long as their name holds."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from starlette.requests import Request
from starlette.responses import Response

from city.config import ASSETS

BUNDLES = {"app.css": (("tokens", "base"), ("screens",)), "app.js": (("live",), ("shell",))}
"""One stylesheet and one script, each of all our files of its kind: which come first, which last."""
APART = ("socket.js", "icon.svg")
"""Files that go by themselves: the socket's worker has a world of its own."""
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
FOREVER = "public, max-age=31536000, immutable"
SMALL = 600


@dataclass(frozen=True)
class Body:
    """Bytes that are served again and again, compressed when first asked for. Not for what is secret."""

    content: bytes
    type: str

    @cached_property
    def gzipped(self) -> bytes:
        return gzip.compress(self.content, 9, mtime=0)

    @cached_property
    def brotli(self) -> bytes:
        return bytes(brotli.compress(self.content, quality=9 if len(self.content) < 1_000_000 else 6))

    @cached_property
    def stamp(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:12]

    def response(self, request: Request, caching: str) -> Response:
        headers = {"Cache-Control": caching, "ETag": f'"{self.stamp}"', "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        accepted = request.headers.get("accept-encoding", "")
        content = self.content
        if len(content) > SMALL and not self.type.startswith("font"):
            if "br" in accepted:
                content, headers["Content-Encoding"] = self.brotli, "br"
            elif "gzip" in accepted:
                content, headers["Content-Encoding"] = self.gzipped, "gzip"
        return Response(content, media_type=self.type, headers=headers)


def ours(data_dir: Path | None) -> dict[str, Body]:
    """Every file under /assets, by name."""
    found = {name: Body((ASSETS / name).read_bytes(), TYPES[Path(name).suffix]) for name in APART}
    found |= {name: Body(bundle(name), TYPES[Path(name).suffix]) for name in BUNDLES}
    found["inter.woff2"] = Body(font(data_dir), TYPES[".woff2"])
    return found


def bundle(name: str) -> bytes:
    """All files of assets/ with the bundle's suffix, in one: a page asks for few files, and a new one needs no list."""
    (first, last), suffix = BUNDLES[name], Path(name).suffix
    there = {p.stem: p for p in sorted(ASSETS.glob(f"*{suffix}")) if p.name not in APART}
    middle = [stem for stem in there if stem not in (*first, *last)]
    return b"\n".join(there[stem].read_bytes() for stem in (*first, *middle, *last))


def build(found: Mapping[str, Body]) -> str:
    """Changes with any of the files: a page that is older than the server it talks to loads itself anew."""
    return hashlib.sha256("".join(b.stamp for b in found.values()).encode()).hexdigest()[:12]


def font(data_dir: Path | None) -> bytes:
    """Inter, its Latin and Vietnamese letters only, as WOFF2; cut once and kept in the data directory."""
    kept = data_dir / "cache" / "inter-latin-vietnamese.woff2" if data_dir else None
    if kept and kept.exists():
        return kept.read_bytes()
    cut = _cut(files("fontpkg_inter").joinpath("files/Inter[opsz,wght].ttf").read_bytes())
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(".new")
        fresh.write_bytes(cut)
        fresh.replace(kept)
    return cut


def _cut(ttf: bytes) -> bytes:
    """Basic Latin to Latin extended, combining marks, Vietnamese, punctuation, currency, arrows and shapes."""
    from io import BytesIO

    from fontTools import subset, ttLib
    from fontTools.varLib import instancer

    ranges = (
        (0x20, 0x24F),
        (0x300, 0x323),
        (0x1EA0, 0x1EF9),
        (0x2010, 0x2044),
        (0x2080, 0x2089),
        (0x20AB, 0x20AC),
        (0x2190, 0x2193),
    )
    wanted = [c for low, high in ranges for c in range(low, high + 1)] + [0x2212, 0x2264, 0x2265, 0x25B2, 0x25CF]
    loaded = ttLib.TTFont(BytesIO(ttf), recalcTimestamp=False)  # replicas must cut the same bytes: pages compare builds
    options = subset.Options(
        layout_features=["kern", "mark", "mkmk", "ccmp", "tnum", "calt", "locl"], notdef_outline=True
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(loaded)
    loaded = instancer.instantiateVariableFont(loaded, {"opsz": 24, "wght": (400, 700)})
    loaded.flavor = "woff2"
    out = BytesIO()
    loaded.save(out)
    return out.getvalue()
