"""Roads with a speed sensor: how fast they are now, how fast when free, and the index of the two."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from city.batch import Array, Key
from city.marks import number
from city.newest import Newest, newest
from city.rollup import quantiles
from city.rows import Rows
from city.scene import Scene, days, hours
from city.sensors import at_stations

SPEED, FLOW = "speed", "flow"
RECENT = hours(0.25)
FREE_DAYS, FREE_SHARE = 28, 0.95
CONGESTED = 1.5


@dataclass(frozen=True)
class Roads:
    """Sensors whose newest speed is recent: `slot`; `speed` km/h; `flow` vehicles/h, NaN without a recent one; `index`
    of travel time, at least 1: inf where traffic stands still, NaN where nobody drives or free flow is unknown."""

    slot: Array
    speed: Array
    flow: Array
    index: Array


def roads(scene: Scene) -> Roads:
    return scene.once("roads", _roads)


def _roads(scene: Scene) -> Roads:
    sensors = newest(scene, SPEED)
    known = np.flatnonzero(_recent(scene, sensors) & (sensors.value >= 0) & (sensors.value < np.inf))
    now, flows = sensors[known], newest(scene, FLOW)
    counted = _recent(scene, flows) & (flows.value >= 0) & (flows.value < np.inf)
    flow = at_stations(scene, FLOW, np.where(counted, flows.value, np.nan), now)
    free = free_flow(scene)[known]
    with np.errstate(over="ignore"):  # hardly above zero is standing still, too
        index = np.divide(free, now.value, out=np.full(len(free), np.inf), where=now.value > 0)
    unknown = np.isnan(free) | ((now.value == 0) & (flow == 0))
    return Roads(now.slot, now.value, flow, np.where(unknown, np.nan, np.maximum(index, 1.0)))


def _recent(scene: Scene, sensors: Newest) -> Array:
    return np.less_equal(scene.at - sensors.at, RECENT)


def free_flow(scene: Scene) -> Array:
    """float64 a sensor of `newest`, km/h: its own attribute, else the 95th percentile of its last 28 days."""
    return scene.once("free flow", _free_flow)


def _free_flow(scene: Scene) -> Array:
    sensors = newest(scene, SPEED)
    told = scene.tables["sensor"].once("free flow told", _told)
    own = np.array([told.get(key, np.nan) for key in sensors.keys], dtype=np.float64)
    silent = np.flatnonzero(np.isnan(own))
    if len(silent):
        own[silent] = _percentile(scene, sensors.series[silent])
    own[~(own > 0)] = np.nan
    return own


def _told(sensors: Rows) -> dict[Key, float]:
    attributes = sensors["attributes"].tolist()
    said = {key: attributes[i] for key, i in sensors.position.items() if isinstance(attributes[i], Mapping)}
    speeds = {key: number(a.get("free_flow_speed")) for key, a in said.items()}
    return {key: speed for key, speed in speeds.items() if 0 < speed < np.inf}


def _percentile(scene: Scene, series: Array) -> Array:
    """float64 a series: of its readings in the window."""
    r = scene.tables.metric(SPEED)
    which = np.full(len(r.sensors), -1)
    which[series] = np.arange(len(series))
    rows = driven(scene, days(FREE_DAYS), standing=True)
    rows = rows[which[r.series[rows]] >= 0]
    free: Array = quantiles(which[r.series[rows]], r.value[rows], (FREE_SHARE,), len(series) + 1)[0, :-1]
    return free


def driven(scene: Scene, span: np.timedelta64, *, standing: bool = False) -> Array:
    """Rows of the speeds in (t - span, t] that are numbers; those of 0 km/h only with `standing`."""
    r = scene.tables.metric(SPEED)
    rows = np.flatnonzero((r.at > scene.at - span) & (r.at <= scene.at))
    value = r.value[rows]
    usable = ((value >= 0) if standing else (value > 0)) & (value < np.inf)
    out: Array = rows[usable]
    return out


def travel_times(scene: Scene, span: np.timedelta64) -> tuple[Array, Array]:
    """Of every speed in the window: its slot, and its travel time ÷ that at free flow."""
    r, sensors = scene.tables.metric(SPEED), newest(scene, SPEED)
    free, slot = np.full(len(r.sensors), np.nan), np.zeros(len(r.sensors), dtype=np.int32)
    free[sensors.series], slot[sensors.series] = free_flow(scene), sensors.slot
    rows = driven(scene, span)
    rows = rows[~np.isnan(free[r.series[rows]])]
    with np.errstate(over="ignore"):
        times = free[r.series[rows]] / r.value[rows]
    ends = np.isfinite(times)
    return slot[r.series[rows[ends]]], times[ends]
