"""Citizens' feedback: the backlog and its flow."""

from functools import partial

import numpy as np

from city.batch import Array
from city.config import Threshold
from city.history import OWN_PAST, growing, unusual
from city.indicator import Indicator, Made, Result
from city.level import OK, UNKNOWN, WATCH
from city.lives import DAY, tallied, took
from city.rollup import count, quantiles
from city.scene import Scene
from city.tickets import WEEK, closed_within, is_open, received_within, tickets

TABLE = "feedback"
HALF, NINE_TENTHS = 0, 1


def _still(scene: Scene) -> Made:
    return Made(tickets(scene).row[is_open(scene)])


def _late(scene: Scene) -> Made:
    return Made(tickets(scene).row[is_open(scene) & (tickets(scene).deadline_extended < scene.at)])


def _in(scene: Scene) -> Made:
    return Made(tickets(scene).row[received_within(scene, WEEK)])


def _out(scene: Scene) -> Made:
    return Made(tickets(scene).row[closed_within(scene, WEEK)])


_open, _overdue = partial(tallied, TABLE, _still), partial(tallied, TABLE, _late)
_received, _closed = partial(tallied, TABLE, _in), partial(tallied, TABLE, _out)


def _open_level(scene: Scene, values: Array) -> Array:
    return unusual(scene, values, TABLE, lambda s: _open(s).values)


def _ages(scene: Scene) -> tuple[Array, Array]:
    """Both quantiles, and of how many."""
    t, still = tickets(scene), is_open(scene)
    slot = t.slot[still]
    ages = took(t.received[still], scene.at, DAY)
    return quantiles(slot, ages, (0.5, 0.9), scene.slots), count(slot, scene.slots)


def _age(which: int, scene: Scene) -> Result:
    values, volume = scene.once("ticket ages", _ages)
    return Result(values[which], volume=volume)


def _net_flow(scene: Scene) -> Result:
    return Result(_received(scene).values - _closed(scene).values)


def _net_flow_level(scene: Scene, values: Array) -> Array:
    up = growing(scene, TABLE, lambda s: _net_flow(s).values)
    return np.where(np.isnan(values), UNKNOWN, np.where(up, WATCH, OK)).astype(np.int8)


_row = partial(Indicator, domain="feedback", needs=(TABLE,))
_count = partial(_row, unit="count", rollup="sum")
_days = partial(_row, unit="days", decimals=1, rollup="quantile of all rows")

INDICATORS = (
    _count(
        code="feedback_open",
        title="Open tickets",
        definition="Tickets received and not closed; rejected ones and duplicates never count.",
        formula="|{received_at ≤ t, ¬(closed_at ≤ t)}|",
        compute=_open,
        made_of=_still,
        judge=_open_level,
        thresholds=OWN_PAST,
    ),
    _count(
        code="feedback_overdue",
        title="Overdue tickets",
        definition="Open tickets whose deadline, extended where it was extended, has passed.",
        formula="|{received_at ≤ t, ¬(closed_at ≤ t), coalesce(extended_to, due_at) < t}|",
        compute=_overdue,
        made_of=_late,
        thresholds=Threshold(watch=1, target=0, source="none wanted"),
    ),
    _days(
        code="feedback_age_p50",
        title="Age of open tickets, median",
        definition="Median time since open tickets were received.",
        formula="Q50(t − received_at), ¬(closed_at ≤ t)",
        compute=partial(_age, HALF),
        made_of=_still,
    ),
    _days(
        code="feedback_age_p90",
        title="Age of open tickets, 90th percentile",
        definition="Nine in ten open tickets were received no longer ago than this.",
        formula="Q90(t − received_at), ¬(closed_at ≤ t)",
        compute=partial(_age, NINE_TENTHS),
        made_of=_still,
        thresholds=Threshold(watch=3, warning=7, alarm=14),
    ),
    _count(
        code="feedback_received_7d",
        title="Tickets received, 7 days",
        definition="Tickets received in the last 7 days.",
        formula="|{t − 7 d < received_at ≤ t}|",
        compute=_received,
        made_of=_in,
    ),
    _count(
        code="feedback_closed_7d",
        title="Tickets closed, 7 days",
        definition="Tickets closed in the last 7 days.",
        formula="|{t − 7 d < closed_at ≤ t}|",
        compute=_closed,
        made_of=_out,
        better="higher",
    ),
    _count(
        code="feedback_net_flow_7d",
        title="Net flow of tickets, 7 days",
        definition="Tickets received minus tickets closed in the last 7 days: above zero the backlog grows.",
        formula="feedback_received_7d − feedback_closed_7d",
        compute=_net_flow,
        judge=_net_flow_level,
        thresholds=Threshold(source="above zero three weeks running: watch (proposal)"),
    ),
)
