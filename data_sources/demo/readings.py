"""What each sensor would measure: a pure function of place and time, a metric each. `t` is hours since 1970, UTC.

All return sensors × times in the contract's units.
"""

from collections.abc import Callable

import numpy as np

from city.batch import Array
from data_sources.demo.chance import normal, wave, word
from data_sources.demo.rhythm import rush
from data_sources.demo.sensors import Sensor
from data_sources.demo.weather import ZONE, Weather

Read = Callable[[Weather, list[Sensor], Array], Array]

# metric: clean air, what traffic adds, µg/m³
_AIR = {"pm2_5": (15.0, 13.0), "pm10": (28.0, 24.0), "no2": (9.0, 32.0), "so2": (6.0, 7.0), "co": (420.0, 600.0)}


def trait(sensors: list[Sensor], name: str) -> Array:
    return np.array([s.traits[name] for s in sensors])[:, None]


def marks(sensors: list[Sensor], salt: int = 0) -> Array:
    """A number of its own for each sensor, to draw chance by."""
    return np.array([word(s.sensor_id) + salt for s in sensors])[:, None]


def rounded(values: Array, decimals: int = 0) -> Array:
    out: Array = np.round(values, decimals)
    return out


def _where(sensors: list[Sensor]) -> tuple[Array, Array]:
    return np.array([s.latitude for s in sensors]), np.array([s.longitude for s in sensors])


def rain(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    return rounded(weather.rain(t, sensors[0].every / 60, *_where(sensors)), 1)


def water_level(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    at_kim_long = weather.level(t, trait(sensors, "lag"))
    level = trait(sensors, "rest") + trait(sensors, "share") * at_kim_long
    return rounded(level, 2)


def flood_depth(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    """Two ways to flood: the river comes in, or rain falls faster than the street drains."""
    river = 100 * np.maximum(weather.level(t, 0.4) - trait(sensors, "floods_at"), 0)
    hourly = weather.rain(t, 1.0, *_where(sensors))
    ponded = 0.8 * np.maximum(hourly - trait(sensors, "drains"), 0)
    return rounded(np.maximum(river, np.minimum(ponded, 45)))


def temperature(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    warm = weather.temperature(t, trait(sensors, "height")[:, 0])
    wet = np.minimum(weather.rain(t, 1.0, *_where(sensors)), 8) * 0.25
    return rounded(warm - wet + 0.4 * wave(t / 3, weather.seed, marks(sensors)), 1)


def humidity(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    daily = -9.0 * np.cos(2 * np.pi * ((t + ZONE) % 24 - 14) / 24)
    wet = np.minimum(weather.rain(t, 2.0, *_where(sensors)), 10) * 1.5 + 10 * weather.distress(t)
    return rounded(np.clip(82 + daily + wet + 5 * wave(t / 20, weather.seed, marks(sensors, 1)), 40, 100))


def noise(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    busy = 12 * rush(t + ZONE) * (1 - 0.7 * weather.distress(t))
    return rounded(52 + trait(sensors, "loud") + busy + 2 * wave(t / 2, weather.seed, marks(sensors, 2)), 1)


def _air(metric: str) -> Read:
    clean, added = _AIR[metric]

    def read(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
        stale = (
            1 + 0.45 * wave(t / 55, weather.seed, word(metric)) + 0.25 * wave(t / 9, weather.seed, marks(sensors, 3))
        )
        winter = 1 + 0.25 * np.cos(2 * np.pi * ((t + ZONE) / 24 - 30) / 365.25)
        washed = np.exp(-np.minimum(weather.rain(t, 3.0, *_where(sensors)), 40) / 18)
        traffic = trait(sensors, "traffic") * (0.35 + rush(t + ZONE)) * (1 - 0.8 * weather.distress(t))
        drawn = 1 + 0.06 * normal(weather.seed, marks(sensors, word(metric)), np.round(t * 60).astype(np.int64))
        return rounded(np.maximum((clean + added * traffic) * stale * winter * washed * drawn, 0.5), 1)

    return read


def ozone(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    sun = np.maximum(np.cos(2 * np.pi * ((t + ZONE) % 24 - 14) / 24), 0) * (1 - 0.8 * weather.distress(t))
    return rounded(22 + 58 * sun * (1 + 0.3 * wave(t / 30, weather.seed, marks(sensors, 4))), 1)


def _slowed(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    """How far from free flow each road is, 0 to about 0.8."""
    busy = rush(t + ZONE) * trait(sensors, "dip") * (1 + 0.3 * wave(t / 1.5, weather.seed, marks(sensors, 5)))
    wet = np.minimum(weather.rain(t, 1.0, *_where(sensors)), 30) / 150
    slow: Array = np.clip(0.45 * busy + wet + 0.55 * weather.distress(t), 0, 0.85)
    return slow


def speed(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    drawn = 1 + 0.04 * normal(weather.seed, marks(sensors, 6), np.round(t * 60).astype(np.int64))
    return rounded(np.maximum(trait(sensors, "free") * (1 - _slowed(weather, sensors, t)) * drawn, 3), 1)


def flow(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    wanted = 60 + 1100 * trait(sensors, "lanes") * rush(t + ZONE) * (1 - 0.9 * weather.distress(t))
    drawn = 1 + 0.08 * normal(weather.seed, marks(sensors, 7), np.round(t * 60).astype(np.int64))
    return rounded(np.maximum(wanted * drawn, 0))


READ: dict[str, Read] = {
    **{metric: _air(metric) for metric in _AIR},
    "o3": ozone,
    "rain": rain,
    "water_level": water_level,
    "flood_depth": flood_depth,
    "temperature": temperature,
    "humidity": humidity,
    "noise_laeq": noise,
    "speed": speed,
    "flow": flow,
}
