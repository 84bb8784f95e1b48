"""Rivers: how high, how fast rising, how far from the next alarm level."""

from functools import partial

import numpy as np

from city import gauges
from city.batch import Array
from city.config import Threshold
from city.indicator import Indicator, Result
from city.level import OK
from city.scene import Scene
from city.sensors import named, worst


def _highest(scene: Scene, values: Array) -> Result:
    """The gauge at the highest alarm level, of those the one with most metres."""
    g, alarm = gauges.gauges(scene), np.nan_to_num(gauges.alarm_level(scene))
    return named(scene, g, values, worst(scene, g, values, (alarm, g.value), newest_first=True))


def _level(scene: Scene) -> Result:
    return _highest(scene, gauges.gauges(scene).value)


def _alarm(scene: Scene) -> Result:
    return _highest(scene, gauges.alarm_level(scene))


def _level_level(scene: Scene, values: Array) -> Array:
    """Alarm levels I, II and III of the gauge are watch, warning and alarm."""
    alarm = _alarm_of_highest(scene)
    return np.where(np.isnan(alarm), OK, alarm).astype(np.int8)


def _alarm_of_highest(scene: Scene) -> Array:
    g, alarm = gauges.gauges(scene), gauges.alarm_level(scene)
    chosen = worst(scene, g, g.value, (np.nan_to_num(alarm), g.value), newest_first=True)
    return named(scene, g, alarm, chosen).values


def _rise(scene: Scene) -> Result:
    g, rate = gauges.gauges(scene), gauges.rise_rate(scene)
    return named(scene, g, rate, worst(scene, g, rate, newest_first=True))


def _hours_to_next(scene: Scene) -> Result:
    g, left = gauges.gauges(scene), gauges.hours_to_next(scene)
    return named(scene, g, left, worst(scene, g, left, (-left,), newest_first=True))


_row = partial(Indicator, domain="environment", needs=(gauges.METRIC,), rollup="worst sensor")

INDICATORS = (
    _row(
        code="river_level",
        unit="m",
        title="River level",
        definition="Newest water level of the gauge at the highest alarm level, and of those the highest.",
        formula="max(water_level)",
        compute=_level,
        judge=_level_level,
        thresholds=Threshold(source="alarm levels I, II, III of the gauge (sensor.attributes bd1, bd2, bd3)"),
        decimals=2,
    ),
    _row(
        code="river_alarm_level",
        unit="level",
        title="River alarm level",
        definition="Highest alarm level (0 to 3) that a gauge's newest reading has reached; unknown without levels.",
        formula="max{k : water_level ≥ bdₖ}, k ∈ 0…3",
        compute=_alarm,
        thresholds=Threshold(watch=1, warning=2, alarm=3, source="alarm levels I, II, III of the gauge"),
    ),
    _row(
        code="river_rise_rate",
        unit="m/h",
        title="River rise",
        definition="Newest water level minus the one nearest to an hour before it, per hour, at the gauge that rises "
        "fastest.",
        formula="(h(t) − h(t − 1 h)) ÷ Δt, 45 min ≤ Δt ≤ 75 min",
        compute=_rise,
        thresholds=Threshold(watch=0.3),
        decimals=2,
    ),
    _row(
        code="river_hours_to_next_level",
        unit="hours",
        title="Hours to the next river alarm level",
        definition="Hours until a rising gauge is at its next alarm level at the present rate, the soonest of all.",
        formula="(bdₖ − h) ÷ river_rise_rate, bdₖ > h",
        compute=_hours_to_next,
        better="higher",
        decimals=1,
    ),
)
