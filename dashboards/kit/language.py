"""How the city speaks: words from the catalogues, numbers and times as CLDR says."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from gettext import c2py
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_interval, format_skeleton, format_time, get_datetime_format
from babel.messages.pofile import read_po
from babel.numbers import NumberPattern, parse_pattern

from city.config import ASSETS
from city.indicator import Indicator
from city.level import Level

LOCALES = {"vi": "Tiếng Việt", "en": "English", "pt": "Português"}
CATALOGUES = ASSETS / "locale"

WORDS: dict[Level, str] = {
    "ok": "Normal",
    "watch": "Watch",
    "warning": "Warning",
    "alarm": "Alarm",
    "unknown": "Unknown",
}
DOMAIN_WORDS = {
    "traffic": "Traffic",
    "health": "Health",
    "environment": "Environment",
    "public_order": "Public order",
    "feedback": "Citizen feedback",
    "services": "Public services",
    "data": "Data",
}


@dataclass(frozen=True)
class Words:
    """A .po file: translations by their English (a key of the kind `code.title` stands for an indicator's), those that
    hang on a number by their English singular, and which of a number's forms the language takes."""

    single: Mapping[str, str]
    plural: Mapping[str, tuple[str, ...]]
    form: Callable[[int], int]


def catalogue(file: Path) -> Words:
    with file.open("rb") as f:
        found = read_po(f)
    told = [m for m in found if m.id and m.string and not m.fuzzy]
    single = {str(m.id): str(m.string) for m in told if not m.pluralizable}
    plural = {str(m.id[0]): tuple(m.string or ()) for m in told if m.pluralizable and all(m.string or ())}
    return Words(MappingProxyType(single), MappingProxyType(plural), c2py(found.plural_expr))


UNREADABLE = 1e15


@dataclass(frozen=True)
class Language:
    """One language in one time zone. Calling it translates: `say("{n} of {m}", n=1, m=2)`."""

    code: str
    zone: ZoneInfo
    messages: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    form: Callable[[int], int] = field(default=lambda n: int(n != 1))

    def counted(self, one: str, many: str, n: float, decimals: int = 0, **values: Any) -> str:
        """A sentence whose words hang on a number, which stands in it as {n}: `counted("{n} day", "{n} days", 3)`."""
        shown = round(n, decimals)
        forms = self.plurals.get(one, (one, many))
        which = self.form(int(abs(shown)) if shown == int(shown) else 2)
        return forms[min(which, len(forms) - 1)].format(n=self.number(n, decimals), **values)

    def __call__(self, english: str, **values: Any) -> str:
        text = self.messages.get(english, english)
        return text.format(**values) if values else text

    @cached_property
    def locale(self) -> Locale:
        return Locale.parse(self.code)

    def title(self, indicator: Indicator) -> str:
        return self.messages.get(f"{indicator.code}.title", indicator.title)

    def definition(self, indicator: Indicator) -> str:
        return self.messages.get(f"{indicator.code}.definition", indicator.definition)

    def level(self, level: Level) -> str:
        return self(WORDS[level])

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Rounded half even, grouped; an en dash when unknown; never a negative zero.

        What no grouping could make readable is written with its power of ten: any number may stand in the repository.
        """
        if value is None or not math.isfinite(value):
            return "–"
        if abs(value) >= UNREADABLE:
            return f"{value:.3g}"
        return _written(round(value, decimals) + 0.0, decimals, self.locale)

    def time(self, at: datetime) -> str:
        return _clock(at.replace(second=0, microsecond=0), self.zone, self.locale)

    def date(self, at: datetime, skeleton: str = "yMMMd") -> str:
        """A day as CLDR writes it; the skeleton names its parts: year, month, day (yMMMd), weekday (MMMEd)."""
        return str(format_skeleton(skeleton, at.astimezone(self.zone), locale=self.locale))

    def days(self, first: datetime, last: datetime) -> str:
        """From a day to a day, what they share said once."""
        a, b = (t.astimezone(self.zone).date() for t in (first, last))
        return str(format_interval(a, b, "yMMMd", locale=self.locale)).replace("\u2009", " ")

    def minute(self, at: datetime) -> str:
        """A day and its time, in the language's own order."""
        return _moment(at.replace(second=0, microsecond=0), "HH:mm", self.zone, self.locale)

    def moment(self, at: datetime) -> str:
        """To the second."""
        return _moment(at.replace(microsecond=0), "HH:mm:ss", self.zone, self.locale)


@lru_cache(maxsize=8)
def _pattern(decimals: int) -> NumberPattern:
    return parse_pattern("#,##0" + ("." + "0" * decimals if decimals else ""))


# A picture repeats most numbers and minutes of the one before, and CLDR's patterns are slow to apply.
@lru_cache(maxsize=1 << 16)
def _written(rounded: float, decimals: int, locale: Locale) -> str:
    return str(_pattern(decimals).apply(rounded, locale))


@lru_cache(maxsize=1 << 14)
def _clock(minute: datetime, zone: ZoneInfo, locale: Locale) -> str:
    return format_time(minute.astimezone(zone), "HH:mm", locale=locale)


@lru_cache(maxsize=1 << 14)
def _moment(at: datetime, clock: str, zone: ZoneInfo, locale: Locale) -> str:
    there = at.astimezone(zone)
    glue = str(get_datetime_format("medium", locale=locale))
    time, day = format_time(there, clock, locale=locale), format_skeleton("yMMMd", there, locale=locale)
    return glue.replace("'", "").replace("{0}", time).replace("{1}", str(day))


def languages(zone: ZoneInfo) -> dict[str, Language]:
    """Every language there is a catalogue for, by code."""
    files = {code: CATALOGUES / code / "LC_MESSAGES" / "ioc.po" for code in LOCALES}
    told = {c: catalogue(f) for c, f in files.items() if f.exists()}
    return {c: Language(c, zone, w.single, w.plural, w.form) for c, w in told.items()}
