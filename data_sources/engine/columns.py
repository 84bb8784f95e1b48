"""Rows as sources give them, one by one, into the columns that the repository is written with.

Whatever a reader put into a row is looked at here: what has not the type of its column refuses the row, not the answer.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np
import pyarrow as pa

from city.batch import Array, column
from city.kinds import KINDS, Kind
from city.verdict import Verdict, shown

KIND_OF: Mapping[str, Kind] = {k.table: k for k in KINDS.values() if k.table != "place"}
"""Tables that a source may write."""
_INSTANT = pa.timestamp("us", tz="UTC")
_ZONE = attrgetter("tzinfo")
_NUMBER = frozenset({int, float, type(None)})
_TEXT = frozenset({str, type(None)})


def typed(kind: Kind, rows: Sequence[Mapping[str, Any]], verdict: Verdict, names: Sequence[str]) -> dict[str, Array]:
    """The columns `names` of some rows, in the types of city.batch; cells of another type refuse their row."""
    given = set[str]().union(*rows)
    for name in sorted(given - kind.columns.keys()):
        verdict.refuse(np.array([name in row for row in rows]), f"{kind.table} has no column {shown(name)}")
    out = {}
    for name in names:
        cells = _cells(rows, name) if name in given else [None] * len(rows)
        out[name] = _READERS[kind.columns[name]](name, cells, verdict)
    return out


def _cells(rows: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    try:
        return list(map(itemgetter(name), rows))  # quicker, and mostly every row has it
    except KeyError:
        return [row.get(name) for row in rows]


def empty(cells: Array) -> Array:
    """Bool a row: where a column has nothing."""
    found: Array
    if cells.dtype.kind == "M":
        found = np.isnat(cells)
    elif cells.dtype.kind == "f":
        found = np.isnan(cells)
    else:
        found = np.asarray(cells == None, dtype=bool)  # noqa: E711  elementwise
    return found


def _refused(name: str, cells: list[Any], verdict: Verdict, good: Callable[[Any], bool], what: str) -> list[Any]:
    """The cells with those that are not good made empty, their rows refused."""
    bad = np.array([c is not None and not good(c) for c in cells], dtype=bool)
    verdict.refuse(bad, lambda i: f"{name} {shown(cells[i])} {what}")
    return [None if b else c for b, c in zip(bad.tolist(), cells, strict=True)]


def _times(name: str, cells: list[Any], verdict: Verdict) -> Array:
    given = [c for c in cells if c is not None]
    if set(map(type, given)) <= {datetime} and set(map(_ZONE, given)) <= {UTC}:
        return _moments(cells)
    cells = _refused(name, cells, verdict, lambda c: isinstance(c, datetime), "is not a time")
    cells = _refused(name, cells, verdict, lambda c: c.utcoffset() is not None, "has no offset")
    return column(name, [None if c is None else _utc(c) for c in cells])


def _moments(cells: list[datetime | None]) -> Array:
    """UTC times as numpy's. Arrow makes them in a tenth of the time that numpy takes."""
    found: Array = pa.array(cells, type=_INSTANT).to_numpy(zero_copy_only=False)
    return found


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first or last day of the calendar, which the rules refuse
        return moment.replace(tzinfo=UTC)


def _numbers(name: str, cells: list[Any], verdict: Verdict) -> Array:
    if not set(map(type, cells)) <= _NUMBER:
        cells = _refused(name, cells, verdict, _is_number, "is not a number")
    out = np.array(cells, dtype=np.float64)  # None becomes NaN
    if not np.isfinite(out).all():
        given = ~empty(_objects(cells))
        verdict.refuse(given & ~np.isfinite(out), f"{name} is NaN or infinity written as a number")
    return out


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float | np.number) and not isinstance(cell, bool)


def _whole(name: str, cells: list[Any], verdict: Verdict) -> Array:
    out = _numbers(name, cells, verdict)
    broken = np.isfinite(out) & ((out != np.floor(out)) | (np.abs(out) >= 2**31))
    verdict.refuse(broken, lambda i: f"{name} {cells[i]} is no whole number")
    return np.where(broken, np.nan, out)


def _texts(name: str, cells: list[Any], verdict: Verdict) -> Array:
    if not set(map(type, cells)) <= _TEXT:
        cells = _refused(name, cells, verdict, lambda c: isinstance(c, str), "is not a text")
    if "\0" in "".join(filter(None, cells)):
        cells = _refused(name, cells, verdict, lambda c: "\0" not in c, "holds a NUL character")
    out = _objects(cells)
    out[out == ""] = None
    return out


def _flags(name: str, cells: list[Any], verdict: Verdict) -> Array:
    return _objects(_refused(name, cells, verdict, lambda c: isinstance(c, bool), "is neither yes nor no"))


def _json(name: str, cells: list[Any], verdict: Verdict) -> Array:
    return _objects(_refused(name, cells, verdict, lambda c: isinstance(c, dict), "is no object"))


def _objects(cells: list[Any]) -> Array:
    out = np.empty(len(cells), dtype=object)
    out[:] = cells
    return out


def _spans(name: str, cells: list[Any], verdict: Verdict) -> Array:
    return _numbers(name, [c.total_seconds() if isinstance(c, timedelta) else c for c in cells], verdict)


_READERS: Mapping[str, Callable[[str, list[Any], Verdict], Array]] = {
    "time": _times,
    "deadline": _times,
    "number": _numbers,
    "whole": _whole,
    "text": _texts,
    "flag": _flags,
    "json": _json,
    "interval": _spans,
}
