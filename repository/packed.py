"""Many rows read without an object a value: readings as byte strings a series, other tables chunk by chunk.

Whoever reads weeks of readings as tuples needs a kilobyte for each. Here PostgreSQL strings the moments and values of
one sensor at one spot together, sixteen bytes a reading, and numpy reads them as they lie.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from city.batch import CARRIED, Array, Columns, column
from city.metrics import METRICS
from repository.columns import EPOCH, from_rows, selected
from repository.session import Connection
from repository.windows import Sight

CHUNK = 4_000
_NAMED = ("source", "sensor_id", "metric", "place_code", "latitude", "longitude")
_PACKED = """
select {named}, string_agg(timestamptz_send(observed_at) || float8send(coalesce(value, 'NaN')), ''::bytea)
from {relation} where observed_at > %(first)s and observed_at <= %(last)s and ({wanted})
group by {named}
"""
_READING = np.dtype([("at", ">i8"), ("value", ">f8")])


@dataclass(frozen=True, slots=True)
class Stretch:
    """Moments from `since` to `until`: pictures at any of them are wanted."""

    since: datetime
    until: datetime


def readings(connection: Connection, stretches: Sequence[Stretch], sight: Sight) -> Columns:
    """The columns of `observation`, as seen, that pictures in these stretches need, every metric by its own window.

    Without the newest readings before the windows (repository.older).
    """
    named = ", ".join(_NAMED)
    wanted, parameters = _spans(stretches)
    statement = _PACKED.format(named=named, wanted=wanted, relation=sight.of("observation"))
    parameters |= {
        "first": min(s.since for s in stretches) - max(m.window for m in METRICS.values()),
        "last": max(s.until for s in stretches),
        **sight.parameters,
    }
    return _unpacked(connection.execute(statement.encode(), parameters, prepare=False, binary=True).fetchall())


def _spans(stretches: Sequence[Stretch]) -> tuple[str, dict[str, Any]]:
    """A condition, and its parameters: for metrics of one window, the stretches made longer by it."""
    parts, parameters = [], dict[str, Any]()
    for n, window in enumerate(sorted({m.window for m in METRICS.values()})):
        parameters[f"metrics_{n}"] = [m.code for m in METRICS.values() if m.window == window]
        spans = _joined(stretches, window)
        for k, (since, until) in enumerate(spans):
            parameters |= {f"since_{n}_{k}": since, f"until_{n}_{k}": until}
        each = (f"observed_at > %(since_{n}_{k})s and observed_at <= %(until_{n}_{k})s" for k in range(len(spans)))
        parts.append(f"metric = any(%(metrics_{n})s) and ({' or '.join(each)})")
    return " or ".join(f"({p})" for p in parts), parameters


def _joined(stretches: Sequence[Stretch], window: timedelta) -> list[tuple[datetime, datetime]]:
    """Stretches with their windows before them, those that touch as one."""
    out: list[tuple[datetime, datetime]] = []
    for s in sorted(stretches, key=lambda s: s.since):
        if out and s.since - window <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], s.until))
        else:
            out.append((s.since - window, s.until))
    return out


def _unpacked(rows: Sequence[tuple[Any, ...]]) -> Columns:
    found = [np.frombuffer(row[-1], _READING) for row in rows]
    sizes = [len(f) for f in found]
    packed = np.concatenate(found) if found else np.empty(0, _READING)
    out: dict[str, Array] = {
        name: np.repeat(column(name, [row[i] for row in rows]), sizes) for i, name in enumerate(_NAMED)
    }
    out["observed_at"] = (packed["at"].astype(np.int64) + EPOCH).view("datetime64[us]")
    out["value"] = packed["value"].astype(np.float64)
    return {name: out[name] for name in CARRIED["observation"]}


def columns(connection: Connection, table: str, condition: str, parameters: Mapping[str, Any], sight: Sight) -> Columns:
    """The rows of a table, as seen, that meet a condition, equal texts kept once."""
    words: dict[Any, Any] = {}
    statement = f"select {selected(table)} from {sight.of(table)} where {condition}"  # noqa: S608  names of ours
    cursor = connection.execute(statement.encode(), {**parameters, **sight.parameters}, prepare=False, binary=True)
    chunks = [from_rows(table, [])]
    while rows := cursor.fetchmany(CHUNK):
        chunks.append({n: _once(c, words) for n, c in from_rows(table, rows).items()})
    return {name: np.concatenate([c[name] for c in chunks]) for name in CARRIED[table]}


def _once(values: Array, words: dict[Any, Any]) -> Array:
    if values.dtype != object:
        return values
    out = np.empty(len(values), dtype=object)
    out[:] = [words.setdefault(v, v) if isinstance(v, str) else v for v in values.tolist()]
    return out


def together(*parts: Columns) -> Columns:
    """One after the other."""
    return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}
