"""When the same season of former years was: whole weeks back, so that the same days of the week are compared."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

WEEK = timedelta(days=7)
NEAR = 2
"""Weeks before and after the same week of a former year that tell of its season, too."""
BEFORE, AFTER = (NEAR + 1) * WEEK + timedelta(days=1), NEAR * WEEK + timedelta(days=1)
"""What a picture reads around the same moment of a former year: those weeks, and a day as all windows have."""
LATER = timedelta(days=70)
"""Readings stay so much longer than they are needed at one moment: others are looked at with the same rows."""
YEAR_DAYS = 365.25


def back(years: int) -> timedelta:
    """So many years in whole weeks: at most half a week from the same date."""
    return round(years * YEAR_DAYS / 7) * WEEK


def kept(at: np.datetime64, years: int) -> Iterator[tuple[np.datetime64, np.datetime64]]:
    """Stretches of former years whose readings matter at `at` or soon after."""
    for n in range(1, years + 1):
        same = at - np.timedelta64(back(n))
        yield same - np.timedelta64(BEFORE), same + np.timedelta64(LATER)
