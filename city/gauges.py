"""River gauges: alarm levels, how fast the water rises, and how soon it is at the next level."""

from collections.abc import Mapping

import numpy as np

from city.batch import Array, Key
from city.marks import number
from city.metrics import METRICS
from city.newest import Newest, newest
from city.rows import Rows
from city.scene import Scene, hours

METRIC = "water_level"
LEVEL_NAMES = ("bd1", "bd2", "bd3")
EARLIEST, MEANT, LATEST = np.timedelta64(75, "m"), np.timedelta64(60, "m"), np.timedelta64(45, "m")


def gauges(scene: Scene) -> Newest:
    return newest(scene, METRIC)


def _named_levels(sensors: Rows) -> dict[Key, list[float]]:
    attributes = sensors["attributes"].tolist()
    return {
        key: [number(attributes[i].get(name)) for name in LEVEL_NAMES]
        for key, i in sensors.position.items()
        if isinstance(attributes[i], Mapping) and any(name in attributes[i] for name in LEVEL_NAMES)
    }


def limits(scene: Scene) -> Array:
    """float64 (gauges × 3), metres: alarm levels I, II and III, NaN where not given."""
    known = scene.tables["sensor"].once("alarm levels", _named_levels)
    none = [np.nan] * len(LEVEL_NAMES)
    return np.array([known.get(key, none) for key in gauges(scene).keys]).reshape(-1, len(LEVEL_NAMES))


def alarm_level(scene: Scene) -> Array:
    """float64 a gauge, 0 to 3: the highest level its newest reading has reached; NaN for a gauge without levels."""
    bounds = limits(scene)
    reached = (gauges(scene).value[:, None] >= bounds) * np.arange(1.0, 4.0)
    unknown = np.isnan(bounds).all(axis=1) | ~np.isfinite(gauges(scene).value)
    return np.where(unknown, np.nan, reached.max(axis=1, initial=0.0))


def rise_rate(scene: Scene) -> Array:
    """float64 a gauge, m/h: its newest reading minus the one nearest to an hour before it (45 to 75 minutes, of two
    equally near the earlier), over the real gap; NaN without one."""
    return scene.once("rise rate", _rise_rate)


def _rise_rate(scene: Scene) -> Array:
    r, g = scene.tables.metric(METRIC), gauges(scene)
    last = np.full(len(r.sensors), np.datetime64("NaT", "us"))
    last[g.series] = g.at
    gap = last[r.series] - r.at
    # only what every picture of this moment holds: older readings come and go with how it was built
    held = r.at > scene.at - np.timedelta64(METRICS[METRIC].window)
    rows = np.flatnonzero((gap >= LATEST) & (gap <= EARLIEST) & held & np.isfinite(r.value))
    order = rows[np.lexsort((r.at[rows], np.abs(gap[rows] - MEANT), r.series[rows]))]
    before = np.full(len(r.sensors), -1)
    before[r.series[order][::-1]] = order[::-1]  # written backwards, the nearest of each gauge stays
    mine = before[g.series]
    has = np.flatnonzero(mine >= 0)
    out = np.full(len(g.at), np.nan)
    out[has] = (g.value[has] - r.value[mine[has]]) / (gap[mine[has]] / hours(1))
    return out


def hours_to_next(scene: Scene) -> Array:
    """float64 a gauge: hours until the next alarm level at the present rate; NaN where the water does not rise, or no
    level is left."""
    value, rate, bounds = gauges(scene).value, rise_rate(scene), limits(scene)
    left = np.where(bounds > value[:, None], bounds, np.inf).min(axis=1, initial=np.inf) - value
    out: Array = np.divide(left, rate, out=np.full(len(value), np.nan), where=np.isfinite(left) & (rate > 0))
    return out
