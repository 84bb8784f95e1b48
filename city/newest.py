"""The newest reading of every sensor, and whether it is fresh: not older than twice the sensor's `expected_every`,
else than the metric's `stale_after`; the city file's `[stale_after]` goes before both. No sensor of a feed that is dead
(city.feed_state) is fresh. Sensors silent for 30 days are retired: no longer expected, unless all are."""

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from city.batch import Array, Key
from city.feed_state import among, dead
from city.metrics import METRICS
from city.roll import SensorKey, ranks
from city.rows import Rows
from city.scene import Scene, days

RETIRED_DAYS = 30
LONGEST_PROMISE = 366 * 86_400.0
"""Seconds; a table anybody writes may promise `infinity`."""
NEVER = np.datetime64("NaT", "us")


@dataclass(frozen=True)
class Newest:
    """The newest reading of each sensor of one metric, not after the scene's moment.

    All are a sensor long, and only sensors that have one are here: `row` and `series` of the metric's Readings, `rank`
    (the order of names), `sensor` and `source` (object), `slot`, `at`, `value`, `limit` (timedelta64[us], how old it
    may be), `fresh` and `retired` (bool).
    """

    row: Array
    series: Array
    rank: Array
    sensor: Array
    source: Array
    slot: Array
    at: Array
    value: Array
    limit: Array
    fresh: Array
    retired: Array

    @cached_property
    def keys(self) -> list[SensorKey]:
        return list(zip(self.source.tolist(), self.sensor.tolist(), strict=True))

    def __getitem__(self, rows: Array) -> "Newest":
        """Some of the sensors, by index or mask."""
        return Newest(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def newest(scene: Scene, metric: str) -> Newest:
    """Where a reading names no known place, the sensor's own place holds."""
    return scene.once(f"newest {metric}", lambda s: _newest(s, metric))


def _newest(scene: Scene, metric: str) -> Newest:
    readings = scene.tables.metric(metric)
    upto = readings.upto(scene.at)
    has = np.flatnonzero(upto >= 0)
    row = upto[has]
    keys = [readings.sensors[i] for i in has]
    at, slot = readings.at[row], readings.slot[row].copy()
    lost = np.flatnonzero(slot == scene.places.unlocated)
    if len(lost):
        own = scene.tables.sensor_slots
        slot[lost] = [own.get(keys[i], scene.places.unlocated) for i in lost]
    source, sensor = readings.roll.names[:, has]
    limit = _limits(scene, metric, keys)
    return Newest(
        row=row,
        series=has,
        rank=readings.roll.rank[has],
        sensor=sensor,
        source=source,
        slot=slot,
        at=at,
        value=readings.value[row],
        limit=limit,
        fresh=(scene.at - at <= limit) & ~among(source, dead(scene)),
        retired=retired(scene, at),
    )


def together(scene: Scene, metrics: tuple[str, ...]) -> Newest:
    """Sensors that measure any of the metrics, each once, by the newest of its fresh readings or else of all; `row`,
    `series` and `value` of mixed metrics say nothing."""
    if len(metrics) == 1:
        return newest(scene, metrics[0])
    return scene.once(f"together {metrics}", lambda s: _together(s, metrics))


def _together(scene: Scene, metrics: tuple[str, ...]) -> Newest:
    read = [m for m in metrics if len(scene.tables.metric(m).sensors)] or [metrics[0]]
    parts = [newest(scene, m) for m in read]
    named = ranks(tuple(scene.tables.metric(m).roll for m in read))
    joined = Newest(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Newest)})
    rank = np.concatenate([names[p.series] for names, p in zip(named, parts, strict=True)])
    order = np.lexsort((joined.at, joined.fresh))
    best = np.full(rank.max(initial=-1) + 1, -1)
    best[rank[order]] = order  # the last of each sensor stays
    one = joined[best[best >= 0]]
    return replace(one, rank=np.arange(len(one.at)))


def _limits(scene: Scene, metric: str, keys: list[SensorKey]) -> Array:
    """timedelta64[us] a sensor."""
    default = np.timedelta64(scene.city.stale_after.get(metric, METRICS[metric].stale_after), "us")
    if metric in scene.city.stale_after:
        return np.full(len(keys), default)
    own = scene.tables["sensor"].once("twice expected", _twice_expected)
    return np.array([own.get(key, default) for key in keys], dtype="timedelta64[us]")


def _twice_expected(sensors: Rows) -> dict[Key, np.timedelta64]:
    every = sensors["expected_every"]
    known = ((key, every[i]) for key, i in sensors.position.items())
    return {
        key: np.timedelta64(round(2e6 * min(seconds, LONGEST_PROMISE)), "us") for key, seconds in known if seconds > 0
    }


def retired(scene: Scene, at: Array) -> Array:
    old = at <= scene.at - days(RETIRED_DAYS)
    return np.zeros(len(at), dtype=bool) if old.all() else old
