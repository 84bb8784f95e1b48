"""Readings of one metric, sorted by sensor and time, so that every window is a slice or a mask."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from city.batch import Array, Columns, Key, column

SensorKey = tuple[str, str]
"""(source, sensor_id)"""
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
    def names(self) -> Array:
        """object (2 × sensors): their sources, and their own names."""
        out = np.empty((2, len(self.sensors)), dtype=object)
        out[0], out[1] = [source for source, _ in self.sensors], [name for _, name in self.sensors]
        return out

    @cached_property
    def rank(self) -> Array:
        """int64 a sensor: where its name stands among all, then its source."""
        named = sorted(range(len(self.sensors)), key=lambda i: self.sensors[i][::-1])
        return np.argsort(np.array(named, dtype=np.int64))

    def upto(self, at: np.datetime64) -> Array:
        """int64 a sensor: the row of its newest reading not after `at`, -1 where it has none."""
        if not len(self):
            return np.full(len(self.sensors), -1)
        seen = np.concatenate([[0], np.cumsum(self.at <= at)])
        count = seen[self.bounds[1:]] - seen[self.bounds[:-1]]
        return np.where(count > 0, self.bounds[:-1] + count - 1, -1)

    def merged(self, rows: Columns, gone: Iterable[Key] = ()) -> "Readings":
        """With rows (columns source, sensor_id, observed_at, value, slot) added or replaced, and keys removed."""
        keys = list(zip(rows["source"].tolist(), rows["sensor_id"].tolist(), strict=True))
        known = {k: i for i, k in enumerate(self.sensors)}
        fresh = set(keys) - known.keys()
        base = self._over(tuple(sorted([*self.sensors, *fresh]))) if fresh else self
        index = {k: i for i, k in enumerate(base.sensors)} if fresh else known
        series = np.array([index[k] for k in keys], np.int32)
        new = _sorted(base.sensors, series, rows["observed_at"], rows["value"], rows["slot"])
        if FEW * len(new) < len(base):
            return base._inserted(new)._without(gone)
        both = ((getattr(base, c), getattr(new, c)) for c in COLUMNS)
        return _sorted(base.sensors, *map(np.concatenate, both))._without(gone)

    def _inserted(self, new: "Readings") -> "Readings":
        """With those of `new`, of the same sensors: a copy, where sorting all of them again takes ten times as long."""
        starts, ends = self.bounds[new.series], self.bounds[new.series + 1]
        spans = zip(starts.tolist(), ends.tolist(), new.at, strict=True)
        row = np.array([a + np.searchsorted(self.at[a:z], at) for a, z, at in spans], dtype=np.int64)
        known = row < ends
        known[known] = self.at[row[known]] == new.at[known]
        value, slot = self.value, self.slot
        if known.any():
            value, slot = value.copy(), slot.copy()
            value[row[known]], slot[row[known]] = new.value[known], new.slot[known]
        old, added, where = (self.series, self.at, value, slot), ~known, row[~known]
        columns = (np.insert(c, where, getattr(new, n)[added]) for c, n in zip(old, COLUMNS, strict=True))
        return Readings(self.sensors, *columns)

    def _over(self, sensors: tuple[SensorKey, ...]) -> "Readings":
        place = {k: i for i, k in enumerate(sensors)}
        remap = np.array([place[k] for k in self.sensors], np.int32)
        series = remap[self.series] if len(self.sensors) else self.series
        return Readings(sensors, series, self.at, self.value, self.slot)

    def _without(self, gone: Iterable[Key]) -> "Readings":
        """Keys are (source, sensor_id, metric, observed_at); the metric is ours."""
        known = {k: i for i, k in enumerate(self.sensors)}
        stay = np.ones(len(self), dtype=bool)
        for source, sensor, _, at in gone:
            i = known.get((source, sensor))
            if i is not None:
                rows = slice(self.bounds[i], self.bounds[i + 1])
                stay[rows] &= self.at[rows] != np.datetime64(at)
        return self if stay.all() else self._only(stay)

    def since(self, start: np.datetime64, spans: Iterable[tuple[np.datetime64, np.datetime64]] = ()) -> "Readings":
        """Without what is older than `start`, but for each sensor's newest reading not after it and what lies in one of
        the half-open `spans`."""
        newest = self.upto(start)
        stay = self.at > start
        for since, until in spans:
            stay |= (self.at > since) & (self.at <= until)
        stay[newest[newest >= 0]] = True
        return self if stay.all() else self._only(stay)

    def _only(self, stay: Array) -> "Readings":
        left = np.unique(self.series[stay])
        sensors = tuple(self.sensors[i] for i in left)
        series = np.searchsorted(left, self.series[stay]).astype(np.int32)
        return Readings(sensors, series, self.at[stay], self.value[stay], self.slot[stay])


def _sorted(sensors: tuple[SensorKey, ...], series: Array, at: Array, value: Array, slot: Array) -> Readings:
    """In order, of each sensor and moment the row that came last."""
    order = np.lexsort((at, series))  # stable: of equal keys the later row comes last, and stays
    s, a = series[order], at[order]
    last = np.ones(len(order), dtype=bool)
    last[:-1] = (s[1:] != s[:-1]) | (a[1:] != a[:-1])
    keep = order[last]
    return Readings(sensors, series[keep], at[keep], value[keep], slot[keep])
