"""Health facilities: beds, and cases of diseases by place."""

import numpy as np

from city.batch import Array
from city.metrics import METRICS
from city.newest import Newest, newest
from city.rollup import total
from city.scene import Scene, days
from city.sensors import at_stations

OCCUPIED, STAFFED, ICU_FREE, ED_WAIT = "beds_occupied", "beds_available", "icu_beds_free", "ed_wait_minutes"
DAY, WEEK = days(1), days(7)


def current(scene: Scene, metric: str) -> Newest:
    """Facilities' newest readings, without those that have been silent for 30 days (unless all have)."""
    found = newest(scene, metric)
    return found[~found.retired & np.isfinite(found.value)]


def beds(scene: Scene) -> tuple[Array, Array, Array]:
    """Slot, occupied and staffed beds of each facility that told both within 24 hours."""
    occupied, staffed = newest(scene, OCCUPIED), newest(scene, STAFFED)
    of_day = np.where(scene.at - staffed.at <= DAY, staffed.value, np.nan)
    stock = at_stations(scene, STAFFED, of_day, occupied)
    known = np.flatnonzero((scene.at - occupied.at <= DAY) & np.isfinite(occupied.value) & np.isfinite(stock))
    return occupied.slot[known], occupied.value[known], stock[known]


def told(scene: Scene, metric: str, span: np.timedelta64) -> tuple[Array, Array]:
    """Slot and value of every reading in (t - span, t]; where a reading names no place, its sensor's own holds."""
    held = max(scene.at - span, scene.at - np.timedelta64(METRICS[metric].window))
    slot, value, _ = told_between(scene, metric, held, scene.at)
    return slot, value


def told_between(scene: Scene, metric: str, since: np.datetime64, until: np.datetime64) -> tuple[Array, Array, Array]:
    """Slot, value and moment of every reading in (since, until], which is no later than t."""
    r, sensors = scene.tables.metric(metric), newest(scene, metric)
    rows = np.flatnonzero((r.at > since) & (r.at <= until) & np.isfinite(r.value))
    home = np.full(len(r.sensors), scene.places.unlocated, dtype=np.int32)
    own = scene.tables.sensor_slots
    home[sensors.series] = [own.get(key, scene.places.unlocated) for key in sensors.keys]
    slot = r.slot[rows]
    return np.where(slot == scene.places.unlocated, home[r.series[rows]], slot), r.value[rows], r.at[rows]


def weekly_cases(scene: Scene, metric: str) -> Array:
    """float64 a slot: cases of 7 days; unknown until the city has had any reading of the disease."""
    if not (scene.tables.metric(metric).at <= scene.at).any():
        out: Array = scene.unknown()
        return out
    return np.nan_to_num(total(*told(scene, metric, WEEK), scene.slots))
