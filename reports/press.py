"""Typesets one document: reads {"snapshot", "charts"} from standard input, writes the PDF to standard output.

Runs as a process of its own (`python -m reports.press FONTS SECONDS`), which whoever waits for it may kill at any
moment.
"""

import hashlib
import json
import signal
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from reports.blocks import charts
from reports.fonts import FAMILY

if TYPE_CHECKING:
    from typst import PDFStandard

STANDARDS: "list[PDFStandard]" = ["ua-1", "a-3a"]
TEMPLATE = Path(__file__).with_name("weekly.typ")


class PressError(Exception):
    """The document can't be set as it is; the message says why."""


def pdf(snapshot: bytes, drawn: list[str], fonts: Path) -> bytes:
    """The same bytes for the same snapshot, charts (reports.plot) and fonts. Raises PressError."""
    made = json.loads(snapshot)
    with tempfile.TemporaryDirectory(prefix="ioc-report-") as folder:
        root = Path(folder)
        _place(made, drawn, root)
        (root / "data.json").write_text(json.dumps(made, ensure_ascii=False), "utf-8")
        (root / "snapshot.json").write_bytes(snapshot)
        (root / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        return _compile(root, fonts, made["end"], hashlib.sha256(snapshot).hexdigest())


def _place(made: dict[str, Any], drawn: list[str], root: Path) -> None:
    """Every chart a file, whose name takes the specification's place."""
    for number, (block, svg) in enumerate(zip(charts(made), drawn, strict=True)):
        del block["spec"]
        block["file"] = f"chart-{number}.svg"
        (root / block["file"]).write_text(svg, "utf-8")


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
    """Ends by itself after the seconds given: nobody may be left who would end it."""
    signal.alarm(int(sys.argv[2]))
    try:
        given = json.load(sys.stdin.buffer)
        made = pdf(given["snapshot"].encode(), given["charts"], Path(sys.argv[1]))
    except (PressError, OSError, ValueError) as e:
        sys.stderr.write(f"{e}\n")
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
