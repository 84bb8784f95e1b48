"""The border: what every row of every feed is held against, once for all, before it may go in.

Types and aware times, keys, plausible limits in the contract's units, the century and the globe, swapped coordinates,
the place that holds a point. What can't be right is refused with its reason and kept as it came.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

import numpy as np

from city.batch import Array, Columns
from city.kinds import Kind
from city.located import codes_at, nowhere, swapped
from city.metrics import METRICS
from city.places import Places
from city.rules import LONGEST_KEY, LONGEST_TEXT, judge_numbers, judge_readings, judge_times, needed
from city.units import conversion
from city.verdict import Verdict
from data_sources.engine.columns import KIND_OF, empty, typed
from data_sources.engine.contract import Patch, Rejected, Row
from data_sources.standards.rows import as_json

PLANNED = {
    "event": {s: frozenset({"opened_at", "closed_at"}) for s in ("cap", "datex2", "gtfs_realtime", "ngsi_ld", "demo")}
}
"""Standards that tell of what is planned: beginnings and ends of their events may lie ahead (docs/standards)."""
COMPLETE = frozenset({"event", "feedback", "administrative_case", "observation"})
"""Tables of which a row says all there is: what it leaves out is empty. Of a sensor it leaves what is stored."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one feed's rows are held against, beside what holds of all. `sources` are the words its rows may carry."""

    source: str
    standard: str = ""
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows of one table and one source: the good ones as columns, whether they are `patch`es, and what they were."""

    table: str
    source: str
    columns: Columns
    patch: bool
    refused: list[Rejected]
    duplicates: int = 0
    converted: int = 0

    def __len__(self) -> int:
        """Good rows, duplicates among them."""
        return len(next(iter(self.columns.values()), ()))


@dataclass(frozen=True, slots=True)
class Border:
    """The border of one city. `centre` is (latitude, longitude)."""

    places: Places
    centre: tuple[float, float]

    def rows(self, rows: Sequence[Row], rules: Rules, now: datetime) -> Iterator[Judged]:
        """Rows by table and source."""
        for (table, source), some in _grouped(rows, rules, attrgetter("table")).items():
            names = _columns_of(table, some)
            yield self._judged(table, source, some, names, rules, now, patch=False)

    def patches(self, patches: Sequence[Patch], rules: Rules, now: datetime) -> Iterator[Judged]:
        """Patches by table, source and the columns they touch, in their order."""
        groups = _grouped(patches, rules, lambda p: (p.table, frozenset(p.values) - {"source"}))
        for ((table, names), source), some in groups.items():
            yield self._judged(table, source, some, sorted({*names, *_key(table)}), rules, now, patch=True)

    def _judged(
        self,
        table: str,
        source: str,
        rows: Sequence[Row | Patch],
        names: Sequence[str],
        rules: Rules,
        now: datetime,
        *,
        patch: bool,
    ) -> Judged:
        kind, verdict = KIND_OF.get(table), Verdict(len(rows))
        if kind is None or (source not in rules.sources and rules.sources):
            why = f"no source writes the table {table}" if kind is None else f"{source} is not a source of this feed"
            return Judged(table, rules.source, {}, patch, [Rejected(_shown(r), why) for r in rows])
        named = [n for n in names if n in kind.columns and n != "source"]
        columns = typed(kind, [r.values for r in rows], verdict, named)
        converted = self._measured(columns, verdict, rules) if "value" in columns and "metric" in columns else 0
        self._judge(kind, columns, verdict, rules, now, patch=patch)
        if not patch:
            self._locate(columns)
        refused = [Rejected(_shown(rows[i]), reason) for i, reason in sorted(verdict.reasons.items())]
        good = {"source": _full(source, len(rows)), **columns}
        good = {n: c[verdict.good] for n, c in good.items()}
        return Judged(table, source, good, patch, refused, _repeated(kind, good), converted)

    def _judge(
        self, kind: Kind, columns: Mapping[str, Array], verdict: Verdict, rules: Rules, now: datetime, *, patch: bool
    ) -> None:
        for name in (k for k in kind.key if k != "source") if patch else kind.needs:
            needed(verdict, kind, name, empty(columns[name]))
        times = {n: c for n, c in columns.items() if kind.columns[n] in ("time", "deadline")}
        judge_times(verdict, kind, times, now, PLANNED.get(kind.table, {}).get(rules.standard, frozenset()))
        judge_numbers(verdict, {n: c for n, c in columns.items() if kind.columns[n] in ("number", "whole")})
        self._points(columns, verdict)
        _lengths(kind, columns, verdict)
        if kind.statuses and "status" in columns and not kind.open_statuses:
            known = {*kind.statuses, None}
            words = columns["status"].tolist()
            verdict.refuse(np.array([w not in known for w in words]), lambda i: f"status {words[i]!r} is not ours")

    def _points(self, columns: Mapping[str, Array], verdict: Verdict) -> None:
        if "latitude" in columns and "longitude" in columns:
            lat, lon = columns["latitude"], columns["longitude"]
            away = swapped(lat, lon, self.centre) & ~nowhere(lat, lon)
            verdict.refuse(away, lambda i: f"latitude {lat[i]:g} and longitude {lon[i]:g} are swapped")

    def _locate(self, columns: dict[str, Array]) -> None:
        """0, 0 is no point; a row with a point and no place gets the place that holds it."""
        if "latitude" not in columns or "longitude" not in columns:
            return
        away = nowhere(columns["latitude"], columns["longitude"])
        for name in ("latitude", "longitude"):
            columns[name] = np.where(away, np.nan, columns[name])
        if "place_code" in columns:
            wanting = empty(columns["place_code"])
            columns["place_code"][wanting] = codes_at(
                self.places, columns["latitude"][wanting], columns["longitude"][wanting]
            )

    def _measured(self, columns: dict[str, Array], verdict: Verdict, rules: Rules) -> int:
        """Readings in the contract's units and within what is plausible; of how many the unit was converted."""
        metrics, units, converted = columns["metric"], columns.get("unit"), 0
        values = columns["value"] = columns["value"].copy()
        for metric in sorted({m for m in metrics.tolist() if m}):
            here = metrics == metric
            if metric in METRICS and units is not None:
                converted += _into(METRICS[metric].unit, metric, here, values, units, verdict)
            judge_readings(verdict, metric, here, values, rules.limits)
        return converted


def _into(ours: str, metric: str, here: Array, values: Array, units: Array, verdict: Verdict) -> int:
    """Values of one metric, in place, into our unit; a unit that can't become it refuses its rows."""
    converted = 0
    for unit in sorted({u for u in units[here].tolist() if u and u != ours}):
        rows = here & (units == unit)
        found = conversion(unit, ours)
        if found is None:
            verdict.refuse(rows, f"{metric}: the unit {unit[:40]!r} can't become {ours}")
        elif found.changes:
            values[rows] = values[rows] * found.factor + found.offset
            converted += int(rows.sum())
    units[here] = ours
    return converted


def _grouped(rows: Sequence[Any], rules: Rules, by: Callable[[Any], Any]) -> dict[tuple[Any, str], list[Any]]:
    """By `by` and the source; only a feed that plays several may name it in its rows."""
    parts = defaultdict[Any, list[Any]](list)
    for row in rows:
        parts[by(row)].append(row)
    if not rules.sources:
        return {(part, rules.source): some for part, some in parts.items()}
    out: dict[tuple[Any, str], list[Any]] = {}
    for part, some in parts.items():
        for row in some:
            out.setdefault((part, str(row.values.get("source") or rules.source)), []).append(row)
    return out


def _columns_of(table: str, rows: Sequence[Row]) -> list[str]:
    kind = KIND_OF.get(table)
    if kind is None:
        return []
    if table in COMPLETE:
        return list(kind.columns)
    given = {n for row in rows for n in row.values}
    located = {"place_code"} if {"latitude", "longitude"} <= given else set[str]()
    return [n for n in kind.columns if n in given | located | set(kind.needs)]


def _key(table: str) -> tuple[str, ...]:
    kind = KIND_OF.get(table)
    return tuple(k for k in kind.key if k != "source") if kind else ()


def _lengths(kind: Kind, columns: Mapping[str, Array], verdict: Verdict) -> None:
    for name, cells in columns.items():
        if kind.columns[name] == "text":
            most = LONGEST_KEY if name in (*kind.key, "place_code") else LONGEST_TEXT
            if max(map(len, filter(None, cells.tolist())), default=0) * 4 > most:
                long = np.array([c is not None and len(c.encode()) > most for c in cells.tolist()], dtype=bool)
                verdict.refuse(long, f"{name} is longer than {most} bytes")


def _full(source: str, n: int) -> Array:
    out = np.empty(n, dtype=object)
    out[:] = source
    return out


def _repeated(kind: Kind, columns: Columns) -> int:
    """How many rows are of a key that came before; all are of one source."""
    parts = [columns[k] for k in kind.key if k != "source"]
    keys = [(p.view(np.int64) if p.dtype.kind == "M" else p).tolist() for p in parts]
    return len(keys[0]) - len(set(keys[0] if len(keys) == 1 else zip(*keys, strict=True)))


def _shown(row: Row | Patch) -> str:
    """A refused row as it came, else as it was read."""
    if row.origin is not None:
        return row.origin()
    what = "patch_of" if isinstance(row, Patch) else "row_of"
    return as_json({what: row.table, "values": row.values})
