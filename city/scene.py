"""What an indicator is given: the rows, the moment, the city; and whatever several indicators share, made once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

import numpy as np

from city.config import CityFile
from city.places import Places
from city.tables import Tables

T = TypeVar("T")


def instant(at: datetime) -> np.datetime64:
    """An aware time as UTC datetime64[us]."""
    return np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")


def hours(n: float) -> np.timedelta64:
    return np.timedelta64(round(n * 3_600_000_000), "us")


def days(n: float) -> np.timedelta64:
    return hours(24 * n)


@dataclass(frozen=True)
class Scene:
    """The tables at moment `at` (datetime64[us], UTC). Only what had happened by `at` may count."""

    tables: Tables
    at: np.datetime64
    city: CityFile
    _made: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def places(self) -> Places:
        return self.tables.places

    @property
    def slots(self) -> int:
        return self.tables.places.slots

    def once(self, name: str, make: Callable[["Scene"], T]) -> T:
        """What several indicators need is computed once a scene."""
        if name not in self._made:
            self._made[name] = make(self)
        return cast(T, self._made[name])

    def had(self, table: str) -> bool:
        """Has the city had any row of this table by now?"""
        began = self.tables.began.get(table)
        return began is not None and not np.isnat(began) and bool(began <= self.at)

    def earlier(self, at: np.datetime64) -> "Scene":
        """The same rows seen from another moment, one scene a moment."""
        if at == self.at:
            return self
        return self.once(f"at {at}", lambda s: Scene(s.tables, at, s.city))

    def unknown(self) -> Any:
        """float64 a slot, all NaN."""
        return np.full(self.slots, np.nan)
