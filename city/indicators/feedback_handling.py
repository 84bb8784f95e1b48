"""Citizens' feedback: how well it is handled, over the last 30 days."""

from functools import partial

import numpy as np

from city.batch import Array
from city.config import Threshold
from city.indicator import Indicator, Result
from city.lives import DAY, HOUR, happened, shared, spread, took
from city.rollup import count, quantiles
from city.scene import Scene
from city.tickets import MONTH, closed_within, decided, received, taken_in, tickets

HALF, NINE_TENTHS = 0, 1
SATISFYING = Threshold(watch=90, warning=80, alarm=60)


def _on_time(deadline: str, scene: Scene) -> Result:
    d = decided(scene, deadline)
    return shared(scene, tickets(scene).slot[d.rows], d.on_time)


def _extension(scene: Scene) -> Result:
    t, d = tickets(scene), decided(scene, "deadline")
    return shared(scene, t.slot[d.rows], t.extended[d.rows])


def _first_response(scene: Scene) -> Result:
    t = tickets(scene)
    answered = received(scene) & happened(scene, t.responded, MONTH)
    return spread(scene, t.slot[answered], took(t.received[answered], t.responded[answered], HOUR), 0.5)


def _resolutions(scene: Scene) -> tuple[Array, Array]:
    """Both quantiles, and of how many."""
    t, done = tickets(scene), closed_within(scene, MONTH)
    slot = t.slot[done]
    times = took(t.received[done], t.closed[done], DAY)
    return quantiles(slot, times, (0.5, 0.9), scene.slots), count(slot, scene.slots)


def _resolution(which: int, scene: Scene) -> Result:
    values, volume = scene.once("ticket resolutions", _resolutions)
    return Result(values[which], volume=volume)


def _satisfaction(scene: Scene) -> Result:
    t = tickets(scene)
    rated = closed_within(scene, MONTH) & ~np.isnan(t.rating)
    return shared(scene, t.slot[rated], t.rating[rated] >= 4)


def _rated(scene: Scene) -> Result:
    t, done = tickets(scene), closed_within(scene, MONTH)
    return shared(scene, t.slot[done], ~np.isnan(t.rating[done]))


def _verified(scene: Scene) -> Result:
    return shared(scene, *taken_in(scene))


_row = partial(Indicator, domain="feedback", needs=("feedback",), decimals=1)
_rate = partial(_row, unit="%", better="higher", rollup="rate of sums")
_quantile = partial(_row, rollup="quantile of all rows")

INDICATORS = (
    _rate(
        code="feedback_on_time_rate_30d",
        title="Closed on time, 30 days",
        definition="Of the tickets decided in the last 30 days, by closing or by their original deadline passing, "
        "the share closed by that deadline.",
        compute=partial(_on_time, "deadline"),
        thresholds=SATISFYING,
    ),
    _rate(
        code="feedback_on_time_extended_rate_30d",
        title="Closed on time with extensions, 30 days",
        definition="The same by the extended deadline where there is one, among the tickets decided by that.",
        compute=partial(_on_time, "deadline_extended"),
    ),
    _rate(
        code="feedback_extension_rate_30d",
        title="Extended tickets, 30 days",
        definition="Of the tickets decided by their original deadline in the last 30 days, the share given extensions.",
        compute=_extension,
        better="lower",
    ),
    _quantile(
        code="feedback_first_response_p50_30d",
        unit="hours",
        title="Time to first response, median, 30 days",
        definition="Median elapsed time from receipt to first response, of tickets first answered in the last 30 days.",
        compute=_first_response,
    ),
    _quantile(
        unit="days",
        code="feedback_resolution_p50_30d",
        title="Time to resolve, median, 30 days",
        definition="Median time from receipt to closing, of tickets closed in the last 30 days.",
        compute=partial(_resolution, HALF),
    ),
    _quantile(
        unit="days",
        code="feedback_resolution_p90_30d",
        title="Time to resolve, 90th percentile, 30 days",
        definition="Nine in ten tickets closed in the last 30 days took no longer than this from receipt to closing.",
        compute=partial(_resolution, NINE_TENTHS),
    ),
    _rate(
        code="feedback_satisfaction_30d",
        title="Satisfied citizens, 30 days",
        definition="Of the tickets closed in the last 30 days and rated, the share rated 4 or 5.",
        compute=_satisfaction,
        thresholds=SATISFYING,
    ),
    _rate(
        code="feedback_rated_share_30d",
        title="Rated tickets, 30 days",
        definition="Of the tickets closed in the last 30 days, the share that citizens rated.",
        compute=_rated,
    ),
    _rate(
        code="feedback_verified_share_30d",
        title="Verified tickets, 30 days",
        definition="Of all tickets received in the last 30 days but duplicates, the share not rejected.",
        compute=_verified,
    ),
)
