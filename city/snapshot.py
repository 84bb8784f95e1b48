"""The city at one moment: a pure function of its rows, computed where somebody looks and never changed."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

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
            found = self._numbers[code, slot] = Number.of(registry()[code], self, slot)
        return found

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

    @classmethod
    def of(cls, indicator: Indicator, snapshot: Snapshot, slot: int) -> "Number":
        o = snapshot.outcome(indicator.code)
        value, seen = float(o.values[slot]), o.observed_at[slot]
        return cls(
            indicator=indicator,
            place=snapshot.places.code(slot),
            value=value if np.isfinite(value) else None,
            level=int(o.levels[slot]),
            freshness=int(o.freshness[slot]),
            observed_at=None if np.isnat(seen) else seen.astype(datetime).replace(tzinfo=UTC),
            fresh=int(o.fresh[slot]),
            expected=int(o.expected[slot]),
            target=indicator.limits(snapshot.scene).target,
            sensor=None if o.sensor is None else o.sensor[slot],
            volume=None if o.volume is None else int(o.volume[slot]),
        )
