"""A block of lines cut into records: joined where a cell holds newlines, set aside where they are broken."""

from dataclasses import dataclass, field

import numpy as np

from city.batch import Array
from repository.load.chunk import Bad
from repository.load.csv_lines import Dialect, Joins, Lines, join, lines_of, odd_lines, runs

SHOWN = 2_000
"""Characters kept of a record that can't be read."""


@dataclass(slots=True)
class Records:
    """Good records of a block, newline by newline, each with its row and its line; and what was left for the next."""

    data: bytes
    row: Array
    line: Array
    start: Array
    """Where each record begins in `data`."""
    bad: list[Bad] = field(default_factory=list)
    carry: bytes = b""
    lines_used: int = 0


def decoded(block: bytes, encoding: str) -> tuple[bytes, set[int]]:
    """A block as UTF-8, and the numbers of its lines that are not in the encoding; those come out with marks."""
    try:
        text = block.decode(encoding)
    except UnicodeDecodeError:
        return _line_by_line(block, encoding)
    return (block, set()) if encoding == "utf-8" else (text.encode(), set())


def _line_by_line(block: bytes, encoding: str) -> tuple[bytes, set[int]]:
    lines, wrong = block.split(b"\n"), set()
    for i, line in enumerate(lines):
        try:
            lines[i] = line.decode(encoding).encode()
        except UnicodeDecodeError:
            lines[i] = line.decode(encoding, "replace").encode()
            wrong.add(i)
    return b"\n".join(lines), wrong


def records(block: bytes, first_row: int, first_line: int, dialect: Dialect, encoding: str, last: bool) -> Records:
    """The records of a block that ends with a whole line; `first_row` and `first_line` number its first."""
    data, wrong = decoded(block, encoding)
    starts, ends = lines_of(data)
    lines = Lines(data, starts, ends)
    joins = join(lines, odd_lines(data, ends, dialect.quote), dialect, last)
    used = len(starts) if joins.waiting is None else joins.waiting
    keep, begins = _kept(lines, joins, used)
    row = first_row - 1 + np.cumsum(begins)
    bad = [_broken(lines, i, int(row[i]), first_line + i) for i in joins.broken]
    bad += _undecodable(lines, joins, wrong, keep, row, first_line, encoding)
    keep[joins.broken] = False
    good = np.flatnonzero(keep & begins)
    size = len(data) if used == len(starts) else int(starts[used])
    edges = np.append(starts[:used], size)
    kept = data[:size] if keep.all() else b"".join(data[edges[a] : edges[b]] for a, b in runs(keep))
    lengths = np.diff(edges) * keep
    start = (np.cumsum(lengths) - lengths)[good]
    return Records(kept, row[good], good + first_line, start, bad, _carried(block, data, size), used)


def _carried(block: bytes, data: bytes, size: int) -> bytes:
    """The end of a block that waits for more, in the file's own encoding."""
    if size == len(data):
        return b""
    lines = data.count(b"\n", 0, size)
    return block.split(b"\n", lines)[lines]


def _kept(lines: Lines, joins: Joins, used: int) -> tuple[Array, Array]:
    """Which lines hold something, and which of them begin a record."""
    starts, lengths = lines.starts[:used], (lines.ends - lines.starts)[:used]
    raw = np.frombuffer(lines.data, dtype=np.uint8)
    only_return = np.zeros(used, dtype=bool)
    ones = np.flatnonzero(lengths == 1)
    only_return[ones] = raw[starts[ones]] == 13
    keep = (lengths > 0) & ~only_return
    begins = keep.copy()
    for first, end in joins.spans:
        keep[first : end + 1] = True
        begins[first + 1 : end + 1] = False
    return keep, begins


def _broken(lines: Lines, i: int, row: int, line: int) -> Bad:
    return Bad(row, line, lines.text(i)[:SHOWN], "a quote that is never closed")


def _undecodable(
    lines: Lines, joins: Joins, wrong: set[int], keep: Array, row: Array, first_line: int, encoding: str
) -> list[Bad]:
    """Records with a line outside the encoding, taken out of `keep`."""
    spans = {i: span for span in joins.spans for i in range(span[0], span[1] + 1)} if wrong else {}
    found: dict[int, Bad] = {}
    for i in sorted(w for w in wrong if w < len(keep) and keep[w] and w not in joins.broken):
        first, end = spans.get(i, (i, i))
        keep[first : end + 1] = False
        text = lines.text(first, end)[:SHOWN]
        found[first] = Bad(int(row[first]), first_line + first, text, f"not in the encoding {encoding}")
    return list(found.values())
