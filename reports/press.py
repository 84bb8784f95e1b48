"""Typesets one document: reads the frozen snapshot from standard input, writes the PDF to standard output.

Runs as a process of its own (`python -m reports.press FONTS`), which whoever waits for it may kill at any moment.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst
import vl_convert

if TYPE_CHECKING:
    from typst import PDFStandard

FAMILY = "Inter"
STANDARDS: "list[PDFStandard]" = ["ua-1", "a-3a"]
TEMPLATE = Path(__file__).with_name("weekly.typ")
VEGA_LITE = "6.4"
SMALL = {"labelFontSize": 7.5, "titleFontSize": 7.5}
CONFIG = {"font": FAMILY, "background": None, "view": {"stroke": None}, "axis": SMALL, "legend": SMALL}


class PressError(Exception):
    """The document can't be set as it is; the message says why."""


def pdf(snapshot: bytes, fonts: Path) -> bytes:
    """The same bytes for the same snapshot and fonts. Raises PressError."""
    made = json.loads(snapshot)
    with tempfile.TemporaryDirectory(prefix="ioc-report-") as folder:
        root = Path(folder)
        draw(made, fonts, root)
        (root / "data.json").write_text(json.dumps(made, ensure_ascii=False), "utf-8")
        (root / "snapshot.json").write_bytes(snapshot)
        (root / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        return _compile(root, fonts, made["end"], hashlib.sha256(snapshot).hexdigest())


def draw(made: dict[str, Any], fonts: Path, root: Path) -> None:
    """Draws every chart of the document into a file, whose name takes the specification's place."""
    vl_convert.register_font_directory(str(fonts))
    for number, block in enumerate(_charts([b for s in made["sections"] for b in s["blocks"]])):
        spec = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "config": CONFIG, **block.pop("spec")}
        svg = vl_convert.vegalite_to_svg(
            spec, vl_version=VEGA_LITE, allowed_base_urls=[], format_locale=made["format"], show_warnings=False
        )
        block["file"] = f"chart-{number}.svg"
        (root / block["file"]).write_text(svg, "utf-8")


def _charts(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        if block["kind"] == "chart":
            yield block
        if block["kind"] == "beside":
            yield from _charts(block["blocks"])


def _compile(root: Path, fonts: Path, end: str, digest: str) -> bytes:
    book = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
    if FAMILY not in book.families():
        raise PressError(f"no typeface {FAMILY} in {fonts}")
    try:
        made, warnings = typst.compile_with_warnings(
            str(root / TEMPLATE.name),
            root=str(root),
            font_paths=book,
            ignore_system_fonts=True,
            sys_inputs={"digest": digest},
            pdf_standards=STANDARDS,
            timestamp=datetime.fromisoformat(end),
            format="pdf",
        )
    except typst.TypstError as e:
        raise PressError(" ".join([e.message, *e.hints])) from e
    if warnings:  # a missing font is a warning only, and the page comes out empty
        raise PressError("; ".join(w.message for w in warnings))
    return bytes(made)


def main() -> int:
    try:
        made = pdf(sys.stdin.buffer.read(), Path(sys.argv[1]))
    except (PressError, OSError, ValueError) as e:
        sys.stderr.write(f"{e}\n")
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
