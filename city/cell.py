"""A cell of a CSV file that people open in a spreadsheet: text from outside never becomes a formula."""

import re
import unicodedata
from typing import Any

# What a spreadsheet reads as the start of a formula, the full-width forms included (OWASP, CSV injection)
FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of writing: with them a cell reads otherwise than it is."""


def safe(cell: Any) -> Any:
    """Numbers stay numbers, nothing is empty, text that would start a formula opens as text, lines end in one way."""
    if isinstance(cell, str):
        text = BIDI.sub("", cell.replace("\r\n", "\n").replace("\r", "\n"))
        return "'" + text if _seen(text).startswith(FORMULA) else text
    return "" if cell is None else cell


def _seen(text: str) -> str:
    """From the first character on that a spreadsheet does not skip: blanks and what has no width."""
    for i, c in enumerate(text):
        if c in FORMULA or unicodedata.category(c) not in ("Cf", "Cc", "Zs"):
            return text[i:]
    return ""
