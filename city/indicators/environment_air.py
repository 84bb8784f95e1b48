"""The air: Vietnam's air quality index, and the day's mean of fine and coarse dust."""

from functools import partial

from city.batch import Array
from city.config import Threshold
from city.indicator import Indicator, Result
from city.newest import together
from city.scene import Scene
from city.sensors import at_stations, day_mean, hourly, named, worst, worst_over
from city.vn_aqi import BREAKPOINTS, PARTICLES, nowcast, station_index, sub_index

HOURS_NEEDED = 18


def _concentration(scene: Scene, pollutant: str) -> Array:
    """float64 a sensor: dust as its Nowcast, gases as the mean of the last hour."""
    means = hourly(scene, pollutant)
    return nowcast(means) if pollutant in PARTICLES else means[:, 0]


def _vn_aqi(scene: Scene) -> Result:
    found = together(scene, PARTICLES)
    by_pollutant = {p: sub_index(p, at_stations(scene, p, _concentration(scene, p), found)) for p in BREAKPOINTS}
    values = station_index(by_pollutant)
    return named(scene, found, values, worst(scene, found, values, newest_first=False))


def _day(pollutant: str, scene: Scene) -> Result:
    return worst_over(scene, pollutant, day_mean(scene, pollutant, HOURS_NEEDED))


_row = partial(Indicator, domain="environment", rollup="worst sensor")

INDICATORS = (
    _row(
        code="vn_aqi",
        unit="index",
        title="Air quality (VN_AQI, hourly)",
        definition="Vietnam's hourly air quality index of the worst station: the greatest sub-index of its pollutants, "
        "dust by the 12-hour Nowcast, gases by the last hour; unknown without PM2.5 or PM10.",
        needs=tuple(BREAKPOINTS),
        formula="max(I(c)), I(c) = I₁ + (I₂ − I₁) · (c − c₁) ÷ (c₂ − c₁)",
        compute=_vn_aqi,
        thresholds=Threshold(watch=51, warning=101, alarm=151, source="Decision 1459/QĐ-TCMT (2019)"),
    ),
    _row(
        code="pm2_5_24h",
        unit="µg/m³",
        title="Fine dust PM2.5, 24 hours",
        definition="Mean of the hourly means of the last 24 hours at the worst station, of at least 18 hours.",
        needs=("pm2_5",),
        formula="Σ c(h) ÷ n, n ≥ 18, h ∈ 1…24",
        compute=partial(_day, "pm2_5"),
        thresholds=Threshold(watch=45, source="QCVN 05:2023/BTNMT, 24 hours, from 2026 (50 before)"),
        decimals=1,
    ),
    _row(
        code="pm10_24h",
        unit="µg/m³",
        title="Coarse dust PM10, 24 hours",
        definition="Mean of the hourly means of the last 24 hours at the worst station, of at least 18 hours.",
        needs=("pm10",),
        formula="Σ c(h) ÷ n, n ≥ 18, h ∈ 1…24",
        compute=partial(_day, "pm10"),
        thresholds=Threshold(watch=100, source="QCVN 05:2023/BTNMT, 24 hours"),
        decimals=1,
    ),
)
