"""Text made fit for print: only what the typeface can draw, cut where a column would burst."""

import unicodedata
from typing import Any

from dashboards.kit.words import plain_text
from reports.fonts import LETTERS

UNPRINTABLE = "□"


def printable(text: str) -> str:
    """Every character that the typeface lacks becomes □: a PDF with missing glyphs is no archive."""
    return "".join(c if ord(c) in LETTERS else UNPRINTABLE for c in unicodedata.normalize("NFC", text))


def outside(text: object, longest: int = 30) -> str:
    """Text from outside: one line, no controls; "–" when there is none."""
    return printable(plain_text(text, longest)) if text not in (None, "") else "–"


def printed(data: Any) -> Any:
    """JSON-ready data with every text printable."""
    if isinstance(data, str):
        return printable(data)
    if isinstance(data, dict):
        return {k: printed(v) for k, v in data.items()}
    return [printed(v) for v in data] if isinstance(data, list | tuple) else data
