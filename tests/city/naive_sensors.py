"""The indicators of sensors, once more: reading by reading in plain Python, straight from the definitions."""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.city.naive import Numbers, within

HOUR = timedelta(hours=1)
Series = dict[str, list[tuple[datetime, float, str | None]]]
"""Readings of one metric by sensor, oldest first, none after the moment: time, value, place."""
STEPS = {
    "pm2_5": [0, 25, 50, 80, 150, 250, 350, 500],
    "pm10": [0, 50, 150, 250, 350, 420, 500, 600],
    "o3": [0, 160, 200, 300, 400, 800, 1000, 1200],
    "no2": [0, 100, 200, 700, 1200, 2350, 3100, 3850],
    "so2": [0, 125, 350, 550, 800, 1600, 2100, 2630],
    "co": [0, 10000, 30000, 45000, 60000, 90000, 120000, 150000],
}
INDEX = [0, 50, 100, 150, 200, 300, 400, 500]


def series(readings: Iterable[Mapping[str, Any]], metric: str, at: datetime) -> Series:
    out: Series = {}
    mine = (r for r in readings if r["metric"] == metric and r["observed_at"] <= at)
    for r in sorted(mine, key=lambda r: r["observed_at"]):
        out.setdefault(r["sensor_id"], []).append((r["observed_at"], r["value"], r.get("place_code")))
    return out


def hours_back(rows: list[tuple[datetime, float, str | None]], at: datetime, count: int) -> list[float | None]:
    out: list[float | None] = []
    for k in range(1, count + 1):
        values = [v for t, v, _ in rows if at - k * HOUR < t <= at - (k - 1) * HOUR]
        out.append(sum(values) / len(values) if values else None)
    return out


def day_mean(rows: list[tuple[datetime, float, str | None]], at: datetime) -> float | None:
    means = [m for m in hours_back(rows, at, 24) if m is not None]
    return sum(means) / len(means) if len(means) >= 18 else None


def nowcast(means: list[float | None]) -> float | None:
    known = [m for m in means if m is not None]
    if sum(m is not None for m in means[:3]) < 2:
        return None
    weight = max(min(known) / max(known), 0.5) if max(known) > 0 else 0.5
    weights = [0.0 if m is None else weight**i for i, m in enumerate(means)]
    return sum(w * m for w, m in zip(weights, means, strict=True) if m is not None) / sum(weights)


def sub_index(pollutant: str, value: float) -> float:
    steps, value = STEPS[pollutant], max(value, 0.0)
    for i in range(1, len(steps)):
        if value <= steps[i]:
            low, high = INDEX[i - 1], INDEX[i]
            return low + (high - low) * (value - steps[i - 1]) / (steps[i] - steps[i - 1])
    return 500.0


def vn_aqi(by_metric: Mapping[str, Series], station: str, at: datetime) -> float | None:
    parts: dict[str, float] = {}
    for pollutant in STEPS:
        means = hours_back(by_metric[pollutant].get(station, []), at, 12)
        value = nowcast(means) if pollutant in ("pm2_5", "pm10") else means[0]
        if value is not None:
            parts[pollutant] = sub_index(pollutant, value)
    if not {"pm2_5", "pm10"} & parts.keys():
        return None
    return float(math.floor(max(parts.values()) + 0.5 + 1e-9))


def window_sum(rows: list[tuple[datetime, float, str | None]], at: datetime, span: timedelta) -> float | None:
    values = [v for t, v, _ in rows if within(t, at, span)]
    return sum(values) if values else None


def energy_mean(rows: list[tuple[datetime, float, str | None]], at: datetime) -> float | None:
    values = [10 ** (v / 10) for t, v, _ in rows if within(t, at, HOUR)]
    return 10 * math.log10(sum(values) / len(values)) if values else None


def rise_rate(rows: list[tuple[datetime, float, str | None]]) -> float | None:
    newest, level, _ = rows[-1]
    before = [(t, v) for t, v, _ in rows if timedelta(minutes=45) <= newest - t <= timedelta(minutes=75)]
    if not before:
        return None
    then, low = min(before, key=lambda b: (abs((newest - b[0]) - HOUR), b[0]))
    return (level - low) / ((newest - then) / HOUR)


def felt(celsius: float, humidity: float) -> float:
    """NOAA's heat index, as its page tells it."""
    t, rh = celsius * 9 / 5 + 32, humidity
    hi = 0.5 * (t + 61.0 + (t - 68.0) * 1.2 + rh * 0.094)
    if hi >= 80:
        hi = -42.379 + 2.04901523 * t + 10.14333127 * rh - 0.22475541 * t * rh - 0.00683783 * t**2
        hi += -0.05481717 * rh**2 + 0.00122874 * t**2 * rh + 0.00085282 * t * rh**2 - 0.00000199 * t**2 * rh**2
        if rh < 13 and 80 <= t <= 112:
            hi -= (13 - rh) / 4 * math.sqrt((17 - abs(t - 95)) / 17)
        if rh > 85 and 80 <= t <= 87:
            hi += (rh - 85) / 10 * (87 - t) / 5
    return (hi - 32) * 5 / 9


def worst(
    found: Mapping[str, float | None], where: Mapping[str, str | None], codes: Iterable[str]
) -> dict[str | None, float | None]:
    """The highest value by place, of all sensors that have one."""
    known = {s: v for s, v in found.items() if v is not None}
    out: dict[str | None, float | None] = {None: max(known.values(), default=None)}
    for code in [*codes, "unlocated"]:
        mine = [v for s, v in known.items() if (where[s] if where[s] in set(codes) else "unlocated") == code]
        out[code] = max(mine, default=None)
    return out


WINDOWED: dict[str, tuple[str, Callable[..., float | None]]] = {
    "pm2_5_24h": ("pm2_5", day_mean),
    "pm10_24h": ("pm10", day_mean),
    "rain_1h": ("rain", lambda rows, at: window_sum(rows, at, HOUR)),
    "rain_24h": ("rain", lambda rows, at: window_sum(rows, at, 24 * HOUR)),
    "rain_72h": ("rain", lambda rows, at: window_sum(rows, at, 72 * HOUR)),
    "noise_laeq_1h": ("noise_laeq", energy_mean),
}


def environment(readings: list[Mapping[str, Any]], codes: Iterable[str], at: datetime) -> Numbers:
    """What hangs on windows; and what hangs on newest readings, as long as all sensors are fresh."""
    codes = list(codes)
    metrics = {m: series(readings, m, at) for m in (*STEPS, "rain", "noise_laeq", "water_level", "flood_depth")}
    out: Numbers = {}

    def add(code: str, found: Mapping[str, float | None], of: Series) -> None:
        where = {s: rows[-1][2] for s, rows in of.items()}
        out.update({(code, place): v for place, v in worst(found, where, codes).items()})

    for code, (metric, value) in WINDOWED.items():
        add(code, {s: value(rows, at) for s, rows in metrics[metric].items()}, metrics[metric])
    levels, depths = metrics["water_level"], metrics["flood_depth"]
    add("river_level", {s: rows[-1][1] for s, rows in levels.items()}, levels)
    add("river_rise_rate", {s: rise_rate(rows) for s, rows in levels.items()}, levels)
    add("flood_depth_max", {s: rows[-1][1] for s, rows in depths.items()}, depths)
    dust = {**metrics["pm10"], **metrics["pm2_5"]}
    add("vn_aqi", {s: vn_aqi(metrics, s, at) for s in dust}, dust)
    return out
