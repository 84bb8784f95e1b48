"""Rows as sources give them, one by one, into the columns that the repository is written with."""

from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

from city.batch import TIMES, Columns, column
from data_sources.engine.contract import Patch, Record, Row


def bundles(records: Iterable[Record]) -> Iterator[tuple[str, Columns]]:
    """Tables and their columns, in the types of city.batch: rows first, what patches know of rows after them.

    Of rows a column that only some have is null for the others; patches with different columns go apart, since a
    column that is left out keeps what is stored.
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    patches: dict[tuple[str, frozenset[str]], list[dict[str, Any]]] = {}
    for record in records:
        if isinstance(record, Row):
            rows.setdefault(record.table, []).append(record.values)
        elif isinstance(record, Patch):
            patches.setdefault((record.table, frozenset(record.values)), []).append(record.values)
    for table, values in rows.items():
        yield table, _columns(values)
    for (table, _), values in patches.items():
        yield table, _columns(values)


def _columns(rows: list[dict[str, Any]]) -> Columns:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: column(name, [_utc(name, row.get(name)) for row in rows]) for name in names}


def _utc(name: str, value: Any) -> Any:
    return value.astimezone(UTC) if name in TIMES and value is not None else value
