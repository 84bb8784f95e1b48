"""The weather and what it does to rivers and streets: fields of place and time. `t` is hours since 1970, UTC."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from city.batch import Array
from data_sources.demo.chance import generator, wave
from data_sources.demo.rhythm import DAY_ZERO
from data_sources.demo.story import LOWLAND_MM, UPSTREAM_MM, Story

ZONE = 7.0  # hours that local time is ahead of UTC, all year
MEMORY_DAYS = 5  # how long a river remembers rain
MONTHLY_STORMS = np.array([0.7, 0.3, 0.3, 0.5, 0.8, 0.7, 0.7, 0.8, 1.3, 1.6, 1.6, 1.2])
KM = 111.2  # a degree of latitude


@dataclass(frozen=True, slots=True)
class Storms:
    """Showers, an array each: begin (t), hours, total mm at the middle, middle, radius in km."""

    begin: Array
    hours: Array
    total: Array
    latitude: Array
    longitude: Array
    radius: Array


@dataclass(frozen=True, slots=True)
class Weather:
    """One seed's weather, with or without a story."""

    seed: int
    story: Story | None = None
    _days: dict[int, Storms] = field(default_factory=dict, repr=False, compare=False)

    def _of_day(self, day: int) -> Storms:
        if day not in self._days:
            when = date.fromordinal(DAY_ZERO + day)
            rng = generator(self.seed, "storms", when)
            n = int(rng.poisson(MONTHLY_STORMS[when.month - 1]))
            begin = 24.0 * day + rng.uniform(0, 24, n) - ZONE
            # gamma rather than exponential: showers as they come in a calm autumn, no flood by accident
            total = np.minimum(rng.gamma(1.3, 5.0, n), 38)
            middle = rng.uniform([16.1, 107.2], [16.65, 108.0], (n, 2))
            hours, radius = np.exp(rng.normal(0.9, 0.5, n)), rng.uniform(12, 35, n)
            self._days[day] = Storms(begin, hours, total, middle[:, 0], middle[:, 1], radius)
        return self._days[day]

    def storms(self, first: float, last: float) -> Storms:
        """All showers that matter between two moments."""
        days = range(int((first + ZONE) // 24) - MEMORY_DAYS, int((last + ZONE) // 24) + 1)
        found = [self._of_day(d) for d in days]
        names = Storms.__dataclass_fields__
        return Storms(*(np.concatenate([getattr(s, n) for s in found]) for n in names))

    def rain(self, t: Array, hours: float, latitude: Array, longitude: Array) -> Array:
        """Millimetres in the `hours` before `t` (sensors × times) at points (a sensor each)."""
        storms = self.storms(float(t.min()) - hours, float(t.max()))
        out = np.zeros(t.shape)
        for i in range(len(storms.begin)):
            north = (latitude - storms.latitude[i]) * KM
            east = (longitude - storms.longitude[i]) * KM * 0.96
            share = np.exp(-(north**2 + east**2) / (2 * storms.radius[i] ** 2))
            fallen = _fallen(t, storms, i) - _fallen(t - hours, storms, i)
            out += storms.total[i] * share[:, None] * fallen
        if self.story:
            upstream = np.clip((16.47 - latitude) * 2.2 + (107.55 - longitude) * 1.1, 0, 1)[:, None]
            amount = LOWLAND_MM + (UPSTREAM_MM - LOWLAND_MM) * upstream
            out += amount * (self.story.rain_share(t) - self.story.rain_share(t - hours))
        return out

    def level(self, t: Array, lag: Array | float = 0.0) -> Array:
        """Metres of water at Kim Long, `lag` hours ago: tide, the rain of the last days, the story."""
        t = t - lag
        out = 0.42 + 0.10 * np.sin(2 * np.pi * t / 12.42) + 0.05 * wave(t / 30, self.seed, 71)
        storms = self.storms(float(t.min()), float(t.max()))
        for i in range(len(storms.begin)):
            age = np.maximum(t - storms.begin[i], 0) / 11
            out = out + 0.006 * storms.total[i] * age * np.exp(1 - age)
        if self.story:
            told = self.story.level(t)
            # the flood drowns tide and showers, so that its figures are the known ones
            share = np.clip((told - 0.45) / 0.7, 0, 1)
            out = out * (1 - share) + told * share
        return out

    def distress(self, t: Array) -> Array:
        """0 to 1, city-wide; without a story, what heavy showers do."""
        if self.story:
            return self.story.distress(t)
        return np.zeros(np.shape(t))

    def temperature(self, t: Array, height: Array) -> Array:
        """°C, `height` in metres a sensor."""
        local = t + ZONE
        season = 25.6 + 4.4 * np.cos(2 * np.pi * (local / 24 - 195) / 365.25)
        daily = 3.4 * np.cos(2 * np.pi * (local % 24 - 14) / 24)
        drift = 1.8 * wave(t / 40, self.seed, 72)
        out: Array = season + daily + drift - 3.0 * self.distress(t) - 0.0055 * height[:, None]
        return out


def _fallen(t: Array, storms: Storms, i: int) -> Array:
    """The share of a shower that is over."""
    share = np.clip((t - storms.begin[i]) / storms.hours[i], 0, 1)
    out: Array = share * share * (3 - 2 * share)
    return out
