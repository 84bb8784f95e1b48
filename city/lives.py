"""Rows with a life (events, tickets, cases) at a moment. Of each only what had happened by then counts: a closing
after the moment is not yet a closing. A null time (NaT) compares as false, so it never happened."""

from dataclasses import dataclass

import numpy as np

from city.batch import Array
from city.indicator import Result, Select
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


@dataclass(frozen=True)
class Decided:
    """Rows decided in a window by a deadline: their numbers among all, and whether on time."""

    rows: Array
    on_time: Array


def decided(scene: Scene, begun: Array, ended: Array, deadline: Array, span: np.timedelta64) -> Decided:
    """Rows (`begun`: bool, had they begun by the moment) at the earlier of their end and their deadline.

    A row without that deadline is not decided, ended or not.
    """
    on_time = (ended <= deadline) & (ended <= scene.at)
    late = (deadline < scene.at) & ~on_time
    when = np.where(on_time, ended, deadline)  # the earlier of the two, where the other has come at all
    rows = np.flatnonzero(begun & (on_time | late) & happened(scene, when, span))
    return Decided(rows, on_time[rows])


def tallied(table: str, made: Select, scene: Scene) -> Result:
    """How many rows a slot."""
    return counted(scene, table, scene.tables[table]["slot"][made(scene).rows])


def portion(table: str, made: Select, scene: Scene) -> Result:
    """Per cent of the rows that hit."""
    m = made(scene)
    if m.hit is None:
        raise ValueError("a share needs to know which rows hit")
    return shared(scene, scene.tables[table]["slot"][m.rows], m.hit)


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
