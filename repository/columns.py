"""From what PostgreSQL sends to the columns of city.batch."""

from collections.abc import Iterable, Sequence
from typing import Any

from city.batch import CARRIED, KEYS, Array, Key, column


def expression(name: str) -> str:
    """A carried column as SQL selects it."""
    return "extract(epoch from expected_every)::float8 as expected_every" if name == "expected_every" else name


def selected(table: str) -> str:
    return ", ".join(expression(c) for c in CARRIED[table])


def from_rows(table: str, rows: Sequence[Sequence[Any]]) -> dict[str, Array]:
    """Columns out of the driver's rows, in the order of CARRIED; what comes after those is left out."""
    names = CARRIED[table]
    columns = zip(*rows, strict=True) if rows else iter([()] * len(names))
    return {name: column(name, list(values)) for name, values in zip(names, columns, strict=False)}


def keys(table: str, rows: Iterable[Sequence[Any]]) -> frozenset[Key]:
    """Keys out of the driver's rows; moments as in the columns' own lists: naive, UTC."""
    moment = KEYS[table].index("observed_at") if "observed_at" in KEYS[table] else None
    if moment is None:
        return frozenset(tuple(row) for row in rows)
    return frozenset((*row[:moment], row[moment].replace(tzinfo=None)) for row in rows)
