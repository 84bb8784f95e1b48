"""When reports are made, of what, in which languages, and who gets them by mail: `[report]` of the city file."""

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

Locale = Literal["vi", "en", "pt"]
MONDAY_AT_SIX = "0 6 * * mon"
_NAME = "(mon|tue|wed|thu|fri|sat|sun)"
_DAY = re.compile(rf"\*|{_NAME}([,-]{_NAME})*")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,253}$)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
"""RFC 5321 without quoted and international local parts: nothing in it can end a header line."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Recipient(_Part):
    """Who gets reports by mail: those of one language or one place where these are named, else all.

    `place` is a place's code, or "city" for the reports of the whole city.
    """

    address: str
    locale: Locale | None = None
    place: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _address_alone(cls, value: Any) -> Any:
        return {"address": value} if isinstance(value, str) else value

    @field_validator("address")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if not _ADDRESS.fullmatch(value):
            raise ValueError(f"{value!r} is no mail address; write one like duty@hue.example, without a name")
        return value

    def wants(self, place: str | None, locale: str) -> bool:
        return self.locale in (None, locale) and self.place in (None, place or "city")


class Reporting(_Part):
    """`cron` (minute, hour, day, month, weekday by name) is in the city's time; empty: no report is made by itself.

    Every place, besides the whole city, gets a report in every language.
    """

    cron: str = MONDAY_AT_SIX
    locales: tuple[Locale, ...] = ()
    places: tuple[str, ...] = ()
    to: tuple[Recipient, ...] = ()

    @field_validator("cron")
    @classmethod
    def _is_a_cron(cls, value: str) -> str:
        fields = value.split()
        if value and len(fields) != 5:
            raise ValueError(f"{value!r} is no cron line: write minute, hour, day, month and weekday")
        # libraries disagree on whether Monday is 0 or 1
        if value and not _DAY.fullmatch(fields[4].lower()):
            raise ValueError(f"the weekday {fields[4]!r}: write it by name, as in {MONDAY_AT_SIX!r}")
        return " ".join(fields).lower()

    @field_validator("locales", "places", "to")
    @classmethod
    def _each_once(cls, value: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(set(value)) < len(value):
            raise ValueError("one is named twice")
        return value
