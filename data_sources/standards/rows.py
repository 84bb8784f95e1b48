"""Reading row by row: what can't be right about one becomes a value with its reason and never stops the others."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import orjson

from city.batch import KEYS
from data_sources.engine.contract import Patch, Rejected, Row
from data_sources.standards.found import Found

T = TypeVar("T")
_RECORDS = (Row, Patch)
MOST_SHOWN = 1 << 16
DEEPEST = 16
UNSHAPED = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)


class RowError(ValueError):
    """This row can't be taken; the message says why."""


def each(
    items: Iterable[T],
    read: Callable[[T], Iterable[Found]],
    show: Callable[[T], str],
    origin: Callable[[], str] | None = None,
) -> list[Found]:
    """Read every item; one that fails is kept as `show` writes it, beside what was already read of it.

    `origin` writes what was read when it is asked for later; without it that is `show` again.
    """
    out: list[Found] = []
    for item in items:
        later = origin or partial(show, item)
        try:
            for found in read(item):
                if isinstance(found, _RECORDS):
                    found.origin = later
                out.append(found)
        except RowError as e:
            out.append(Rejected(show(item), str(e)))
        except UNSHAPED as e:
            out.append(Rejected(show(item), f"not in the standard's shape ({type(e).__name__}: {shown(str(e))})"))
    return out


def row(table: str, **values: Any) -> Row:
    """A row without its empty columns."""
    return Row(table, {k: v for k, v in values.items() if v is not None})


def reading(
    sensor: str,
    metric: str,
    when: datetime,
    value: float,
    unit: str | None = None,
    at: tuple[float, float] | None = None,
) -> Row:
    """A row of observation; `at` is (latitude, longitude)."""
    values: dict[str, Any] = {"sensor_id": sensor, "metric": metric, "observed_at": when, "value": value}
    if unit is not None:
        values["unit"] = unit
    if at is not None:
        values["latitude"], values["longitude"] = at
    return Row("observation", values)


def settle(records: list[Found]) -> list[Found]:
    """Patches to rows of the same answer are applied to them; the others stay, after all rows."""
    patches = [r for r in records if isinstance(r, Patch)]
    if not patches:
        return records
    rows = {_key(r): r for r in records if isinstance(r, Row)}
    out: list[Found] = [r for r in records if not isinstance(r, Patch)]
    for patch in patches:
        if found := rows.get(_key(patch)):
            ended = [t for v in (found.values, patch.values) if (t := v.get("closed_at"))]
            found.values.update(patch.values)
            if ended:  # what was over already does not last until it is told
                found.values["closed_at"] = min(ended)
        else:
            out.append(patch)
    return out


def _key(record: Row | Patch) -> tuple[Any, ...]:
    return (record.table, *(record.values.get(k) for k in KEYS[record.table]))


def as_json(item: object) -> str:
    """A refused row as JSON, not longer than a page of the log should be."""
    try:
        quick = orjson.dumps(item)
        if len(quick) > MOST_SHOWN:
            return quick[:MOST_SHOWN].decode("utf-8", "ignore")
    except TypeError:  # nested deep, or with a number beyond 64 bits
        pass
    try:
        return json.dumps(item, ensure_ascii=False, default=str)[:MOST_SHOWN]  # unlike orjson it shows NaN
    except (RecursionError, ValueError):
        return "(nested too deep to be shown)"


def as_pack(item: object) -> str:
    """A refused row as the list of one that its decoder reads again."""
    return as_json([item])


def shown(value: object) -> str:
    """A value inside a reason: short, one line."""
    written = value if isinstance(value, str) else type(value).__name__ if _is_nested(value) else repr(value)
    line = " ".join(written[:200].split())
    return line if len(line) <= 60 else f"{line[:57]}…"


def _is_nested(value: object) -> bool:
    return isinstance(value, dict | list | tuple)


def text(value: object) -> str | None:
    """Text of one cell; empty is null. Numbers are taken as they are written, since many feeds leave quotes out."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RowError(f"{shown(value)} where a text belongs")
    found = str(value).strip()
    if "\0" in found:
        raise RowError("a NUL character in a text")
    return found or None


def needed(value: object, name: str) -> str:
    """Text that a row can't do without."""
    if (found := text(value)) is None:
        raise RowError(f"no {name}")
    return found


def plain(value: Any, depth: int = DEEPEST) -> Any:
    """A value for a column `attributes`: JSON that PostgreSQL takes, not nested without end."""
    if isinstance(value, str):
        return value.replace("\0", "") if "\0" in value else value
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None  # not for NaN and infinity
    if depth == 0:
        raise RowError(f"attributes nested deeper than {DEEPEST}")
    if isinstance(value, dict):
        return {plain(str(k)): plain(v, depth - 1) for k, v in value.items()}
    return [plain(v, depth - 1) for v in value]


def filled(values: dict[str, Any]) -> dict[str, Any] | None:
    """Attributes that are fit to be kept as they are, without the empty ones; null when none is left."""
    return {k: v for k, v in values.items() if v not in (None, "", [], {})} or None


def kept(values: dict[str, Any]) -> dict[str, Any] | None:
    """Attributes without the empty ones; null when none is left."""
    return {k: plain(v) for k, v in values.items() if v not in (None, "", [], {})} or None
