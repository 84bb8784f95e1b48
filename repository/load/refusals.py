"""Refused rows as they are kept and shown: the row itself, and where it stood."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import orjson

from repository.load.chunk import Chunk
from repository.load.shape import Shaped
from repository.rejected import Refused

LONGEST_CELL = 20_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused row, and where it stands in words."""

    where: str
    row: Refused


def unread(chunk: Chunk, name: str, source: str) -> Iterator[Refusal]:
    """Rows that the reader itself set aside."""
    for bad in chunk.bad:
        yield Refusal(place(name, bad.row, bad.line), Refused(source, bad.reason, bad.text, bad.row))


def refused(rows: Shaped, name: str, source: str) -> Iterator[Refusal]:
    """Rows that were read and can't be right; of a wide row the cell in question, and what belongs to it."""
    verdict = rows.verdict
    sources = rows.columns.get("source")
    for i in np.flatnonzero(~verdict.good).tolist():
        origin = int(rows.origin[i])
        wide = None if rows.wide is None else rows.wide[i].as_py()
        names = [*rows.used, wide] if wide is not None else rows.chunk.table.column_names
        cells = {n: _cell(rows.chunk.table.column(n)[origin].as_py()) for n in dict.fromkeys(names)}
        whose = (sources[i].as_py() if sources is not None else None) or source
        row, line = rows.chunk.where(origin)
        content = orjson.dumps(cells, default=str).decode()
        yield Refusal(place(name, row, line), Refused(whose, str(verdict.reasons[i]), content, row))


def _cell(value: object) -> object:
    if isinstance(value, str) and len(value) > LONGEST_CELL:
        return f"{value[:LONGEST_CELL]}… ({len(value):,} letters)"
    return value


def place(name: str, row: int, line: int | None) -> str:
    """Where a row stands: `tickets.csv row 70000 (line 70001)`."""
    return f"{name} row {row}" + (f" (line {line})" if line not in (None, row) else "")
