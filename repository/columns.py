"""From what PostgreSQL sends to the columns of city.batch."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from city.batch import CARRIED, INTERVALS, KEYS, TIMES, Array, Key, column

Row = tuple[Any, ...]
_NULL = (1 << 63).to_bytes(8, "big")  # the least int64: numpy's NaT
EPOCH = np.datetime64("2000-01-01", "us").astype(np.int64)
"""PostgreSQL counts microseconds from here."""


def expression(name: str) -> str:
    """A carried column as SQL selects it: moments as PostgreSQL's own eight bytes, quicker than datetimes."""
    if name in TIMES:
        return f"timestamptz_send({name})"
    return f"extract(epoch from {name})::float8" if name in INTERVALS else name


def selected(table: str) -> str:
    return ", ".join(expression(c) for c in CARRIED[table])


def from_rows(table: str, rows: Sequence[Row]) -> dict[str, Array]:
    """Columns out of rows as `selected`; what comes after those is left out."""
    names = CARRIED[table]
    columns = zip(*rows, strict=True) if rows else iter([()] * len(names))
    read = {name: list(values) for name, values in zip(names, columns, strict=False)}
    return {name: _moments(values) if name in TIMES else column(name, values) for name, values in read.items()}


def moment(sent: bytes) -> int:
    """What orders moments as they were sent."""
    return int.from_bytes(sent, "big", signed=True)


def keys(table: str, rows: Iterable[Row]) -> frozenset[Key]:
    """Keys out of the driver's own types; moments as in the columns' lists: naive, UTC."""
    if KEYS[table][-1] not in TIMES:
        return frozenset(tuple(row) for row in rows)
    return frozenset((*row[:-1], row[-1].replace(tzinfo=None)) for row in rows)


def _moments(values: Sequence[bytes | None]) -> Array:
    return moments(b"".join([_NULL if v is None else v for v in values]))


def moments(sent: bytes) -> Array:
    """datetime64[us] of PostgreSQL's own eight bytes each, one after the other; the least number is none."""
    numbers = np.frombuffer(sent, dtype=">i8").astype(np.int64)
    known = numbers != np.iinfo(np.int64).min
    return np.where(known, numbers + np.where(known, EPOCH, 0), numbers).view("datetime64[us]")
