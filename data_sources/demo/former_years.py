"""What the demo city's archives hold of former years: dengue by the week, around the season of the past's end, and the
crashes of the same months a year before. Small, as archives are: counts of weeks, and rows whose lives are over."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import numpy as np

from city.former_years import back
from city.metrics import METRICS
from data_sources.demo import hospitals
from data_sources.demo.arrivals import World
from data_sources.demo.frame import Frame
from data_sources.demo.incidents import KINDS, of_kind
from data_sources.demo.lives import all_of
from data_sources.demo.observations import frame_of
from data_sources.demo.sensors import Sensor

CASES = "cases_dengue"
WEEKS = 12
"""Before and after the same week of each year: a demo may go on for two months."""
YEAR = timedelta(days=365)
BEFORE, AFTER = timedelta(days=90), timedelta(days=60)
TOLD = timedelta(hours=4)
"""After the end of a week its number is known."""


def weeks(world: World, sensors: list[Sensor], end: datetime) -> Frame:
    """Cases of dengue a place and week: readings at the weeks' ends."""
    counting = [s for s in sensors if CASES in s.metrics]
    years = range(1, METRICS[CASES].years + 1)
    ends = [end - back(y) + timedelta(weeks=w) for y in years for w in range(-WEEKS, WEEKS + 1)]
    at = np.array(sorted(int(e.timestamp()) // 3600 * 3600 for e in ends))
    hours = (at[:, None] - 86_400 * np.arange(7)).reshape(1, -1) / 3600
    cases = hospitals.dengue(world.weather, counting, np.repeat(hours, len(counting), axis=0))
    total = cases.reshape(len(counting), len(at), 7).sum(axis=2)
    return frame_of(counting, CASES, at, total, at + int(TOLD.total_seconds()))


def crashes(world: World, end: datetime) -> Frame:
    """Crashes of the same months of last year, closed."""
    first, last = (end - YEAR - BEFORE).date(), (end - YEAR + AFTER).date()
    [(number, kind)] = ((n, k) for n, k in enumerate(KINDS) if k.category == "crash")
    lives = all_of([of_kind(world, day, kind, number) for day in _days(first, last)])
    return lives.versions(np.datetime64(0, "us"), np.datetime64(end.replace(tzinfo=None), "us")).last()


def _days(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)
