"""Sensors of one metric over time: hourly means and sums, and the worst sensor of each place."""

from collections.abc import Sequence

import numpy as np

from city.batch import Array
from city.indicator import Result
from city.newest import NEVER, Newest, newest
from city.rollup import ratio
from city.scene import Scene, hours

HOUR_US = 3_600_000_000
DAY_HOURS = 24


def _window(scene: Scene, metric: str, span: np.timedelta64) -> Array:
    """Rows of the metric's readings in (t - span, t] that carry a number."""
    r = scene.tables.metric(metric)
    rows = np.flatnonzero((r.at > scene.at - span) & (r.at <= scene.at))
    return rows[np.isfinite(r.value[rows])]


def hourly(scene: Scene, metric: str) -> Array:
    """float64 (sensors of `newest` × 24): means of the hours (t-kh, t-(k-1)h], the last hour first; NaN without one."""
    return scene.once(f"hourly {metric}", lambda s: _hourly(s, metric))


def _hourly(scene: Scene, metric: str) -> Array:
    r, rows = scene.tables.metric(metric), _window(scene, metric, hours(DAY_HOURS))
    back = (scene.at - r.at[rows]).astype(np.int64) // HOUR_US
    cell = r.series[rows] * np.int64(DAY_HOURS) + back
    size = len(r.sensors) * DAY_HOURS
    sums, sizes = np.bincount(cell, r.value[rows], minlength=size), np.bincount(cell, minlength=size)
    means: Array = ratio(sums, sizes).reshape(-1, DAY_HOURS)[newest(scene, metric).series]
    return means


def day_mean(scene: Scene, metric: str, at_least: int) -> Array:
    """float64 a sensor: mean of its hourly means of the last 24, NaN with fewer hours than `at_least`."""
    means = hourly(scene, metric)
    known = np.isfinite(means)
    present = known.sum(axis=1)
    return np.where(present >= at_least, ratio(np.where(known, means, 0.0).sum(axis=1), present), np.nan)


def window_sum(scene: Scene, metric: str, span: np.timedelta64) -> Array:
    """float64 a sensor: sum of its readings in the window, NaN without one."""
    r, rows = scene.tables.metric(metric), _window(scene, metric, span)
    sums = np.bincount(r.series[rows], r.value[rows], minlength=len(r.sensors))
    read = np.bincount(r.series[rows], minlength=len(r.sensors)) > 0
    out: Array = np.where(read, sums, np.nan)[newest(scene, metric).series]
    return out


def energy_mean(scene: Scene, metric: str, span: np.timedelta64) -> Array:
    """float64 a sensor, decibels: the level of the mean energy of its readings in the window, NaN without one."""
    r, rows = scene.tables.metric(metric), _window(scene, metric, span)
    energy = np.bincount(r.series[rows], 10.0 ** (r.value[rows] / 10.0), minlength=len(r.sensors))
    mean = ratio(energy, np.bincount(r.series[rows], minlength=len(r.sensors)))
    out: Array = 10.0 * np.log10(mean)[newest(scene, metric).series]
    return out


def at_stations(scene: Scene, metric: str, values: Array, wanted: Newest) -> Array:
    """float64 a station: the metric's value a sensor (of `newest`), NaN where the station does not measure it."""
    readings, sensors = scene.tables.metric(metric), newest(scene, metric)
    if not len(sensors.at):
        return np.full(len(wanted.at), np.nan)
    own = np.full(len(readings.sensors) + 1, np.nan)  # the last for stations that are none of its sensors
    own[sensors.series] = values
    index = readings.roll.index
    return own[np.array([index.get(key, -1) for key in wanted.keys], dtype=np.int64)]


def worst(scene: Scene, sensors: Newest, values: Array, scores: Sequence[Array] = (), *, newest_first: bool) -> Array:
    """int64 a slot: the sensor whose score is highest, -1 where none has a value.

    Scores go before one another in their order (the values themselves when there are none); sensors of one score go
    by name. With `newest_first` sensors that still report go before stale ones, and those before retired ones, so that
    a fresh reading does not hide behind an old one that was higher.
    """
    known = np.flatnonzero(np.isfinite(values))
    tier = np.where(sensors.fresh, 0, np.where(sensors.retired, 2, 1)) if newest_first else np.zeros(len(values))
    keys = [-s[known] for s in reversed(scores or (values,))]
    order = known[np.lexsort((sensors.rank[known], *keys, tier[known]))]
    out = np.full(scene.slots, -1)
    if len(order):
        slot = sensors.slot[order]
        out[slot[::-1]] = order[::-1]  # written backwards, the first of each slot stays
        out[scene.places.city] = order[0]
    return out


def named(scene: Scene, sensors: Newest, values: Array, chosen: Array) -> Result:
    """The chosen sensors' values, with their names, times and freshness."""
    has = chosen >= 0
    own = chosen[has]
    out, name = scene.unknown(), np.full(scene.slots, None, dtype=object)
    seen, fresh = np.full(scene.slots, NEVER), np.zeros(scene.slots, dtype=bool)
    out[has], name[has], seen[has], fresh[has] = values[own], sensors.sensor[own], sensors.at[own], sensors.fresh[own]
    return Result(out, sensor=name, observed_at=seen, fresh=fresh)


def worst_over(scene: Scene, metric: str, values: Array) -> Result:
    """The highest value of a window, of all sensors that have one."""
    sensors = newest(scene, metric)
    return named(scene, sensors, values, worst(scene, sensors, values, newest_first=False))
