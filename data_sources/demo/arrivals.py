"""Things that happen to people: when, where, and how late they are written down."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from city.batch import Array
from city.places import Places
from data_sources.demo.chance import generator
from data_sources.demo.frame import moments
from data_sources.demo.rhythm import DAY_ZERO, volume
from data_sources.demo.weather import ZONE, Weather

KM = 111.2
CENTRE = (np.array([16.46]), np.array([107.59]))


@dataclass(frozen=True, slots=True)
class World:
    """What every stream of happenings hangs on."""

    weather: Weather
    places: Places

    def draws(self, stream: str, day: date) -> np.random.Generator:
        return generator(self.weather.seed, stream, day)


def day_begins(day: date) -> float:
    """Local midnight as hours since 1970 (UTC)."""
    return 24.0 * (day.toordinal() - DAY_ZERO) - ZONE


def arrivals(
    rng: np.random.Generator, world: World, day: date, hourly: Array, a_day: float, gain: tuple[float, float]
) -> Array:
    """Sorted moments (hours since 1970) of one day's happenings.

    `a_day` is an average day's count; `gain` how many times more there are at the flood's peak, and for each
    millimetre of rain in the hour.
    """
    hours = day_begins(day) + np.arange(24.0)
    wet = world.weather.rain(hours[None, :] + 1, 1.0, *CENTRE)[0]
    more = 1 + gain[0] * world.weather.distress(hours) + gain[1] * np.minimum(wet, 25)
    count = rng.poisson(a_day * volume(day) * hourly / hourly.sum() * more)
    return np.sort(np.repeat(hours, count) + rng.random(int(count.sum())))


def spots(rng: np.random.Generator, places: Places, count: int, lost: float) -> dict[str, Array]:
    """Place and position of each: by population, near the centre; a share `lost` says no place, or one nobody knows."""
    people = np.nan_to_num(places.population[: places.unlocated], nan=1.0)
    chosen = rng.choice(len(people), size=count, p=people / people.sum())
    area = np.array([p.area_km2 for p in places.all])[chosen]
    reach = np.minimum(0.18 * np.sqrt(area), 4) / KM
    latitude = np.array([p.latitude for p in places.all])[chosen] + reach * rng.normal(size=count)
    longitude = np.array([p.longitude for p in places.all])[chosen] + reach * rng.normal(size=count)
    codes = np.array([p.code for p in places.all], dtype=object)[chosen]
    chance = rng.random(count)
    codes[chance < lost], codes[chance < lost / 8] = None, "99999"
    blind = rng.random(count) < np.where(chance < lost, 0.8, 0.15)
    latitude[blind], longitude[blind] = np.nan, np.nan
    return {"place_code": codes, "latitude": latitude.round(5), "longitude": longitude.round(5)}


def recorded(rng: np.random.Generator, hours: Array) -> Array:
    """When a happening is written down: within two minutes mostly, one in forty only hours later."""
    lag = rng.uniform(3, 120, len(hours)) + np.where(
        rng.random(len(hours)) < 0.025, rng.uniform(0, 5 * 3600, len(hours)), 0
    )
    return moments(hours + lag / 3600)


def in_order(*known: Array) -> list[Array]:
    """Recorded moments such that nothing is known before what must have come first (NaT stays NaT)."""
    out = [known[0]]
    for later in known[1:]:
        out.append(np.where(np.isnat(later), later, np.maximum(later, out[0])))
    return out


def texts(words: list[str | None]) -> Array:
    out = np.empty(len(words), dtype=object)
    out[:] = words
    return out


def repeated(word: str | None, count: int) -> Array:
    return texts([word] * count)
