"""Rows with a life (events, tickets, cases) at a moment. Of each only what had happened by then counts: a closing
after the moment is not yet a closing. A null time (NaT) compares as false, so it never happened."""

import numpy as np

from city.batch import Array
from city.indicator import Result
from city.rollup import count, quantile, rate
from city.scene import Scene

DAY, HOUR, MINUTE = np.timedelta64(1, "D"), np.timedelta64(1, "h"), np.timedelta64(1, "m")


def happened(scene: Scene, times: Array, span: np.timedelta64) -> Array:
    """bool a time: in the half-open window (t - span, t]."""
    inside: Array = (times > scene.at - span) & (times <= scene.at)
    return inside


def unclosed(scene: Scene, closed: Array) -> Array:
    """bool a closing time: not closed by the moment."""
    still: Array = ~(closed <= scene.at)
    return still


def counted(scene: Scene, table: str, slot: Array) -> Result:
    """How many rows a slot; 0 only once the city has had any row of the table."""
    return Result(count(slot, scene.slots) if scene.had(table) else scene.unknown())


def shared(scene: Scene, slot: Array, hit: Array) -> Result:
    """Per cent of the rows that hit, with the number of rows beside it."""
    return Result(rate(slot, hit, scene.slots), volume=count(slot, scene.slots))


def spread(scene: Scene, slot: Array, values: Array, q: float) -> Result:
    """A quantile of the rows' values, with the number of rows beside it."""
    return Result(quantile(slot, values, q, scene.slots), volume=count(slot, scene.slots))


def took(since: Array, until: Array | np.datetime64, unit: np.timedelta64) -> Array:
    """float64: how long, in units of DAY (24 hours), HOUR or MINUTE."""
    long: Array = np.subtract(until, since) / unit
    return long
