"""Sensors one by one, as the environment's operators read them. Numbers only; the worst first."""

from dataclasses import dataclass

import numpy as np

from city import gauges
from city.batch import Array
from city.newest import Newest, newest, together
from city.readings import SensorKey
from city.scene import Scene, hours
from city.sensors import at_stations, energy_mean, hourly, window_sum
from city.vn_aqi import BREAKPOINTS, PARTICLES, nowcast, station_index, sub_index

BANDS = (50, 100, 150, 200, 300)
"""The decision's bands end here; the sixth is all above."""
DUST = "pm2_5"


@dataclass(frozen=True)
class Reading:
    """One sensor: `values` by its panel's columns, NaN where unknown; `at` of its newest reading."""

    key: SensorKey
    slot: int
    at: np.datetime64
    fresh: bool
    values: tuple[float, ...]

    @property
    def sensor(self) -> str:
        return self.key[1]


def air(scene: Scene) -> list[Reading]:
    """VN_AQI, and the Nowcast of PM2.5 it may hang on (µg/m³)."""
    found = together(scene, PARTICLES)
    parts = {}
    for p in BREAKPOINTS:
        means = hourly(scene, p)
        concentration = nowcast(means) if p in PARTICLES else means[:, 0]
        parts[p] = at_stations(scene, p, concentration, found)
    index = station_index({p: sub_index(p, c) for p, c in parts.items()})
    return _readings(found, (index, parts[DUST]), index)


def band(index: float) -> int:
    """1 to 6; 0 where unknown."""
    return 0 if np.isnan(index) else int(np.searchsorted(BANDS, index)) + 1


def rivers(scene: Scene) -> list[Reading]:
    """Metres, alarm level 0 to 3, rise (m/h), hours to the next level, and the alarm levels I, II, III (metres)."""
    g, limits = gauges.gauges(scene), gauges.limits(scene)
    alarm, rise, left = gauges.alarm_level(scene), gauges.rise_rate(scene), gauges.hours_to_next(scene)
    columns = (g.value, alarm, rise, left, *limits.T)
    return _readings(g, columns, np.nan_to_num(alarm) * 1000 + np.nan_to_num(g.value))


def rain(scene: Scene) -> list[Reading]:
    """Millimetres in 1, 24 and 72 hours."""
    sums = tuple(window_sum(scene, "rain", hours(h)) for h in (1, 24, 72))
    return _readings(newest(scene, "rain"), sums, sums[1])


def streets(scene: Scene) -> list[Reading]:
    """Centimetres of water where there is any."""
    found = newest(scene, "flood_depth")
    return [r for r in _readings(found, (found.value,), found.value) if r.values[0] > 0]


def noise(scene: Scene) -> list[Reading]:
    """Energy mean of the last hour, dBA."""
    found = newest(scene, "noise_laeq")
    means = energy_mean(scene, "noise_laeq", hours(1))
    return _readings(found, (means,), means)


def _readings(f: Newest, columns: tuple[Array, ...], order: Array) -> list[Reading]:
    by = np.argsort(-np.where(np.isnan(order), -np.inf, order), kind="stable")
    return [
        Reading(
            (str(f.source[i]), str(f.sensor[i])),
            int(f.slot[i]),
            f.at[i],
            bool(f.fresh[i]),
            tuple(float(c[i]) for c in columns),
        )
        for i in by
    ]
