"""The city at one moment: a pure function of its rows, computed where somebody looks and never changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np

from city.batch import Array
from city.config import CityFile
from city.indicator import Indicator, Outcome
from city.indicators import registry
from city.places import Places
from city.scene import Scene, instant
from city.tables import Tables

Known = Literal["now", "then"]


@dataclass(frozen=True)
class Snapshot:
    """`at` is aware; `version` counts pictures within one process; `known` says whose knowledge a past shows."""

    city: CityFile
    at: datetime
    tables: Tables
    version: int = 1
    known: Known = "now"
    _outcomes: dict[str, Outcome] = field(default_factory=dict, compare=False, repr=False)
    _scenes: list[Scene] = field(default_factory=list, compare=False, repr=False)
    _numbers: dict[tuple[str, int], "Number"] = field(default_factory=dict, compare=False, repr=False)

    @property
    def places(self) -> Places:
        return self.tables.places

    @property
    def demo(self) -> bool:
        return self.tables.demo

    @property
    def scene(self) -> Scene:
        if not self._scenes:
            self._scenes.append(Scene(self.tables, instant(self.at), self.city))
        return self._scenes[0]

    def outcome(self, code: str) -> Outcome:
        """Raises KeyError for a code nobody knows."""
        if code not in self._outcomes:
            self._outcomes[code] = registry()[code].outcome(self.scene)
        return self._outcomes[code]

    def outcomes(self) -> dict[str, Outcome]:
        return {code: self.outcome(code) for code in registry()}

    def number(self, code: str, slot: int) -> "Number":
        """A page asks for the same one in its tile, its sentence and its list."""
        found = self._numbers.get((code, slot))
        if found is None:
            found = self._numbers[code, slot] = self.numbers(code, [slot])[0]
        return found

    def numbers(self, code: str, slots: Sequence[int] | Array) -> list["Number"]:
        """As `number`, of many slots at once."""
        indicator, slots = registry()[code], np.asarray(slots, dtype=np.int64)
        target = indicator.limits(self.scene).target
        each = zip(slots.tolist(), *told(self.outcome(code), slots), strict=True)
        return [
            Number(indicator, self.places.code(s), value, level, state, seen, fresh, expected, target, sensor, volume)
            for s, value, level, state, seen, fresh, expected, sensor, volume in each
        ]

    def touched(self, before: "Snapshot") -> list[str]:
        """Codes of indicators whose rows changed since another picture; time alone changes the others."""
        return [code for code, i in registry().items() if any(_moved(before.tables, self.tables, n) for n in i.needs)]

    def trend(self, code: str, moments: Array) -> Array:
        """float64 (moments × slots): the indicator at earlier moments (datetime64[us]), from the rows known here."""
        compute = registry()[code].compute
        return np.array([compute(self.scene.earlier(m)).values for m in moments]).reshape(len(moments), -1)


def _moved(before: Tables, after: Tables, need: str) -> bool:
    if before.places is not after.places or before["sensor"] is not after["sensor"]:
        return True
    if need in after.rows or need in before.rows:
        return before.rows.get(need) is not after.rows.get(need)
    return before.readings.get(need) is not after.readings.get(need)


@dataclass(frozen=True, slots=True)
class Number:
    """One indicator at one place and moment. `value` is None when unknown; `volume`: of how many rows it was made."""

    indicator: Indicator
    place: str | None
    value: float | None
    level: int
    freshness: int
    observed_at: datetime | None
    fresh: int
    expected: int
    target: float | None
    sensor: str | None
    volume: int | None = None


def told(outcome: Outcome, slots: Array) -> tuple[list[Any], ...]:
    """What an outcome says of some slots, as lists of plain values, None where there is none: value, level, freshness,
    observed_at (aware), fresh, expected, sensor and volume."""
    some = len(slots) * [None]
    values = outcome.values[slots].astype(object)
    values[~np.isfinite(outcome.values[slots])] = None
    seen = [None if at is None else at.replace(tzinfo=UTC) for at in outcome.observed_at[slots].tolist()]
    counts = (outcome.levels, outcome.freshness)
    return (
        values.tolist(),
        *(c[slots].tolist() for c in counts),
        seen,
        *(c[slots].astype(np.int64).tolist() for c in (outcome.fresh, outcome.expected)),
        some if outcome.sensor is None else outcome.sensor[slots].tolist(),
        some if outcome.volume is None else outcome.volume[slots].astype(np.int64).tolist(),
    )
