"""An indicator: one number the city watches, as a row of a table with one pure, vectorised function."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from city import freshness
from city.batch import Array
from city.config import Threshold
from city.freshness import FRESH, MISSING, STALE, Fresh
from city.level import UNKNOWN, Better, levels
from city.scene import Scene

Domain = Literal["traffic", "health", "environment", "public_order", "feedback", "services", "data"]
DOMAINS: tuple[Domain, ...] = ("traffic", "health", "environment", "public_order", "feedback", "services", "data")


@dataclass(frozen=True)
class Result:
    """What an indicator's function gives, a slot each (city.places): `values` float64, NaN where unknown.

    Where the worst sensor gives the value, `sensor` names it (object, None where there is none), `observed_at`
    (datetime64[us]) and `fresh` (bool) are that sensor's. `levels` (int8) replaces the thresholds' verdict.
    `volume` (float64) is how many rows a rate or a quantile was made of.
    """

    values: Array
    sensor: Array | None = None
    observed_at: Array | None = None
    fresh: Array | None = None
    levels: Array | None = None
    volume: Array | None = None


@dataclass(frozen=True)
class Beside:
    """What a number is held against: float64 a slot in its own unit (NaN where unknown), and what that is, in words of
    the catalogues with {n} in them or not."""

    words: str
    values: Array
    n: int = 0


@dataclass(frozen=True)
class Made:
    """What a number is made of: row numbers (int64) in the table its indicator hangs on and, of a share, which of them
    hit (bool)."""

    rows: Array
    hit: Array | None = None


Select = Callable[[Scene], Made]


@dataclass(frozen=True)
class Outcome:
    """An indicator's numbers at one moment, a slot each: values, levels (into LEVELS), freshness (into FRESHNESS),
    observed_at (datetime64[us]), fresh of expected sensors or sources, the sensor that gives the value, and how many
    rows it was made of."""

    values: Array
    levels: Array
    freshness: Array
    observed_at: Array
    fresh: Array
    expected: Array
    sensor: Array | None = None
    volume: Array | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """`needs` are what it hangs on: one table of rows with a life, metrics, or the feeds themselves. `thresholds` hold
    until the city file says otherwise; `judge` gives the levels (from the scene and its own values) where three limits
    can't, until the city file names limits; `beside` is the past that a number is shown with. `rollup` says how the
    city's value comes about. `definition` is one plain sentence; the catalogues translate title and definition by code;
    `formula` is the same in signs and the names of columns, for all languages. `made_of`, where the number is made of
    rows with a life, gives exactly those: as many as a count, or as the `volume` of a rate or a quantile."""

    code: str
    domain: Domain
    unit: str
    title: str
    definition: str
    needs: tuple[str, ...]
    compute: Callable[[Scene], Result]
    better: Better = "lower"
    thresholds: Threshold = field(default_factory=Threshold)
    judge: Callable[[Scene, Array], Array] | None = None
    decimals: int = 0
    formula: str = ""
    made_of: Select | None = None
    beside: Callable[[Scene], Beside] | None = None
    rollup: Literal[
        "sum", "rate of sums", "quantile of all rows", "worst sensor", "sum over population", "mean weighted by flow"
    ] = "sum"

    def limits(self, scene: Scene) -> Threshold:
        return scene.city.thresholds.get(self.code, self.thresholds)

    def outcome(self, scene: Scene) -> Outcome:
        """The function's result with level and freshness: a number that is not fresh has no level."""
        result = self.compute(scene)
        known = self._freshness(scene)
        state, observed = known.state, known.observed_at
        if result.observed_at is not None:
            observed = np.where(np.isnat(result.observed_at), observed, result.observed_at)
        if result.fresh is not None:
            state = np.where((state == FRESH) & ~result.fresh & ~np.isnan(result.values), STALE, state)
        level = self._levels(scene, result)
        level = np.where((state != FRESH) | np.isnan(result.values), UNKNOWN, level).astype(np.int8)
        return Outcome(result.values, level, state, observed, known.fresh, known.expected, result.sensor, result.volume)

    def _levels(self, scene: Scene, result: Result) -> Array:
        if result.levels is not None:
            return result.levels
        if self.judge and self.code not in scene.city.thresholds:
            return self.judge(scene, result.values)
        return levels(result.values, self.limits(scene), self.better)

    def _freshness(self, scene: Scene) -> Fresh:
        if self.needs[0] == freshness.FEEDS:
            return freshness.fed(scene)
        if self.needs[0] in freshness.STALE_AFTER:
            return freshness.lived(scene, self.needs[0])
        return freshness.sensed(scene, self.needs)


__all__ = ["DOMAINS", "MISSING", "Beside", "Domain", "Indicator", "Made", "Outcome", "Result", "Select"]
