"""The demo city and the repository: what of its past is there, writing what is missing, going on live."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine

from city.config import CityFile
from commands.mistakes import CommandError
from data_sources.demo.agencies import cards
from data_sources.demo.feeds import Tally, hours, versions, wrong_rows
from data_sources.demo.live import LiveDemo
from data_sources.demo.past import DAYS, PAST, write_past, write_settling
from data_sources.demo.places import places_of
from data_sources.demo.sensors import MAIN_GAUGE, MAIN_SOURCE
from data_sources.demo.simulation import SEED, Simulation
from data_sources.demo.story import STORIES
from repository import feeds
from repository.forget import forget_sensors
from repository.newest import newest_reading, sensor_attributes
from repository.rejected import Refused, keep
from repository.upsert import upsert

Progress = Callable[[float], None]
BEFORE_AGENCIES = "demo-sensors"
"""Whose all the demo's sensors were, before its agencies had feeds of their own; nobody writes them any more."""
REACH = timedelta(days=90)  # rows of a past may have begun so long before it


def simulation_of(city: CityFile, seed: int = SEED, story: str | None = None) -> Simulation:
    """The demo that the city file names. Raises CommandError, CityFileError."""
    if city.demo is None:
        raise CommandError(f"city {city.code} has no demo: its city file names none (`demo = …`)")
    if story is not None and story not in STORIES:
        raise CommandError(f"there is no story {story!r}; there is {', '.join(sorted(STORIES))}")
    return Simulation(places_of(city), seed, STORIES[story] if story else None)


def write(engine: Engine, simulation: Simulation, end: datetime, days: int, now: datetime, progress: Progress) -> int:
    """Write a past, beside or over what of it is there already; how many versions of rows. Raises RepositoryError."""
    known = _newest(engine, end)
    again = known is not None and known > end - timedelta(days=days) - REACH
    settled = min(now, end + REACH) if simulation.story else None
    into, tally = partial(upsert, engine), Tally(end - timedelta(days=days), end, simulation.seed)
    rows = write_past(simulation, end, days, into, again=again, settled=settled, progress=progress, tell=tally.add)
    _write_feeds(engine, tally)
    return rows


def _write_feeds(engine: Engine, tally: Tally) -> None:
    """The cards of the agencies played, how their feeds did, and what of them was refused."""
    feeds.declare(engine, cards(), tally.begin)
    upsert(engine, "feed_hour", hours(tally))
    feeds.write_past(engine, versions(tally))
    by_day: dict[tuple[str, datetime], list[Refused]] = defaultdict(list)
    for w in wrong_rows(tally):
        by_day[w.source, w.at].append(Refused(w.source, w.reason, w.content))
    for (_, at), rows in by_day.items():
        keep(engine, "feed", None, rows, at)


def ensure_past(engine: Engine, simulation: Simulation, now: datetime, progress: Progress = lambda share: None) -> None:
    """Write the weeks before `now` unless a finished past reaches near enough for the live demo to catch up."""
    forget_sensors(engine, BEFORE_AGENCIES)
    newest = _newest(engine, now)
    finished = sensor_attributes(engine, MAIN_SOURCE, MAIN_GAUGE).get(PAST, "")
    long_ago = newest is not None and now - newest > timedelta(days=DAYS)
    if newest and long_ago and not finished.endswith(tuple(STORIES)):  # a story is settled when it is written
        write_settling(simulation, newest, now, partial(upsert, engine))
    if newest is None or long_ago or not finished.startswith("until"):
        write(engine, simulation, now, DAYS, now, progress)


def going_on(engine: Engine, simulation: Simulation, now: datetime) -> LiveDemo:
    """The feed that goes on from what is written. Call after `ensure_past`."""
    return LiveDemo(simulation, _newest(engine, now) or now)


def _newest(engine: Engine, until: datetime) -> datetime | None:
    return newest_reading(engine, MAIN_SOURCE, MAIN_GAUGE, "water_level", until)
