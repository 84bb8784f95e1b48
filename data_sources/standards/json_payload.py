"""An answer that should be JSON: refused as a whole when it is not, in bounded time and memory."""

import json
import re
from typing import Any

import orjson

from data_sources.engine.contract import SourceError
from data_sources.standards.rows import shown

MOST_BYTES = 256 << 20
MOST_CONTAINERS = 4_000_000  # an empty list is three bytes of answer and 64 of memory
BOM = b"\xef\xbb\xbf"
_LEADING_ZERO = re.compile(rb"([:\[,]\s*)(0\d{1,18})(?=\s*[,\]}])")


def load(raw: bytes) -> Any:
    """The document. orjson refuses nesting beyond 1,024 levels, bad UTF-8 and half surrogates by itself.

    Raises SourceError.
    """
    checked = _checked(raw.removeprefix(BOM))
    try:
        return orjson.loads(checked)
    except orjson.JSONDecodeError as e:
        found = _lenient(checked, e)
        if found is None:
            raise SourceError(f"not JSON: {e}") from e
        return found


def _checked(raw: bytes) -> bytes:
    head = raw[:200].lstrip()
    if not head:
        raise SourceError("an empty answer")
    if head[:1] == b"<":
        page = "an HTML page" if b"<html" in head.lower() or b"<!doctype html" in head.lower() else "a document in tags"
        raise SourceError(f"{page} where JSON belongs: {shown(head.decode('utf-8', 'replace'))}")
    if len(raw) > MOST_BYTES:
        raise SourceError(f"an answer of {len(raw):,} bytes; at most {MOST_BYTES:,} are read")
    if raw.count(b"[") + raw.count(b"{") > MOST_CONTAINERS:
        raise SourceError(f"more than {MOST_CONTAINERS:,} lists and objects in one answer")
    return raw


def _lenient(raw: bytes, error: orjson.JSONDecodeError) -> Any:
    """NaN, Infinity and numbers beyond a double are no JSON, yet often written: they cost their rows, not the rest.

    Codes written as numbers with leading zeros, as the GeoReport specification itself prints them, are texts.
    """
    if "leading zero" in str(error):
        try:  # inside a text the quotes end it early: then it is no JSON either way, never another text
            return orjson.loads(_LEADING_ZERO.sub(rb'\1"\2"', raw))
        except orjson.JSONDecodeError:
            return None
    numbers = b"NaN" in raw or b"Infinity" in raw or "infinity" in str(error)
    if not numbers or b"\\ud" in raw.lower():  # half surrogates, which no database takes
        return None
    try:
        # float: a whole number of 100,000 digits would be read in quadratic time
        return json.loads(raw, parse_int=lambda s: int(s) if len(s) < 19 else float(s))
    except (ValueError, RecursionError):
        return None
