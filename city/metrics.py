"""What can be observed: each metric's unit, how long its readings matter, when they are old, what is plausible.

The units are the contract's. `window` is how far back any indicator, or the day of its trend line, looks.
`stale_after` holds where the sensor itself does not say how often it reports. `low` and `high` bound what can be
right at all: they catch sentinels such as -999, and are far outside what has been measured on Earth.
"""

from dataclasses import dataclass
from datetime import timedelta

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ANY = float("inf")


@dataclass(frozen=True, slots=True)
class Metric:
    """One observable quantity."""

    code: str
    unit: str
    window: timedelta
    stale_after: timedelta
    low: float
    high: float
    domain: str = "environment"


METRICS: dict[str, Metric] = {
    m.code: m
    for m in (
        Metric("pm2_5", "µg/m³", 2 * DAY, 2 * HOUR, -50, 20_000),
        Metric("pm10", "µg/m³", 2 * DAY, 2 * HOUR, -50, 50_000),
        Metric("o3", "µg/m³", 2 * DAY, 2 * HOUR, -50, 20_000),
        Metric("no2", "µg/m³", 2 * DAY, 2 * HOUR, -50, 50_000),
        Metric("so2", "µg/m³", 2 * DAY, 2 * HOUR, -50, 50_000),
        Metric("co", "µg/m³", 2 * DAY, 2 * HOUR, -500, 2_000_000),
        Metric("water_level", "m", 2 * DAY, HOUR, -100, 10_000),
        Metric("rain", "mm", 4 * DAY, HOUR, 0, 2_000),
        Metric("flood_depth", "cm", 2 * DAY, HOUR, 0, 3_000),
        Metric("temperature", "°C", 2 * DAY, 2 * HOUR, -95, 65),
        Metric("humidity", "%", 2 * DAY, 2 * HOUR, 0, 110),
        Metric("noise_laeq", "dBA", 2 * DAY, 2 * HOUR, 0, 200),
        Metric("speed", "km/h", DAY, HOUR / 2, 0, 400, "traffic"),
        Metric("flow", "vehicles/h", DAY, HOUR / 2, 0, 100_000, "traffic"),
        Metric("occupancy", "1", DAY, HOUR / 2, 0, 1, "traffic"),
    )
}
