"""Is what came out of the press a report? Read from the file itself: its pages, and the letters on each of them.

A missing typeface, or a page that was never filled, gives a file that opens and validates, and is blank.
"""

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_COUNT = re.compile(rb"/Type\s*/Pages\s*/Count\s+(\d+)")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
_TEXT = re.compile(rb"\bBT\b(.*?)\bET\b", re.S)
_STRING = re.compile(rb"\(((?:\\.|[^\\()])*)\)", re.S)
_CODE = re.compile(rb"\\[0-7]{3}|\\.|.", re.S)
LEAST = 60
"""Letters on the emptiest page: its heading, its footer with the hash."""
SHARE = 0.95
"""Of the document's own letters, at least so many must stand on the pages."""


class ProofError(Exception):
    """This is no report that may be sent; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How many pages there are, and the letters on each."""

    pages: int
    letters: tuple[int, ...]


def proof(pdf: bytes, snapshot: bytes) -> Proof:
    """Raises ProofError."""
    if not (pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")):
        raise ProofError("what came out is no PDF")
    found = pages(pdf)
    if not found.pages or len(found.letters) < found.pages:
        raise ProofError(f"of {found.pages} pages only {len(found.letters)} have text")
    if min(found.letters) < LEAST:
        raise ProofError(f"a page is almost blank: {min(found.letters)} letters")
    wanted = sum(len("".join(t.split())) for t in texts(json.loads(snapshot)["sections"]))
    if sum(found.letters) < SHARE * wanted:
        raise ProofError(f"only {sum(found.letters)} letters are on the pages of the {wanted} there should be")
    return found


def pages(pdf: bytes) -> Proof:
    count = _COUNT.search(pdf)
    each = (sum(map(_letters, _TEXT.findall(s))) for s in _streams(pdf) if b"BT" in s and b"/MCID" in s)
    return Proof(int(count[1]) if count else 0, tuple(each))


def _streams(pdf: bytes) -> Iterator[bytes]:
    for packed in _STREAM.findall(pdf):
        try:
            yield zlib.decompress(packed)
        except zlib.error:
            yield packed


def _letters(shown: bytes) -> int:
    """Two bytes each, some of them escaped."""
    return sum(len(_CODE.findall(s)) // 2 for s in _STRING.findall(shown))


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
