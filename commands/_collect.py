"""Feeds and the repository's timed work: done by whichever process leads, while it leads."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from city.clock import Clock, WorldClock
from city.config import CityFile
from commands._feeds import cards, store_of
from commands._jump import Jumps
from data_sources.engine.contract import DataSource
from data_sources.engine.schedule import Schedule
from repository.errors import RepositoryError
from repository.feeds import declare
from repository.leader import Leadership
from repository.maintenance import maintain

LOOK = 2.0
"""Seconds between looks at who leads."""
UPKEEP = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Feeds:
    """All feeds of a city, and those of them that this process runs."""

    city: CityFile
    all: Sequence[DataSource]
    running: Sequence[DataSource]


def lead(engine: Engine, feeds: Feeds, clock: Clock, stopped: threading.Event) -> None:
    """Wait for the lead, work while it is held, until `stopped`."""
    log = structlog.get_logger("commands.collect")
    with Leadership(engine) as leadership:
        while not stopped.is_set():
            if leadership.held() and _declared(engine, feeds, clock):
                log.info("leading", sources=[s.info.key for s in feeds.running])
                store = store_of(engine, feeds.city, feeds.all)
                _work(engine, Schedule(feeds.running, store, clock), leadership, stopped)
                log.info("no longer leading")
            stopped.wait(LOOK)


def _declared(engine: Engine, feeds: Feeds, clock: Clock) -> bool:
    """Whether the repository knows which feeds there are; it may have gone away again meanwhile."""
    try:
        declare(engine, cards(feeds.all), clock.now())
    except RepositoryError as e:
        structlog.get_logger("commands.collect").warning("feeds are not declared yet", why=str(e))
        return False
    return True


def _work(engine: Engine, schedule: Schedule, leadership: Leadership, stopped: threading.Event) -> None:
    schedule.start()
    due, jumps = WorldClock().now(), Jumps()
    try:
        while not stopped.is_set() and leadership.held():
            now = WorldClock().now()
            if jumps.happened():
                structlog.get_logger("commands.collect").warning("the clock was put forward or back: planning anew")
                return
            if now >= due:
                due = now + UPKEEP
                # beside us: to move a month of rows takes its time, and the lead has to be looked after meanwhile
                threading.Thread(target=_keep_up, args=(engine, now, stopped), name="upkeep", daemon=True).start()
            stopped.wait(LOOK)
    finally:
        schedule.stop()


def _keep_up(engine: Engine, now: datetime, stopped: threading.Event) -> None:
    try:
        maintain(engine, now)
    except (RepositoryError, SQLAlchemyError) as e:
        if not stopped.is_set():
            structlog.get_logger("commands.collect").warning("partitions left as they are", why=str(e))
