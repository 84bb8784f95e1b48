"""Bytes of a delimited file as records, a block at a time: which lines belong together, and which are broken.

A quoted cell may hold newlines, so a line with an odd number of quotes may be the beginning of a longer record.
It may also just be broken, and would then swallow everything up to the next quote. So a longer record has to prove
itself: it must have the header's number of cells, and no line inside it may be a whole record by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from city.batch import Array
from repository.load.csv_cells import cells

LONGEST = 64 << 20
"""Bytes of a record beyond which it is taken for broken."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are written; `width` is the header's number of them."""

    delimiter: str
    quote: str
    width: int


def lines_of(data: bytes) -> tuple[Array, Array]:
    """Starts and ends of lines; an end is the newline's position, or the end of the data."""
    newlines = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 10)
    ends = newlines if data.endswith(b"\n") or not data else np.append(newlines, len(data))
    return np.append([0], ends[:-1] + 1)[: len(ends)], ends


def odd_lines(data: bytes, ends: Array, quote: str) -> list[int]:
    """Numbers of lines with an odd number of quotes."""
    quotes = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord(quote))
    if not len(quotes):
        return []
    counts = np.diff(np.searchsorted(quotes, ends), prepend=0)
    return np.flatnonzero(counts & 1).tolist()


@dataclass(slots=True)
class Joins:
    """Lines `first..last` that are one record, lines that are broken, and where lines wait for more of the file."""

    spans: list[tuple[int, int]] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    waiting: int | None = None


def join(lines: "Lines", odd: list[int], dialect: Dialect, last: bool) -> Joins:
    """Find the records of several lines. `last`: nothing follows this block."""
    out, i = Joins(), 0
    while i < len(odd):
        first = odd[i]
        alone = cells(lines.text(first), dialect)
        if not alone.open:  # stray quotes inside a cell: the line is a record, whole or ragged
            i += 1
            continue
        end = odd[i + 1] if i + 1 < len(odd) else None
        inside = lines.whole_inside(first, end, dialect)
        if inside or (end is None and (last or lines.size_from(first) > LONGEST)):
            out.broken.append(first)
            i += 1
        elif end is None:
            out.waiting = first
            return out
        elif cells(lines.text(first, end), dialect).count == dialect.width:
            out.spans.append((first, end))
            i += 2
        else:
            out.broken.append(first)
            i += 1
    return out


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a block of UTF-8."""

    data: bytes
    starts: Array
    ends: Array

    def text(self, first: int, last: int | None = None) -> str:
        cut = self.data[self.starts[first] : self.ends[first if last is None else last]]
        return cut.decode("utf-8", "replace").removesuffix("\r")

    def size_from(self, first: int) -> int:
        return len(self.data) - int(self.starts[first])

    def whole_inside(self, first: int, end: int | None, dialect: Dialect) -> bool:
        """Whether a line strictly between two others is a whole record by itself."""
        if dialect.width == 1:
            return False
        stop = len(self.starts) if end is None else end
        return any(self._whole(i, dialect) for i in range(first + 1, stop))

    def _whole(self, i: int, dialect: Dialect) -> bool:
        found = cells(self.text(i), dialect)
        return not found.open and found.count == dialect.width


def runs(keep: Array) -> Iterator[tuple[int, int]]:
    """Spans `[start, stop)` of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], keep.astype(np.int8), [0]])))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
