"""What can't be right: no key or time, from the wrong century, closed before it began, off the globe."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from city.batch import Array
from city.kinds import Kind
from city.metrics import METRICS
from city.verdict import Saying, told
from repository.load.cells import mask
from repository.load.convert import Converted
from repository.load.mapping import Mapping

FIRST = np.datetime64("1990-01-01T00:00:00", "us")
AHEAD = timedelta(days=1)
LONGEST_KEY, LONGEST_TEXT = 500, 100_000
"""Bytes of a key's part (an index holds 2,700 in all), and characters of any other text."""


def judge(rows: Converted, mapping: Mapping, now: datetime) -> None:
    """Refuse the rows of a chunk that can't be right. `now` is the load's clock."""
    kind = mapping.of
    _needed(rows, kind)
    _texts(rows, kind)
    _times(rows, kind, now)
    _vocabulary(rows, mapping)
    _numbers(rows)


def _needed(rows: Converted, kind: Kind) -> None:
    for name in kind.needs:
        what = {kind.begins: "no time", "value": "no value"}.get(name, "no key")
        rows.verdict.refuse(mask(rows.columns[name].is_null()), f"{what}: {name} is empty")


def _texts(rows: Converted, kind: Kind) -> None:
    short = {*kind.key, "place_code"}
    for name, column in rows.columns.items():
        if pa.types.is_string(column.type) and kind.columns[name] == "text":
            most = LONGEST_KEY if name in short else LONGEST_TEXT
            size = pc.binary_length(column) if name in short else pc.utf8_length(column)
            rows.verdict.refuse(
                mask(pc.greater(size, most)),
                Saying(name, size, f"letters long: more than {most} is refused", plain=True),
            )


def _times(rows: Converted, kind: Kind, now: datetime) -> None:
    last = np.datetime64(now.replace(tzinfo=None), "us") + np.timedelta64(AHEAD)
    for name in kind.happened:
        if name in rows.times:
            moment = rows.times[name]
            rows.verdict.refuse(moment < FIRST, Saying(name, moment, "is before 1990", plain=True))
            rows.verdict.refuse(moment > last, Saying(name, moment, "is more than a day ahead", plain=True))
    begins, ends = rows.times.get(kind.begins or ""), rows.times.get(kind.ends or "")
    if begins is not None and ends is not None:
        rows.verdict.refuse(
            ends < begins, lambda i: f"{kind.ends} {told(ends[i])} is before {kind.begins} {told(begins[i])}"
        )


def _vocabulary(rows: Converted, mapping: Mapping) -> None:
    kind = mapping.of
    if kind.statuses and "status" in rows.columns:
        ours = {*kind.statuses, *(mapping.values.get("status", {}).values() if kind.open_statuses else ())}
        column = rows.columns["status"]
        unknown = mask(column.is_valid()) & ~_in(column, ours)
        rows.verdict.refuse(unknown, Saying("status", column, "is neither ours nor in [values.status]"))


def _in(column: pa.Array, words: Iterable[str]) -> Array:
    return mask(pc.is_in(column, value_set=pa.array(sorted(words), type=pa.string())))


def _numbers(rows: Converted) -> None:
    for name, low, high in (
        ("latitude", -90, 90),
        ("longitude", -180, 180),
        ("severity", 1, 5),
        ("rating", -(2**15), 2**15 - 1),
        ("area_km2", 0, 1e9),
        ("population", 0, 2e9),
    ):
        if name in rows.numbers:
            _bounded(rows, name, rows.numbers[name], low, high)
    if "metric" in rows.columns:
        metric = rows.columns["metric"].dictionary_encode()
        for code, word in enumerate(metric.dictionary.to_pylist()):
            if word in METRICS:
                here = mask(pc.equal(metric.indices, code))
                limits = METRICS[word]
                _bounded(rows, word, np.where(here, rows.numbers["value"], np.nan), limits.low, limits.high)


def _bounded(rows: Converted, name: str, values: Array, low: float, high: float) -> None:
    outside = (values < low) | (values > high)
    rows.verdict.refuse(outside, Saying(name, values, f"is not between {low:g} and {high:g}", plain=True))
