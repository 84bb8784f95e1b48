"""How fresh a number is: observed when, by how many of the sources or sensors it hangs on, and is that enough.

A sensor is fresh while its newest reading is not older than its limit: twice its `expected_every`, else the
metric's `stale_after`; a source of rows with a life, while its newest happening is not older than the table's.
City files override both (`[stale_after]`, by metric or table). Sensors and sources silent for 30 days before the
moment are retired: no longer expected, unless all are.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import numpy as np

from city.batch import TIMES, Array
from city.metrics import METRICS
from city.rollup import count, latest
from city.scene import Scene, days

Freshness = Literal["fresh", "stale", "missing"]
FRESHNESS: tuple[Freshness, ...] = ("fresh", "stale", "missing")
FRESH, STALE, MISSING = range(3)
RETIRED_DAYS = 30
STALE_AFTER = {
    "event": timedelta(hours=24),
    "feedback": timedelta(hours=24),
    "administrative_case": timedelta(hours=72),
}
NEVER = np.datetime64("NaT", "us")


@dataclass(frozen=True)
class Newest:
    """The newest reading of each sensor of one metric, not after the scene's moment.

    All are a sensor long: `row` into the metric's Readings (only sensors that have one are here), `slot`, `at`,
    `value`, `fresh` (bool), `source` (object).
    """

    row: Array
    sensor: Array
    source: Array
    slot: Array
    at: Array
    value: Array
    fresh: Array
    retired: Array


def newest(scene: Scene, metric: str) -> Newest:
    """Where a reading names no known place, the sensor's own place holds."""
    return scene.once(f"newest {metric}", lambda s: _newest(s, metric))


def _newest(scene: Scene, metric: str) -> Newest:
    readings = scene.tables.metric(metric)
    upto = readings.upto(scene.at)
    has = np.flatnonzero(upto >= 0)
    row = upto[has]
    keys = [readings.sensors[i] for i in has]
    own = scene.tables.sensor_slots
    at, slot = readings.at[row], readings.slot[row].copy()
    lost = np.flatnonzero(slot == scene.places.unlocated)
    slot[lost] = [own.get(keys[i], scene.places.unlocated) for i in lost]
    sensor, source = np.empty(len(keys), object), np.empty(len(keys), object)
    sensor[:], source[:] = [k[1] for k in keys], [k[0] for k in keys]
    fresh = scene.at - at <= _limits(scene, metric, keys)
    retired = _retired(scene, at)
    return Newest(row, sensor, source, slot, at, readings.value[row], fresh, retired)


def _limits(scene: Scene, metric: str, keys: list[tuple[str, str]]) -> Array:
    """timedelta64[us] a sensor."""
    known = METRICS[metric].stale_after
    default = np.timedelta64(scene.city.stale_after.get(metric, known), "us")
    if metric in scene.city.stale_after:
        return np.full(len(keys), default)
    sensors = scene.tables["sensor"]
    every = sensors["expected_every"]
    out = np.full(len(keys), default)
    for i, key in enumerate(keys):
        at = sensors.position.get(key)
        if at is not None and every[at] > 0:
            out[i] = np.timedelta64(round(2e6 * every[at]), "us")
    return out


def _retired(scene: Scene, at: Array) -> Array:
    old = at <= scene.at - days(RETIRED_DAYS)
    return np.zeros(len(at), dtype=bool) if old.all() else old


@dataclass(frozen=True)
class Fresh:
    """A slot each: `state` int8 into FRESHNESS, `observed_at` datetime64[us], `fresh` of `expected` int64."""

    state: Array
    observed_at: Array
    fresh: Array
    expected: Array


def sensed(scene: Scene, metrics: tuple[str, ...]) -> Fresh:
    """Freshness of what hangs on sensors: stale where none is fresh, or a whole source has fallen silent."""
    return scene.once(f"sensed {metrics}", lambda s: _sensed(s, metrics))


def _sensed(scene: Scene, metrics: tuple[str, ...]) -> Fresh:
    found = [newest(scene, m) for m in metrics]
    keep = [~n.retired for n in found]
    slot = np.concatenate([n.slot[k] for n, k in zip(found, keep, strict=True)])
    at = np.concatenate([n.at[k] for n, k in zip(found, keep, strict=True)])
    fresh = np.concatenate([n.fresh[k] for n, k in zip(found, keep, strict=True)])
    source = np.concatenate([n.source[k] for n, k in zip(found, keep, strict=True)])
    alive = count(slot[fresh], scene.slots)
    expected = count(slot, scene.slots)
    dead = set(source.tolist()) - set(source[fresh].tolist())
    silent = count(slot[np.isin(source, list(dead))], scene.slots) > 0 if dead else False
    state = np.where(expected == 0, MISSING, np.where((alive == 0) | silent, STALE, FRESH))
    return Fresh(
        state.astype(np.int8),
        latest(slot, at, scene.slots),
        alive.astype(np.int64),
        expected.astype(np.int64),
    )


def lived(scene: Scene, table: str) -> Fresh:
    """Freshness of what hangs on rows with a life: the same for every slot, stale when any source is."""
    return scene.once(f"lived {table}", lambda s: _lived(s, table))


def _lived(scene: Scene, table: str) -> Fresh:
    heard = _heard(scene, table)
    times = np.array(list(heard.values()), dtype="datetime64[us]")
    times = times[~_retired(scene, times)]
    limit = np.timedelta64(scene.city.stale_after.get(table, STALE_AFTER[table]), "us")
    fresh = int((scene.at - times <= limit).sum())
    state = MISSING if not len(times) else FRESH if fresh == len(times) else STALE
    size = scene.slots
    return Fresh(
        np.full(size, state, np.int8),
        np.full(size, times.max() if len(times) else NEVER),
        np.full(size, fresh),
        np.full(size, len(times)),
    )


def _heard(scene: Scene, table: str) -> dict[str, np.datetime64]:
    """When each source was last heard of: its newest happening by now. A deadline is no happening."""
    rows = scene.tables[table]
    if not len(rows):
        return {}
    happenings = [rows[c] for c in sorted((TIMES & rows.columns.keys()) - {"due_at", "extended_to"})]
    last = np.full(len(rows), NEVER)
    for times in happenings:
        last = np.fmax(last, np.where(times <= scene.at, times, NEVER))
    out = {}
    for source in sorted(set(rows["source"].tolist())):
        mine = last[(rows["source"] == source) & ~np.isnat(last)]
        if len(mine):
            out[str(source)] = mine.max()
    return out
