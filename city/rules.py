"""What can't be right of a row, whoever brings it: from the wrong century, closed before it began, off the globe.

`times` are datetime64[us] in UTC, `numbers` float64, one array a column; empty cells (NaT, NaN) are never refused here.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np

from city.batch import Array
from city.kinds import Kind
from city.metrics import METRICS
from city.verdict import Saying, Verdict, told

FIRST = np.datetime64("1990-01-01T00:00:00", "us")
AHEAD = timedelta(days=1)
LONGEST_KEY, LONGEST_TEXT = 500, 100_000
"""Bytes of a key's part (an index holds 2,700 in all), and characters of any other text."""
BOUNDS: Mapping[str, tuple[float, float]] = {
    "latitude": (-90, 90),
    "longitude": (-180, 180),
    "severity": (1, 5),
    "rating": (-(2**15), 2**15 - 1),
    "area_km2": (0, 1e9),
    "population": (0, 2e9),
}


def needed(verdict: Verdict, kind: Kind, name: str, empty: Array) -> None:
    """Refuse rows without what no row lacks."""
    what = {kind.begins: "no time", "value": "no value"}.get(name, "no key")
    verdict.refuse(empty, f"{what}: {name} is empty")


def judge_times(
    verdict: Verdict, kind: Kind, times: Mapping[str, Array], now: datetime, planned: frozenset[str] = frozenset()
) -> None:
    """What happened lies after 1990 and at most a day ahead; `planned` names times that may lie farther."""
    last = np.datetime64(now.replace(tzinfo=None), "us") + np.timedelta64(AHEAD)
    for name in kind.happened:
        if name in times:
            moment = times[name]
            verdict.refuse(moment < FIRST, Saying(name, moment, "is before 1990", plain=True))
            if name not in planned:
                verdict.refuse(moment > last, Saying(name, moment, "is more than a day ahead", plain=True))
    begins, ends = times.get(kind.begins or ""), times.get(kind.ends or "")
    if begins is not None and ends is not None:
        verdict.refuse(
            ends < begins, lambda i: f"{kind.ends} {told(ends[i])} is before {kind.begins} {told(begins[i])}"
        )


def judge_numbers(verdict: Verdict, numbers: Mapping[str, Array]) -> None:
    for name, (low, high) in BOUNDS.items():
        if name in numbers:
            _bounded(verdict, name, numbers[name], low, high)


def judge_readings(
    verdict: Verdict,
    metric: str,
    here: Array,
    values: Array,
    narrower: Mapping[str, tuple[float, float]] | None = None,
) -> None:
    """Readings of one metric (where `here` is true) against what is plausible at all, or what a feed says is."""
    known = METRICS.get(metric)
    limits = (narrower or {}).get(metric) or ((known.low, known.high) if known else None)
    if limits:
        _bounded(verdict, metric, np.where(here, values, np.nan), *limits)


def _bounded(verdict: Verdict, name: str, values: Array, low: float, high: float) -> None:
    outside = (values < low) | (values > high)
    verdict.refuse(outside, Saying(name, values, f"is not between {low:g} and {high:g}", plain=True))
