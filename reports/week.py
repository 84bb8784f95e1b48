"""A week as reports count it: Monday 00:00 to the next, in the city's time (ISO 8601)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(r"(\d{4})-W(\d{2})")
FIRST, LAST = 1990, 2200


class WeekError(ValueError):
    """A week that cannot be reported; the message says why."""


@dataclass(frozen=True, slots=True)
class Week:
    """`code` like 2026-W47; `start` and `end` aware, the end being the next week's start."""

    code: str
    start: datetime
    end: datetime


def week(text: str, zone: ZoneInfo) -> Week:
    """Raises WeekError for text that is no week."""
    found = _WRITTEN.fullmatch(text.strip())
    try:
        if not found or not FIRST <= int(found[1]) <= LAST:
            raise ValueError(text)
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError as e:
        raise WeekError(f"{text!r} is no week; write it like 2026-W47") from e
    return _from(monday, zone)


def last_week(now: datetime, zone: ZoneInfo) -> Week:
    """The newest week that is over."""
    today = now.astimezone(zone).date()
    return _from(today - timedelta(days=today.weekday() + 7), zone)


def _from(monday: date, zone: ZoneInfo) -> Week:
    year, number, _ = monday.isocalendar()
    following = monday + timedelta(days=7)
    start, end = (datetime(d.year, d.month, d.day, tzinfo=zone).astimezone(UTC) for d in (monday, following))
    return Week(f"{year}-W{number:02}", start, end)


def over(asked: Week, now: datetime) -> Week:
    """The week itself. Raises WeekError while it is not over."""
    if asked.end > now:
        raise WeekError(f"the week {asked.code} is not over: it ends at {asked.end.isoformat()}")
    return asked
