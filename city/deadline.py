"""Deadlines as a city counts them: one stored as exactly local midnight may mean the end of that day."""

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from city.batch import Array


def deadlines(due: Array, zone: ZoneInfo, midnight_means: str = "end of day") -> Array:
    """UTC datetime64[us] of the deadlines meant by the stored times (same type, NaT stays NaT).

    With "end of day", a time that is exactly midnight in the city's zone becomes the next local midnight,
    23, 24 or 25 hours later; any other time is itself.
    """
    if midnight_means != "end of day" or not len(due):
        return due
    local = pd.DatetimeIndex(due, tz="UTC").tz_convert(zone)
    midnight = np.asarray(local == local.normalize())
    if not midnight.any():
        return due
    wall = local[midnight].tz_localize(None) + pd.Timedelta(days=1)
    ends = wall.tz_localize(zone, ambiguous=np.ones(len(wall), dtype=bool), nonexistent="shift_forward")
    out = due.copy()
    out[midnight] = ends.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")
    return out
