"""Cases of a disease against their season: the historical limits method of the CDC's weekly report (Stroup and others,
"Detection of aberrations in the occurrence of notifiable diseases surveillance data", Statistics in Medicine 8, 1989;
Figure I of the MMWR). There four weeks are held against the same, the preceding and the following four weeks of five
former years; here a week against the same week and the two before and after it. The limit is the mean and two standard
deviations. With less history than ENOUGH years there is no season: the four weeks before stand for it.
"""

from dataclasses import dataclass

import numpy as np

from city.batch import Array
from city.facilities import told_between, weekly_cases
from city.former_years import NEAR, back
from city.history import WEEKS, above
from city.metrics import METRICS
from city.scene import Scene, days

ENOUGH = 3
"""Former years; the CDC takes five, Vietnam's surveillance of dengue five as well."""
TOLD = 3
"""Of the weeks of a year's season, so many must have brought readings for the year to count."""
FEWEST = 5.0
"""Fewer cases in a week are unusual nowhere: small wards jump about."""


@dataclass(frozen=True)
class Usual:
    """What a week of a disease is held against, float64 a slot: the `mean` of the weeks compared and the `limit` above
    which a week is `unusual` (bool a slot). `years` of history stand behind it; 0: the four weeks before."""

    cases: Array
    mean: Array
    limit: Array
    unusual: Array
    years: int


def usual(scene: Scene, metric: str) -> Usual:
    return scene.once(f"usual {metric}", lambda s: _usual(s, metric))


def _usual(scene: Scene, metric: str) -> Usual:
    cases, (years, weeks) = weekly_cases(scene, metric), _season(scene, metric)
    if years < ENOUGH:
        weeks = np.array([weekly_cases(scene.earlier(scene.at - days(7 * n)), metric) for n in range(1, WEEKS + 1)])
        mean, limit = _limits(weeks)
        return Usual(cases, mean, limit, above(cases, weeks), 0)
    mean, limit = _limits(weeks)
    return Usual(cases, mean, limit, (cases > limit) & (cases >= FEWEST), years)


def _limits(weeks: Array) -> tuple[Array, Array]:
    mean: Array = weeks.mean(axis=0)
    return mean, mean + 2 * weeks.std(axis=0, ddof=1)


def _season(scene: Scene, metric: str) -> tuple[int, Array]:
    """How many former years are told, and the cases of their weeks (weeks × slots): a place without any in a week of
    which somebody told has had none."""
    found = []
    for year in range(1, METRICS[metric].years + 1):
        same = scene.at - np.timedelta64(back(year))
        weeks = _weeks(scene, metric, same)
        if len(weeks) >= TOLD:
            found.append(weeks)
    return len(found), np.concatenate(found) if found else np.empty((0, scene.slots))


def _weeks(scene: Scene, metric: str, same: np.datetime64) -> Array:
    """Cases of the weeks around a moment of which anybody told anything."""
    slot, cases, at = told_between(scene, metric, same - days(7 * (NEAR + 1)), same + days(7 * NEAR))
    week = -((at - same) // -days(7)) + NEAR  # (t - 7 d, t] is the week of t: rounded up
    weeks, slots = 2 * NEAR + 1, scene.slots
    out = np.bincount(week * slots + slot, weights=cases, minlength=weeks * slots).reshape(weeks, slots)
    out[:, -1] = out.sum(axis=1)
    return out[np.bincount(week, minlength=weeks) > 0]
