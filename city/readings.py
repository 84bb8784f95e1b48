"""Readings of one metric, sorted by sensor and time, so that every window is a slice or a mask."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from city.batch import Array, Columns, Key, column, runs
from city.roll import Roll, SensorKey

__all__ = ["Readings", "SensorKey"]
COLUMNS = ("series", "at", "value", "slot")
FEW = 8
"""So many times fewer rows than there are go in one by one."""


def _empty() -> dict[str, Array]:
    return {
        "series": np.empty(0, np.int32),
        "at": column("observed_at", []),
        "value": np.empty(0),
        "slot": np.empty(0, np.int32),
    }


@dataclass(frozen=True)
class Readings:
    """One metric's readings. `sensors` is sorted; `series` (int32) indexes it.

    Columns are equally long, sorted by (series, at), one row a (sensor, moment): `at` datetime64[us] UTC,
    `value` float64 in the metric's unit, `slot` int32 as in city.places (unlocated where the row names no place).
    """

    sensors: tuple[SensorKey, ...]
    series: Array
    at: Array
    value: Array
    slot: Array

    @classmethod
    def none(cls) -> "Readings":
        return cls((), **_empty())

    def __len__(self) -> int:
        return len(self.at)

    @cached_property
    def bounds(self) -> Array:
        """int64, one more than sensors: series i stands in rows bounds[i]:bounds[i+1]."""
        return np.searchsorted(self.series, np.arange(len(self.sensors) + 1))

    @cached_property
    def roll(self) -> Roll:
        """What is made of the sensors' names; readings of the same sensors share it."""
        return Roll(self.sensors)

    def upto(self, at: np.datetime64) -> Array:
        """int64 a sensor: the row of its newest reading not after `at`, -1 where it has none."""
        starts, ends = self.bounds[:-1], self.bounds[1:]
        later = np.full(len(starts), at + np.timedelta64(1, "us"))
        row = _first_not_before(self.at, starts, ends, later) - 1
        return np.where(row >= starts, row, -1)

    def merged(self, rows: Columns, gone: Iterable[Key] = ()) -> "Readings":
        """With rows (columns source, sensor_id, observed_at, value, slot) added or replaced, and keys removed."""
        starts, which = runs(rows["source"], rows["sensor_id"])
        keys = list(zip(rows["source"][starts].tolist(), rows["sensor_id"][starts].tolist(), strict=True))
        fresh = set(keys) - self.roll.index.keys()
        base = self._over(tuple(sorted([*self.sensors, *fresh]))) if fresh else self
        series = np.array([base.roll.index[k] for k in keys], np.int32)[which]
        new = _sorted(base.sensors, series, rows["observed_at"], rows["value"], rows["slot"])
        if FEW * len(new) < len(base):
            return base._inserted(new)._without(gone)
        both = ((getattr(base, c), getattr(new, c)) for c in COLUMNS)
        return _sorted(base.sensors, *map(np.concatenate, both))._without(gone)

    def _inserted(self, new: "Readings") -> "Readings":
        """With those of `new`, of the same sensors: a copy, where sorting all of them again takes ten times as long."""
        ends = self.bounds[new.series + 1]
        row = _first_not_before(self.at, self.bounds[new.series], ends, new.at)
        known = row < ends
        known[known] = self.at[row[known]] == new.at[known]
        value, slot = self.value, self.slot
        if known.any():
            value, slot = value.copy(), slot.copy()
            value[row[known]], slot[row[known]] = new.value[known], new.slot[known]
        old, added = (self.series, self.at, value, slot), ~known
        stay = np.ones(len(self) + np.count_nonzero(added), dtype=bool)
        stay[row[added] + np.arange(np.count_nonzero(added))] = False
        columns = (_put(c, getattr(new, n)[added], stay) for c, n in zip(old, COLUMNS, strict=True))
        out = self._alike(*columns)
        more = np.bincount(new.series[added], minlength=len(self.sensors))
        out.__dict__["bounds"] = self.bounds + np.concatenate([[0], np.cumsum(more)])
        return out

    def _alike(self, *columns: Array) -> "Readings":
        """Other rows of the same sensors: what was made of their names is kept."""
        out = Readings(self.sensors, *columns)
        out.__dict__["roll"] = self.roll
        return out

    def _over(self, sensors: tuple[SensorKey, ...]) -> "Readings":
        place = {k: i for i, k in enumerate(sensors)}
        remap = np.array([place[k] for k in self.sensors], np.int32)
        series = remap[self.series] if len(self.sensors) else self.series
        return Readings(sensors, series, self.at, self.value, self.slot)

    def _without(self, gone: Iterable[Key]) -> "Readings":
        """Keys are (source, sensor_id, metric, observed_at); the metric is ours."""
        stay = np.ones(len(self), dtype=bool)
        for source, sensor, _, at in gone:
            i = self.roll.index.get((source, sensor))
            if i is not None:
                rows = slice(self.bounds[i], self.bounds[i + 1])
                stay[rows] &= self.at[rows] != np.datetime64(at)
        return self if stay.all() else self._only(stay)

    def since(self, start: np.datetime64, spans: Iterable[tuple[np.datetime64, np.datetime64]] = ()) -> "Readings":
        """Without what is older than `start`, but for each sensor's newest reading not after it and what lies in one of
        the half-open `spans`."""
        newest = self.upto(start)
        if (newest <= self.bounds[:-1]).all():  # of no sensor a second reading is that old: nothing is let go
            return self
        stay = self.at > start
        for since, until in spans:
            stay |= (self.at > since) & (self.at <= until)
        stay[newest[newest >= 0]] = True
        return self if stay.all() else self._only(stay)

    def _only(self, stay: Array) -> "Readings":
        counts = np.bincount(self.series[stay], minlength=len(self.sensors))
        if counts.all():
            return self._alike(self.series[stay], self.at[stay], self.value[stay], self.slot[stay])
        left = np.flatnonzero(counts)
        sensors = tuple(self.sensors[i] for i in left)
        series = np.searchsorted(left, self.series[stay]).astype(np.int32)
        return Readings(sensors, series, self.at[stay], self.value[stay], self.slot[stay])


def _first_not_before(at: Array, starts: Array, ends: Array, moments: Array) -> Array:
    """int64 a moment: the first row of its stretch that is not before it, the stretch's end where all are.

    All stretches are halved at once: thousands of searches of their own take ten times as long.
    """
    low, high = starts.astype(np.int64), ends.astype(np.int64)
    while len(left := np.flatnonzero(low < high)):
        middle = (low[left] + high[left]) // 2
        before = at[middle] < moments[left]
        low[left[before]] = middle[before] + 1
        high[left[~before]] = middle[~before]
    return low


def _put(old: Array, new: Array, stay: Array) -> Array:
    """The old ones where `stay` says so, the new ones elsewhere, both in their order."""
    out = np.empty(len(stay), dtype=old.dtype)
    out[stay], out[~stay] = old, new
    return out


def _sorted(sensors: tuple[SensorKey, ...], series: Array, at: Array, value: Array, slot: Array) -> Readings:
    """In order, of each sensor and moment the row that came last."""
    order = np.lexsort((at, series))  # stable: of equal keys the later row comes last, and stays
    s, a = series[order], at[order]
    last = np.ones(len(order), dtype=bool)
    last[:-1] = (s[1:] != s[:-1]) | (a[1:] != a[:-1])
    keep = order[last]
    return Readings(sensors, series[keep], at[keep], value[keep], slot[keep])
