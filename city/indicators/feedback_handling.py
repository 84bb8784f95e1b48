"""Citizens' feedback: how well it is handled, over the last 30 days."""

from functools import partial
from typing import Any

import numpy as np

from city.batch import Array
from city.config import Threshold
from city.indicator import Indicator, Made, Result, Select
from city.lives import DAY, HOUR, happened, portion, spread, took
from city.rollup import count, quantiles
from city.scene import Scene
from city.tickets import MONTH, closed_within, decided, received, taken_in, tickets

TABLE = "feedback"
HALF, NINE_TENTHS = 0, 1
SATISFYING = Threshold(watch=90, warning=80, alarm=60)


def _decided(deadline: str, scene: Scene) -> Made:
    d = decided(scene, deadline)
    return Made(tickets(scene).row[d.rows], d.on_time)


def _extended(scene: Scene) -> Made:
    t, d = tickets(scene), decided(scene, "deadline")
    return Made(t.row[d.rows], t.extended[d.rows])


def _answering(scene: Scene) -> Array:
    return received(scene) & happened(scene, tickets(scene).responded, MONTH)


def _answered(scene: Scene) -> Made:
    return Made(tickets(scene).row[_answering(scene)])


def _first_response(scene: Scene) -> Result:
    t, answered = tickets(scene), _answering(scene)
    return spread(scene, t.slot[answered], took(t.received[answered], t.responded[answered], HOUR), 0.5)


def _done(scene: Scene) -> Made:
    return Made(tickets(scene).row[closed_within(scene, MONTH)])


def _resolutions(scene: Scene) -> tuple[Array, Array]:
    """Both quantiles, and of how many."""
    t, done = tickets(scene), closed_within(scene, MONTH)
    slot = t.slot[done]
    times = took(t.received[done], t.closed[done], DAY)
    return quantiles(slot, times, (0.5, 0.9), scene.slots), count(slot, scene.slots)


def _resolution(which: int, scene: Scene) -> Result:
    values, volume = scene.once("ticket resolutions", _resolutions)
    return Result(values[which], volume=volume)


def _satisfied(scene: Scene) -> Made:
    t = tickets(scene)
    rated = closed_within(scene, MONTH) & ~np.isnan(t.rating)
    return Made(t.row[rated], t.rating[rated] >= 4)


def _rated(scene: Scene) -> Made:
    t, done = tickets(scene), closed_within(scene, MONTH)
    return Made(t.row[done], ~np.isnan(t.rating[done]))


def _portion(made: Select) -> dict[str, Any]:
    return {"compute": partial(portion, TABLE, made), "made_of": made}


_row = partial(Indicator, domain="feedback", needs=(TABLE,), decimals=1)
_rate = partial(_row, unit="%", better="higher", rollup="rate of sums")
_quantile = partial(_row, rollup="quantile of all rows")

INDICATORS = (
    _rate(
        code="feedback_on_time_rate_30d",
        title="Closed on time, 30 days",
        definition="Of the tickets decided in the last 30 days, by closing or by their original deadline passing, "
        "the share closed by that deadline.",
        formula="100 · |{closed_at ≤ due_at}| ÷ |{t − 30 d < min(closed_at, due_at) ≤ t}|",
        **_portion(partial(_decided, "deadline")),
        thresholds=SATISFYING,
    ),
    _rate(
        code="feedback_on_time_extended_rate_30d",
        title="Closed on time with extensions, 30 days",
        definition="The same by the extended deadline where there is one, among the tickets decided by that.",
        formula="100 · |{closed_at ≤ e}| ÷ |{t − 30 d < min(closed_at, e) ≤ t}|, e = coalesce(extended_to, due_at)",
        **_portion(partial(_decided, "deadline_extended")),
    ),
    _rate(
        code="feedback_extension_rate_30d",
        title="Extended tickets, 30 days",
        definition="Of the tickets decided by their original deadline in the last 30 days, the share given extensions.",
        formula="100 · |{extended_to ≠ ∅}| ÷ |{t − 30 d < min(closed_at, due_at) ≤ t}|",
        **_portion(_extended),
        better="lower",
    ),
    _quantile(
        code="feedback_first_response_p50_30d",
        unit="hours",
        title="Time to first response, median, 30 days",
        definition="Median elapsed time from receipt to first response, of tickets first answered in the last 30 days.",
        formula="Q50(first_response_at − received_at), t − 30 d < first_response_at ≤ t",
        compute=_first_response,
        made_of=_answered,
    ),
    _quantile(
        unit="days",
        code="feedback_resolution_p50_30d",
        title="Time to resolve, median, 30 days",
        definition="Median time from receipt to closing, of tickets closed in the last 30 days.",
        formula="Q50(closed_at − received_at), t − 30 d < closed_at ≤ t",
        compute=partial(_resolution, HALF),
        made_of=_done,
    ),
    _quantile(
        unit="days",
        code="feedback_resolution_p90_30d",
        title="Time to resolve, 90th percentile, 30 days",
        definition="Nine in ten tickets closed in the last 30 days took no longer than this from receipt to closing.",
        formula="Q90(closed_at − received_at), t − 30 d < closed_at ≤ t",
        compute=partial(_resolution, NINE_TENTHS),
        made_of=_done,
    ),
    _rate(
        code="feedback_satisfaction_30d",
        title="Satisfied citizens, 30 days",
        definition="Of the tickets closed in the last 30 days and rated, the share rated 4 or 5.",
        formula="100 · |{rating ≥ 4}| ÷ |{rating ≠ ∅}|, t − 30 d < closed_at ≤ t",
        **_portion(_satisfied),
        thresholds=SATISFYING,
    ),
    _rate(
        code="feedback_rated_share_30d",
        title="Rated tickets, 30 days",
        definition="Of the tickets closed in the last 30 days, the share that citizens rated.",
        formula="100 · |{rating ≠ ∅}| ÷ |{t − 30 d < closed_at ≤ t}|",
        **_portion(_rated),
    ),
    _rate(
        code="feedback_verified_share_30d",
        title="Verified tickets, 30 days",
        definition="Of all tickets received in the last 30 days but duplicates, the share not rejected.",
        formula="100 · |{status ≠ rejected}| ÷ |{t − 30 d < received_at ≤ t, duplicate_of = ∅}|",
        **_portion(taken_in),
    ),
)
