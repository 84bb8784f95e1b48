"""Is what came out of the press a report? Read as a reader's program reads it: its pages, and the letters on each.

A missing typeface, or a page that was never filled, gives a file that opens and validates, and is blank.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdfium2 import PdfDocument, PdfiumError

LEAST = 120
"""Letters on the emptiest page: its heading, and its footer with the snapshot's hash."""
SHARE = 0.95
"""Of the document's own letters, at least so many must stand on the pages."""


class ProofError(Exception):
    """This is no report that may be sent; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How many pages there are, and the letters on each, spaces aside."""

    pages: int
    letters: tuple[int, ...]


def proof(pdf: bytes, snapshot: bytes) -> Proof:
    """Raises ProofError."""
    if not (pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")):
        raise ProofError("what came out is no PDF")
    found, digest = _read(pdf), hashlib.sha256(snapshot).hexdigest()
    for n, page in enumerate(found, 1):
        if len(page) < LEAST:
            raise ProofError(f"page {n} of {len(found)} is almost blank: {len(page)} letters")
        if digest not in page:
            raise ProofError(f"page {n} of {len(found)} does not bear the hash of its snapshot")
    wanted = sum(len(_bare(t)) for t in texts(json.loads(snapshot)["sections"]))
    if (have := sum(map(len, found))) < SHARE * wanted:
        raise ProofError(f"only {have} letters are on the pages of the {wanted} there should be")
    return Proof(len(found), tuple(map(len, found)))


def pages(pdf: bytes) -> Proof:
    """At least one page. Raises ProofError where the bytes can't be opened."""
    found = _read(pdf)
    return Proof(len(found), tuple(map(len, found)))


def _read(pdf: bytes) -> list[str]:
    """Each page's text, without spaces: its charts' words are among it."""
    try:
        with PdfDocument(pdf) as opened:
            return [_bare(page.get_textpage().get_text_bounded()) for page in opened]
    except PdfiumError as e:
        raise ProofError(f"what came out can't be opened: {e}") from e


def _bare(text: str) -> str:
    return "".join(text.split())


def texts(data: Any) -> Iterator[str]:
    """Every text that the template sets: not the charts, which are pictures with words of their own."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        for each in data:
            yield from texts(each)
    elif isinstance(data, dict):
        skipped = {"kind", "spec", "alt", "widths", "numbers"}
        for key, each in data.items():
            if key not in skipped:
                yield from texts(each)
