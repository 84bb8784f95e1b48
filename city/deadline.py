"""Deadlines as a city counts them: one stored as exactly local midnight may mean the end of that day."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from city.batch import Array

NO_CALENDAR = np.datetime64("9999-01-01", "us")
"""From here on calendars end in a day's reach; "never" is often written as 9999-12-31, and is left as it is."""
_FIRST = np.datetime64("0001-01-03", "us")
_QUARTERS = np.datetime64("1973-01-01", "us")
"""Since Liberia gave up its 44½ minutes in 1972, every zone's clocks change at whole quarters of an hour."""


def deadlines(due: Array, zone: ZoneInfo, midnight_means: str = "end of day") -> Array:
    """UTC datetime64[us] of the deadlines meant by the stored times (same type, NaT stays NaT).

    With "end of day", a time that is exactly midnight in the city's zone becomes the next local midnight,
    23, 24 or 25 hours later; any other time is itself.
    """
    if midnight_means != "end of day" or not len(due):
        return due
    # the clock on the wall: some zones have two midnights on one day of the year
    wall = due + _offsets(due, zone)
    midnight = (wall == wall.astype("datetime64[D]")) & (due < NO_CALENDAR)
    if not midnight.any():
        return due
    next_day, of = np.unique(wall[midnight].astype("datetime64[D]") + 1, return_inverse=True)
    # the first of two midnights; where there is none, its offset before the gap gives the gap's end
    ends = [datetime.combine(d, time(0), tzinfo=zone).astimezone(UTC).replace(tzinfo=None) for d in next_day.tolist()]
    out = due.copy()
    out[midnight] = np.array(ends, dtype="datetime64[us]")[of]
    return out


def _offsets(moments: Array, zone: ZoneInfo) -> Array:
    """timedelta64[us]: how far the clock on the wall is ahead of UTC; nothing where no calendar reaches.

    Clocks change at whole quarters of an hour only, or long ago: each quarter is looked up once.
    """
    known = (moments > _FIRST) & (moments < NO_CALENDAR)
    # of old, clocks showed a place's own time to the second, and changed at any second
    exact = moments if (moments[known] < _QUARTERS).any() else _quarter(moments)
    found, of = np.unique(np.where(known, exact, _FIRST), return_inverse=True)
    ahead = [t.replace(tzinfo=UTC).astimezone(zone).utcoffset() for t in found.tolist()]
    return np.array(ahead, dtype="timedelta64[us]")[of]


def _quarter(moments: Array) -> Array:
    return moments.astype("datetime64[15m]").astype("datetime64[us]")
