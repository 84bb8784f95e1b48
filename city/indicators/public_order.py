"""Public order and emergencies: incidents, how fast help comes, fires, rescues, crime."""

from functools import partial
from typing import Any

import numpy as np

from city.batch import Array
from city.config import Threshold
from city.history import OWN_PAST, unusual
from city.incidents import incidents, is_open, opened_within, reached_within
from city.indicator import Indicator, Made, Result, Select
from city.level import ALARM, OK, UNKNOWN, WARNING
from city.lives import MINUTE, tallied, took
from city.rollup import count, quantiles, ratio
from city.scene import Scene, days, hours

TABLE = "event"
SEVERE = 2
RESCUED_BY = 15 * MINUTE
HALF, NINE_TENTHS = 0, 1


def _still(scene: Scene) -> Made:
    return Made(incidents(scene).row[is_open(scene)])


def _severe(scene: Scene) -> Made:
    return Made(incidents(scene).row[is_open(scene) & (incidents(scene).severity <= SEVERE)])


def _opened(span: np.timedelta64, scene: Scene) -> Made:
    return Made(incidents(scene).row[opened_within(scene, span)])


def _opened_level(span: np.timedelta64, scene: Scene, values: Array) -> Array:
    return unusual(scene, values, TABLE, lambda s: tallied(TABLE, partial(_opened, span), s).values)


def _reached(step: str, scene: Scene) -> Made:
    return Made(incidents(scene).row[reached_within(scene, step, days(1))])


def _times(scene: Scene, step: str) -> tuple[Array, Array]:
    """Both quantiles of the minutes it took, and of how many."""
    i, reached = incidents(scene), reached_within(scene, step, days(1))
    slot = i.slot[reached]
    minutes = took(i.opened[reached], getattr(i, step)[reached], MINUTE)
    return quantiles(slot, minutes, (0.5, 0.9), scene.slots), count(slot, scene.slots)


def _time(step: str, which: int, scene: Scene) -> Result:
    values, volume = scene.once(f"minutes until {step}", lambda s: _times(s, step))
    return Result(values[which], volume=volume)


def _fires(scene: Scene) -> Made:
    return Made(incidents(scene).row[opened_within(scene, days(1)) & incidents(scene).fire])


def _rescues(scene: Scene) -> Made:
    return Made(incidents(scene).row[is_open(scene) & incidents(scene).rescue])


def _rescues_level(scene: Scene, values: Array) -> Array:
    """Any open rescue is a warning, one older than a quarter of an hour an alarm."""
    i = incidents(scene)
    waiting = count(i.slot[is_open(scene) & i.rescue & (i.opened < scene.at - RESCUED_BY)], scene.slots)
    level = np.where(waiting > 0, ALARM, np.where(values > 0, WARNING, OK))
    return np.where(np.isnan(values), UNKNOWN, level).astype(np.int8)


def _crimes(scene: Scene) -> Made:
    return Made(incidents(scene).row[opened_within(scene, days(30)) & incidents(scene).crime])


def _crime(scene: Scene) -> Result:
    crimes = tallied(TABLE, _crimes, scene).values
    return Result(ratio(100_000.0 * crimes, scene.places.population), volume=np.nan_to_num(crimes))


def _tally(made: Select) -> dict[str, Any]:
    return {"compute": partial(tallied, TABLE, made), "made_of": made}


_row = partial(Indicator, domain="public_order", needs=(TABLE,))
_count = partial(_row, unit="count", rollup="sum")
_minutes = partial(_row, unit="minutes", decimals=1, rollup="quantile of all rows")

INDICATORS = (
    _count(
        code="incidents_open",
        title="Open incidents",
        definition="Incidents opened and not closed.",
        formula="|{opened_at ≤ t, ¬(closed_at ≤ t)}|",
        **_tally(_still),
    ),
    _count(
        code="incidents_severe_open",
        title="Severe open incidents",
        definition="Open incidents of severity 1 or 2.",
        formula="|{opened_at ≤ t, ¬(closed_at ≤ t), severity ≤ 2}|",
        **_tally(_severe),
        thresholds=Threshold(watch=1, warning=3, alarm=5),
    ),
    _count(
        code="incidents_24h",
        title="Incidents, 24 hours",
        definition="Incidents opened in the last 24 hours.",
        formula="|{t − 24 h < opened_at ≤ t}|",
        **_tally(partial(_opened, hours(24))),
        judge=partial(_opened_level, hours(24)),
        thresholds=OWN_PAST,
    ),
    _count(
        code="incidents_7d",
        title="Incidents, 7 days",
        definition="Incidents opened in the last 7 days.",
        formula="|{t − 7 d < opened_at ≤ t}|",
        **_tally(partial(_opened, days(7))),
        judge=partial(_opened_level, days(7)),
        thresholds=OWN_PAST,
    ),
    _minutes(
        code="dispatch_p50_24h",
        title="Time to dispatch, median, 24 hours",
        definition="Median time from opening to acknowledgement, of incidents acknowledged in the last 24 hours.",
        formula="Q50(acknowledged_at − opened_at), t − 24 h < max(opened_at, acknowledged_at) ≤ t",
        compute=partial(_time, "acknowledged", HALF),
        made_of=partial(_reached, "acknowledged"),
    ),
    _minutes(
        code="response_p50_24h",
        title="Time to arrive, median, 24 hours",
        definition="Median time from opening to arrival, of incidents reached in the last 24 hours.",
        formula="Q50(arrived_at − opened_at), t − 24 h < max(opened_at, arrived_at) ≤ t",
        compute=partial(_time, "arrived", HALF),
        made_of=partial(_reached, "arrived"),
        thresholds=Threshold(watch=6, target=6, source="Boston EMS"),
    ),
    _minutes(
        code="response_p90_24h",
        title="Time to arrive, 90th percentile, 24 hours",
        definition="Nine in ten incidents reached in the last 24 hours were reached no later than this.",
        formula="Q90(arrived_at − opened_at), t − 24 h < max(opened_at, arrived_at) ≤ t",
        compute=partial(_time, "arrived", NINE_TENTHS),
        made_of=partial(_reached, "arrived"),
    ),
    _count(
        code="fires_24h",
        title="Fires, 24 hours",
        definition="Fires opened in the last 24 hours.",
        formula="|{t − 24 h < opened_at ≤ t, category ∈ fire}|",
        **_tally(_fires),
    ),
    _count(
        code="rescues_open",
        title="Open rescues",
        definition="Rescues opened and not closed.",
        formula="|{opened_at ≤ t, ¬(closed_at ≤ t), category ∈ rescue}|",
        **_tally(_rescues),
        judge=_rescues_level,
        thresholds=Threshold(source="any open: warning; older than 15 minutes: alarm (proposal)"),
    ),
    _row(
        code="crime_per_100k_30d",
        unit="per 100,000",
        title="Crimes per 100,000 residents, 30 days",
        definition="Crimes opened in the last 30 days, per 100,000 residents.",
        formula="100 000 · |{t − 30 d < opened_at ≤ t, category ∈ crime}| ÷ population",
        compute=_crime,
        made_of=_crimes,
        decimals=1,
        rollup="sum over population",
    ),
)
