"""Whether an answer can be what was asked for: its status, size, packing and kind."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from data_sources.engine.contract import LaterError, SourceError
from data_sources.engine.inflate import inflated

LATEST = timedelta(days=1)
"""The longest wait that a Retry-After is taken at its word for."""
NOT_MODIFIED = 304
ANY_KIND = frozenset({"", "application/octet-stream", "binary/octet-stream", "text/plain"})
"""What servers say of anything; the reader finds out."""
_PAGE = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)
_TITLE = re.compile(rb"<title[^>]*>(.{1,200}?)</title>", re.I | re.S)


def check_status(code: int, phrase: str, headers: Mapping[str, str], now: datetime) -> None:
    """Raises LaterError when a pause is asked for, SourceError for any answer that is no success."""
    if 200 <= code < 300 or code == NOT_MODIFIED:
        return
    told = f"answers {code} {phrase}".strip()
    if code in (401, 403, 407):
        raise SourceError(f"{told}: the secret is missing, wrong or too weak")
    after = headers.get("retry-after", "")
    if code in (429, 503) and (pause := _pause(after, now)):
        raise LaterError(f"{told}, and asks for a pause of {pause.total_seconds():.0f} s", pause)
    raise SourceError(told)


def _pause(after: str, now: datetime) -> timedelta | None:
    """Retry-After: seconds, or a date."""
    if after.strip().isdecimal():
        return min(timedelta(seconds=int(after[:6])), LATEST)
    try:
        moment = parsedate_to_datetime(after)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta(0)), LATEST)


def check_size(headers: Mapping[str, str], most: int) -> None:
    """Before a byte of the body is read."""
    said = headers.get("content-length", "")
    if said.isdecimal() and int(said[:18]) > most:
        raise SourceError(f"an answer of {int(said[:18]):,} bytes; at most {most:,} are read")


def body_of(raw: Iterable[bytes], headers: Mapping[str, str], most: int) -> Iterator[bytes]:
    """The body in pieces, unpacked; at most `most` bytes before and after. Raises SourceError."""
    packed = [w for w in headers.get("content-encoding", "").lower().replace(" ", "").split(",") if w]
    parts = _bounded(raw, most)
    if not packed or packed == ["identity"]:
        return parts
    if len(packed) == 1 and packed[0] in ("gzip", "x-gzip", "deflate"):
        return inflated(parts, most)
    raise SourceError(f"packed as {', '.join(packed)[:40]}, which nobody asked for")


def _bounded(parts: Iterable[bytes], most: int) -> Iterator[bytes]:
    total = 0
    for part in parts:
        total += len(part)
        if total > most:
            raise SourceError(f"more than {most:,} bytes")
        yield part


def check_kind(code: int, headers: Mapping[str, str], body: bytes, accept: tuple[str, ...]) -> None:
    """Is it the kind of thing that was asked for? An error page often says 200. Raises SourceError."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    asked = {a.partition(";")[0].strip().lower() for a in accept}
    if kind in asked and not (_PAGE.match(body[:2000]) and "html" not in kind):
        return
    if "html" in kind or _PAGE.match(body[:2000]):
        title = _TITLE.search(body[:4_000])
        named = f" ({' '.join(title[1].decode('utf-8', 'replace').split())})" if title else ""
        raise SourceError(f"a web page{named} with status {code}, where data belong")
    suffixes = {a.rpartition("+")[2].rpartition("/")[2] for a in asked}
    if asked and kind not in ANY_KIND and kind.rpartition("+")[2].rpartition("/")[2] not in suffixes:
        raise SourceError(f"an answer of type {kind[:60]}, where {' or '.join(sorted(asked))[:120]} belongs")
