"""A number against its own past: levels for counts that have no limit of their own."""

from collections.abc import Callable

import numpy as np

from city.batch import Array
from city.config import Threshold
from city.level import OK, UNKNOWN, WATCH
from city.scene import Scene, days

WEEKS = 4
"""Whole weeks back, so that the same hours of the week are compared."""
ROOM_SHARE, ROOM_ROWS = 1.2, 5.0
"""Above the greatest of the past by a fifth, and by five rows: small wards jump about."""
YEAR = days(365)
LAST_YEAR = Threshold(source="the same days of last year: watch when more by 2 σ, as chance has it (proposal)")
OWN_PAST = Threshold(source="its own past: watch above the same hours of the last four weeks (proposal)")


def unusual(scene: Scene, values: Array, table: str, at: Callable[[Scene], Array]) -> Array:
    """int8 a slot: watch where the value is more than two standard deviations above the mean of the same moment in the
    four weeks before, and clearly above the greatest of them; ok otherwise, and while there is no such past.

    `at` gives the values (float64 a slot) at an earlier scene.
    """
    out = np.where(np.isnan(values), UNKNOWN, OK).astype(np.int8)
    moments = [scene.earlier(scene.at - days(7 * week)) for week in range(1, WEEKS + 1)]
    if moments[-1].had(table):
        out[above(values, np.array([at(m) for m in moments]))] = WATCH
    return out


def above(values: Array, past: Array) -> Array:
    """bool a slot: clearly above the past (float64, moments × slots); never where any of that is unknown."""
    usual, greatest = past.mean(axis=0) + 2 * past.std(axis=0, ddof=1), past.max(axis=0)
    far: Array = (values > usual) & (values >= ROOM_SHARE * greatest) & (values >= greatest + ROOM_ROWS)
    return far


def last_year(scene: Scene) -> Scene:
    """The same rows a year before."""
    return scene.earlier(scene.at - YEAR)


def more(values: Array, before: Array) -> Array:
    """int8 a slot: watch where a count is above that of an equally long time before by more than two standard
    deviations of their difference, both being Poisson's; ok where `before` is unknown."""
    with np.errstate(invalid="ignore"):
        far = values - before > 2 * np.sqrt(values + before)
    return np.where(np.isnan(values), UNKNOWN, np.where(far, WATCH, OK)).astype(np.int8)


def growing(scene: Scene, table: str, at: Callable[[Scene], Array], weeks: int = 3) -> Array:
    """bool a slot: above zero now and at each whole week before, so many weeks running."""
    moments = [scene.earlier(scene.at - days(7 * week)) for week in range(weeks)]
    if not scene.earlier(scene.at - days(7 * weeks)).had(table):
        return np.zeros(scene.slots, dtype=bool)
    above: Array = np.array([at(m) for m in moments]).min(axis=0) > 0
    return above
