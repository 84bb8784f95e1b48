"""Text from outside made fit to be shown: as text only, on one line, in the order it was written."""

import html
import unicodedata
from functools import lru_cache

from city.cell import BIDI


def plain_text(text: object, longest: int = 120) -> str:
    """Without controls and marks that turn the direction of writing; cut at `longest` characters."""
    shown = str(text)
    if not shown.isprintable():  # most are, and then there is nothing of the kind in them
        shown = BIDI.sub("", shown)
        shown = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in shown)
    shown = " ".join(shown.split())
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


@lru_cache(maxsize=1 << 16, typed=True)  # a picture repeats nearly all names of the one before
def hover_text(text: object, longest: int = 120) -> str:
    """The same for Plotly, which reads some HTML in hover texts: links and styles arrive as letters."""
    return html.escape(plain_text(text, longest), quote=False)
