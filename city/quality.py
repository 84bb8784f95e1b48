"""How good the readings themselves are, over 24 hours: a part and a whole for each sensor and metric.

Only sensors that were heard of in the last 30 days are expected to report (all of them where none was). What only feeds
know (refused rows, licences) is in city.feed_quality.
"""

from dataclasses import dataclass

import numpy as np

from city.batch import Array
from city.metrics import METRICS
from city.newest import newest, together
from city.rows import Rows
from city.scene import Scene, days

DAY = days(1)
DAY_S = 86_400.0


@dataclass(frozen=True)
class Shares:
    """`part` of `whole` (float64), with the slot and the source (object) they belong to."""

    slot: Array
    source: Array
    part: Array
    whole: Array

    def by_feed(self) -> dict[str, float]:
        """Per cent a source, of the sources that have a whole."""
        return {source: 100 * part / whole for source, (part, whole) in self.sums().items()}

    def sums(self) -> dict[str, tuple[float, float]]:
        """Part and whole a source, of the sources that have a whole."""
        names, which = np.unique(self.source.astype(str), return_inverse=True)
        part = np.bincount(which, self.part, minlength=len(names))
        whole = np.bincount(which, self.whole, minlength=len(names))
        found = zip(names.tolist(), part.tolist(), whole.tolist(), strict=True)
        return {name: (p, w) for name, p, w in found if w > 0}


def correct(scene: Scene) -> Shares:
    """Readings inside their metric's plausible limits, of all readings."""
    return scene.once("correct", lambda s: joined([_correct(s, m) for m in METRICS]))


def _correct(scene: Scene, metric: str) -> Shares:
    r, sensors, limits = scene.tables.metric(metric), newest(scene, metric), METRICS[metric]
    rows = day_of(scene, metric)
    right = (r.value[rows] >= limits.low) & (r.value[rows] <= limits.high)
    whole = np.bincount(r.series[rows], minlength=len(r.sensors)).astype(np.float64)[sensors.series]
    part = np.bincount(r.series[rows[right]], minlength=len(r.sensors)).astype(np.float64)[sensors.series]
    return Shares(sensors.slot, sensors.source, part, whole)


def sufficient(scene: Scene) -> Shares:
    """Readings that came, of those expected by `expected_every`; more than expected makes up for nobody."""
    return scene.once("sufficient", lambda s: joined([_sufficient(s, m) for m in METRICS]))


def _sufficient(scene: Scene, metric: str) -> Shares:
    r, every = scene.tables.metric(metric), scene.tables["sensor"].once("expected every", _every)
    sensors = newest(scene, metric)
    gap = np.array([every.get(key, np.nan) for key in sensors.keys], dtype=np.float64)
    known = np.flatnonzero((gap > 0) & ~sensors.retired)
    came = np.bincount(r.series[day_of(scene, metric)], minlength=len(r.sensors))[sensors.series[known]]
    expected = DAY_S / gap[known]
    return Shares(sensors.slot[known], sensors.source[known], np.minimum(came, expected), expected)


def live(scene: Scene) -> Shares:
    """Sensors whose newest reading is inside its stale limit, of all; each once, by its freshest metric."""
    found = together(scene, tuple(METRICS))
    kept = found[~found.retired]
    return Shares(kept.slot, kept.source, kept.fresh.astype(np.float64), np.ones(len(kept.at)))


def day_of(scene: Scene, metric: str) -> Array:
    """Rows of the metric's readings of the last 24 hours."""
    return scene.once(f"day of {metric}", lambda s: _day_of(s, metric))


def _day_of(scene: Scene, metric: str) -> Array:
    r = scene.tables.metric(metric)
    return np.flatnonzero((r.at > scene.at - DAY) & (r.at <= scene.at))


def _every(sensors: Rows) -> dict[tuple[str, ...], float]:
    every = sensors["expected_every"]
    return {key: float(every[i]) for key, i in sensors.position.items()}


def joined(parts: list[Shares]) -> Shares:
    names = ("slot", "source", "part", "whole")
    return Shares(*(np.concatenate([getattr(p, n) for p in parts]) for n in names))
