"""What the report's pages are drawn from: the week's picture, the four before it, a place, a language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import numpy as np

from city.batch import Array
from city.freshness import FRESH
from city.indicator import Indicator
from city.indicators import registry
from city.level import LEVELS, UNKNOWN
from city.places import UNLOCATED
from city.scene import Scene, hours, instant
from city.snapshot import Number, Snapshot
from dashboards.kit.language import Language
from reports.letters import outside
from reports.planes import Plane, planes
from reports.week import Week

STEP_HOURS, LOOKS = 4, 42
BEFORE = 4
"""Weeks before the one reported that it is held against."""
SIGNS = {"ok": "○", "watch": "◆", "warning": "▲", "alarm": "■", "unknown": "–"}
"""A level's sign: told apart without colour."""
SILENT_UNITS = frozenset({"count", "1", "index", "level"})


@dataclass(frozen=True)
class Scope:
    """`picture` is the week's end, and knows the readings of the whole week; `before` are the four week ends before
    it, the newest first; `slot` is the place's (city.places)."""

    week: Week
    picture: Snapshot
    before: Sequence[Snapshot]
    slot: int
    say: Language
    signer: str = ""
    """Who signs the file, "" when nobody does."""

    @cached_property
    def codes(self) -> list[str]:
        return list(registry())

    def domain(self, domain: str) -> list[Indicator]:
        return [i for i in registry().values() if i.domain == domain]

    def number(self, code: str) -> Number:
        return self.picture.number(code, self.slot)

    def past(self, code: str) -> list[float | None]:
        """The value at the four week ends before, the newest first; unknown where it was not fresh."""
        found = (s.number(code, self.slot) for s in self.before)
        return [n.value if n.freshness == FRESH else None for n in found]

    def fresh(self, code: str) -> float | None:
        """The value at the week's end, unknown where it was not fresh."""
        n = self.number(code)
        return n.value if n.freshness == FRESH else None

    def mean(self, code: str) -> float | None:
        """Of the four week ends before; unknown when one of them is."""
        known = [v for v in self.past(code) if v is not None]
        return float(np.mean(known)) if len(known) == len(self.before) and known else None

    @cached_property
    def planes(self) -> list[Plane]:
        return planes(self.picture.places.all, self.picture.city.map.center[0])

    @cached_property
    def moments(self) -> Array:
        """datetime64[us]: every four hours of the week, its end the last."""
        return instant(self.week.end) - hours(STEP_HOURS) * np.arange(LOOKS, -1, -1)

    @cached_property
    def looks(self) -> dict[str, tuple[Array, Array]]:
        """Values (unknown where they were not fresh) and levels of the place at `moments`, by code; those of the data
        themselves, shares of a day, are looked at once a day."""
        seen: dict[str, list[tuple[float, int]]] = {code: [] for code in registry()}
        for n, moment in enumerate(self.moments):
            scene = Scene(self.picture.tables, moment, self.picture.city)  # let go at once: 43 of them are large
            for code, indicator in registry().items():
                if indicator.domain == "data" and n * STEP_HOURS % 24:
                    seen[code].append((np.nan, UNKNOWN))
                    continue
                o = indicator.outcome(scene)
                fresh = o.freshness[self.slot] == FRESH
                seen[code].append((float(o.values[self.slot]) if fresh else np.nan, int(o.levels[self.slot])))
        return {code: (np.array([v for v, _ in f]), np.array([x for _, x in f])) for code, f in seen.items()}

    def name(self, slot: int, longest: int = 30) -> str:
        code = self.picture.places.code(slot)
        if code is None:
            return self.picture.city.title(self.say.code)
        place = self.picture.places.get(code)
        return self.say("Without a place") if place is None or code == UNLOCATED else outside(place.name, longest)

    def shown(self, indicator: Indicator, value: float | None, *, unit: bool = True) -> str:
        """The number as the cards write it."""
        written = self.say.number(value, indicator.decimals)
        silent = not unit or value is None or indicator.unit in SILENT_UNITS
        return written if silent else f"{written} {self.say(indicator.unit)}"

    def change(self, indicator: Indicator, value: float | None, before: float | None) -> str:
        """How far from before, with its sign; "–" where either is unknown."""
        if value is None or before is None:
            return "–"
        step = round(value - before, indicator.decimals)
        if step == 0:
            return "= 0"
        sign, arrow = ("+", "▲") if step > 0 else ("−", "▼")
        return f"{arrow} {sign}{self.say.number(abs(step), indicator.decimals)}"

    def level(self, level: int) -> str:
        word = LEVELS[level]
        return f"{SIGNS[word]} {self.say.level(word)}"

    def when(self, moment: np.datetime64) -> str:
        """A moment of the week, short."""
        from babel.dates import format_datetime

        local = aware(moment).astimezone(self.say.zone)
        return str(format_datetime(local, "EEE d/M HH:mm", locale=self.say.locale))

    def moment(self, at: datetime) -> str:
        return self.say.minute(at)


def aware(moment: np.datetime64) -> datetime:
    found: datetime = moment.astype("datetime64[us]").astype(datetime)
    return found.replace(tzinfo=UTC)
