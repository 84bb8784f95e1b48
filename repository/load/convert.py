"""Our columns of text as what the table holds: moments, numbers, whole numbers, booleans, JSON, intervals."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from city.batch import Array
from city.units import conversion
from city.verdict import Saying, Verdict, shown
from repository.load.cells import TextColumn, mask
from repository.load.geometry import geometry_of
from repository.load.mapping import Mapping
from repository.load.measure import measured
from repository.load.numbers import flags, infinite, numbers
from repository.load.shape import Shaped
from repository.load.times import Moments, moments

MOMENT = pa.timestamp("us", tz="UTC")


@dataclass(slots=True)
class Converted:
    """Columns ready for the table, in Arrow's types; numbers and times also as numpy for the checks."""

    columns: dict[str, pa.Array]
    numbers: dict[str, Array]
    times: dict[str, Array]
    verdict: Verdict
    ambiguous: int = 0
    """Cells of the file; in a wide file a time stands in one cell and serves many rows."""
    missing: int = 0
    notes: Counter[str] = field(default_factory=Counter)


def converted(rows: Shaped, mapping: Mapping) -> Converted:
    """Every column by its type; cells that can't be read refuse their row."""
    out = Converted({}, {}, {}, rows.verdict)
    columns = _with_attributes(rows.columns, out.verdict)
    for name, column in columns.items():
        kind = mapping.of.columns[name]
        if kind in ("time", "deadline"):
            _time(out, name, column, mapping, rows.origin)
        elif kind in ("number", "whole"):
            _number(out, name, column, mapping, whole=kind == "whole" or name == "population")
        elif kind == "flag":
            out.columns[name], bad = flags(column)
            out.verdict.refuse(bad, Saying(name, column, "is neither yes nor no"))
        elif kind == "interval":
            _interval(out, name, column, mapping)
        elif kind == "json":
            out.columns[name] = _json(out, name, column)
        else:
            out.columns[name] = column
    if mapping.kind == "observations":
        _measure(out, rows, mapping)
    return out


def _time(out: Converted, name: str, column: TextColumn, mapping: Mapping, origin: Array) -> None:
    found = _sequence(mapping, name, column) if name in mapping.sequence else None
    found = found or moments(column, mapping.formats.get(name, ()), mapping.zone)
    hint = "" if name in mapping.formats else f"; give its format in [formats] {name}"
    out.verdict.refuse(found.unreadable, Saying(name, column, f"is not a time{hint}"))
    out.verdict.refuse(found.zoneless, Saying(name, column, "has no offset, and the mapping no timezone"))
    beyond = (found.utc > np.datetime64("9999-12-30")) | (found.utc < np.datetime64("0001-01-02"))
    out.verdict.refuse(beyond, Saying(name, column, "is beyond the calendar"))
    out.ambiguous += len(np.unique(origin[found.ambiguous]))
    out.missing += len(np.unique(origin[found.missing]))
    out.times[name] = found.utc
    out.columns[name] = pa.array(found.utc).cast(MOMENT)


def _sequence(mapping: Mapping, name: str, column: TextColumn) -> Moments:
    """Times of rows that have none: the first one's, and a real span of time a row."""
    rule = mapping.sequence[name]
    start = moments(pa.array([rule.start]), (), mapping.zone)
    step = np.timedelta64(pd.to_timedelta(rule.every).value // 1000, "us")
    number: Array = column.cast(pa.int64()).to_numpy()
    none = np.zeros(len(number), dtype=bool)
    zoneless = np.full(len(number), bool(start.zoneless[0]))
    return Moments(start.utc[0] + number * step, none, zoneless, none, none)


def _number(out: Converted, name: str, column: TextColumn, mapping: Mapping, *, whole: bool) -> None:
    values, bad = numbers(column, mapping.file)
    out.verdict.refuse(bad, lambda i: _no_number(name, column[i].as_py()))
    rule = mapping.units.get(name)
    if rule and name != "value" and rule.factor is not None:
        values = values * rule.factor + rule.offset
    elif rule and name == "area_km2" and rule.from_ and (found := conversion(rule.from_, "km²")):
        values = values * found.factor
    if whole:
        broken = np.isfinite(values) & ((values != np.floor(values)) | (np.abs(values) >= 2**31))
        out.verdict.refuse(broken, Saying(name, column, "is no whole number"))
        values = np.where(broken, np.nan, values)
    out.numbers[name] = values
    found_column = pa.array(values, from_pandas=True)
    out.columns[name] = found_column.cast(pa.int64()) if whole else found_column


def _no_number(name: str, word: str) -> str:
    what = "NaN or infinity written as a number" if infinite(word) else "not a number"
    return f"{name} {shown(word)} is {what}"


def _interval(out: Converted, name: str, column: TextColumn, mapping: Mapping) -> None:
    """Seconds, or a span such as "5 min", "01:00:00" or "PT1H"; `[units]` says what plain numbers are."""
    rule = mapping.units.get(name)
    scale = conversion(rule.from_, "s") if rule and rule.from_ else None
    encoded = column.dictionary_encode()
    spans = [_seconds(w, scale.factor if scale else 1.0) for w in encoded.dictionary.to_pylist()]
    seconds = pa.array(spans, type=pa.float64()).take(encoded.indices)
    out.verdict.refuse(mask(column.is_valid()) & mask(seconds.is_null()), Saying(name, column, "is not a span of time"))
    out.columns[name] = pc.binary_join_element_wise(seconds.cast(pa.string()), "seconds", " ")


def _seconds(word: str, scale: float) -> float | None:
    try:
        seconds = float(word) * scale
    except ValueError:
        span = pd.to_timedelta(word, errors="coerce")
        seconds = float("nan") if pd.isna(span) else float(span.total_seconds())
    return seconds if 0 < seconds < 1e10 else None


def _with_attributes(columns: dict[str, TextColumn], verdict: Verdict) -> dict[str, TextColumn]:
    """`attributes.x` gathered into `attributes`; what looks like JSON (a number, true) is kept as such."""
    parts = {n.partition(".")[2]: c for n, c in columns.items() if "." in n}
    if not parts:
        return columns
    whole = {n: c for n, c in columns.items() if "." not in n}
    base = whole.get("attributes", pa.nulls(len(verdict), pa.string())).to_pylist()
    rows = zip(*(c.to_pylist() for c in parts.values()), strict=True)
    gathered = []
    for start, row in zip(base, rows, strict=True):
        mine = {k: _loose(v) for k, v in zip(parts, row, strict=True) if v is not None}
        known = _loose(start) if start else {}
        gathered.append(orjson.dumps({**(known if isinstance(known, dict) else {}), **mine}).decode())
    return {**whole, "attributes": pa.array(gathered, type=pa.string())}


def _loose(word: str) -> object:
    try:
        return orjson.loads(word)
    except orjson.JSONDecodeError:
        return word


def _json(out: Converted, name: str, column: TextColumn) -> TextColumn:
    """Objects only; a geometry is GeoJSON or WKT."""
    found: list[str | None] = []
    wrong = np.zeros(len(column), dtype=bool)
    for i, word in enumerate(column.to_pylist()):
        value = None if word is None else geometry_of(word) if name == "geometry" else _loose(word)
        wrong[i] = word is not None and not isinstance(value, dict)
        found.append(orjson.dumps(value).decode().replace("\\u0000", "") if isinstance(value, dict) else None)
    out.verdict.refuse(wrong, Saying(name, column, "can't be read"))
    return pa.array(found, type=pa.string())


def _measure(out: Converted, rows: Shaped, mapping: Mapping) -> None:
    nothing = pa.nulls(len(rows), pa.string())
    found = measured(
        mapping,
        out.numbers["value"],
        rows.columns["metric"],
        rows.columns.get("unit", nothing),
        nothing if rows.wide is None else rows.wide,
        nothing if rows.stated is None else rows.stated,
    )
    out.numbers["value"] = found.value
    out.columns["value"] = pa.array(found.value, from_pandas=True)
    out.columns["unit"] = found.unit
    out.notes += found.notes
