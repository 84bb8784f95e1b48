"""What can be observed: each metric's unit, how long its readings matter, when they are old, what is plausible.

The units are the contract's. `window` is how far back any indicator, or the day of its trend line, looks: speeds reach
back 28 days and one, for the free flow of roads that do not tell theirs. `stale_after` holds where the sensor itself
does not say how often it reports. `low` and `high` bound what can be right at all: they catch sentinels such as -999,
and are far outside what has been measured on Earth. A metric with `years` is held against its season as well: of so
many former years the same weeks matter (city.season).
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
    years: int = 0


DISEASES = ("dengue", "hand_foot_mouth", "measles", "influenza", "covid_19")
"""What facilities count cases of, as metrics `cases_<disease>`; another disease is one more word here."""
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
        Metric("speed", "km/h", 29 * DAY, HOUR / 2, 0, 400, "traffic"),
        Metric("flow", "vehicles/h", DAY, HOUR / 2, 0, 100_000, "traffic"),
        Metric("occupancy", "1", DAY, HOUR / 2, 0, 1, "traffic"),
        Metric("beds_occupied", "1", 2 * DAY, DAY, 0, 100_000, "health"),
        Metric("beds_available", "1", 2 * DAY, DAY, 0, 100_000, "health"),
        Metric("icu_beds_free", "1", 2 * DAY, DAY, 0, 10_000, "health"),
        Metric("ed_wait_minutes", "min", 2 * DAY, 4 * HOUR, 0, 14 * 1440, "health"),
        Metric("ambulance_response_minutes", "min", 2 * DAY, 6 * HOUR, 0, 7 * 1440, "health"),
        # five weeks and a day: a week is held against the four before it
        *(Metric(f"cases_{d}", "1", 36 * DAY, 2 * DAY, 0, 1_000_000, "health", years=5) for d in DISEASES),
    )
}
