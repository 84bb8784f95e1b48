"""Tiny makers: batches and tables out of plain dictionaries."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from city.batch import BEGINS, CARRIED, KEYS, Batch, Change, Key, column
from city.config import CityFile, MapView
from city.scene import instant

NOON = datetime(2026, 5, 20, 5, 0, tzinfo=UTC)
TOWN = CityFile(
    code="town", timezone="Asia/Ho_Chi_Minh", locale="en", name={"en": "Town"}, map=MapView(center=(16, 107))
)
Row = Mapping[str, Any]


def ago(**kw: float) -> datetime:
    """A time before NOON."""
    return NOON - timedelta(**kw)


def change(table: str, rows: Iterable[Row], gone: Iterable[Key] = ()) -> Change:
    listed = [{"source": "test", **r} for r in rows]
    columns = {c: column(c, [r.get(c) for r in listed]) for c in CARRIED[table]}
    return Change(columns, frozenset(gone))


def batch(*, whole: bool = False, gone: Mapping[str, Iterable[Key]] | None = None, **tables: Iterable[Row]) -> Batch:
    """`batch(event=[{...}], observation=[{...}])`; whole batches carry every table."""
    named = {**dict.fromkeys(KEYS, ()), **tables} if whole else dict(tables)
    gone = gone or {}
    changes = {t: change(t, named.get(t, ()), gone.get(t, ())) for t in {*named, *gone}}
    began = {t: instant(min(r[b] for r in named[t])) for t, b in BEGINS.items() if named.get(t)}
    return Batch(changes, whole=whole, began=began)


def reading(sensor: str, metric: str, at: datetime, value: float, **more: Any) -> Row:
    return {"sensor_id": sensor, "metric": metric, "observed_at": at, "value": value, **more}


def place(code: str, **more: Any) -> Row:
    return {"place_code": code, "name": code.title(), **more}
