"""Deadlines as a city counts them: one stored as exactly local midnight may mean the end of that day."""

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from city.batch import Array

NO_CALENDAR = np.datetime64("9999-01-01", "us")
"""From here on calendars end in a day's reach; "never" is often written as 9999-12-31, and is left as it is."""


def deadlines(due: Array, zone: ZoneInfo, midnight_means: str = "end of day") -> Array:
    """UTC datetime64[us] of the deadlines meant by the stored times (same type, NaT stays NaT).

    With "end of day", a time that is exactly midnight in the city's zone becomes the next local midnight,
    23, 24 or 25 hours later; any other time is itself.
    """
    if midnight_means != "end of day" or not len(due):
        return due
    # the clock on the wall: some zones have two midnights on one day of the year
    wall = pd.DatetimeIndex(due, tz="UTC").tz_convert(zone).tz_localize(None)
    midnight = np.asarray(wall == wall.normalize()) & (due < NO_CALENDAR)
    if not midnight.any():
        return due
    next_day = wall[midnight] + pd.Timedelta(days=1)
    first = np.ones(len(next_day), dtype=bool)
    ends = next_day.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    out = due.copy()
    out[midnight] = ends.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")
    return out
