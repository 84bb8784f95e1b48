"""Feeds and the repository's timed work: done by whichever process leads, while it leads."""

import importlib
import pkgutil
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

import data_sources
from city.clock import Clock, WorldClock
from commands._jump import Jumps
from commands.mistakes import CommandError
from data_sources.engine.contract import DataSource, Rejected
from data_sources.engine.schedule import Refuse, Schedule, Write
from repository import rejected
from repository.errors import RepositoryError
from repository.leader import Leadership
from repository.maintenance import maintain
from repository.upsert import upsert

LOOK = 2.0
"""Seconds between looks at who leads."""
UPKEEP = timedelta(hours=1)


def known() -> dict[str, DataSource]:
    """Every file of `data_sources` with a SOURCE, by the key of its card."""
    names = [m.name for m in pkgutil.iter_modules(data_sources.__path__) if not m.ispkg]
    modules = [importlib.import_module(f"data_sources.{n}") for n in names]
    found: list[DataSource] = [m.SOURCE for m in modules if hasattr(m, "SOURCE")]
    return {s.info.key: s for s in found}


def chosen(keys: Sequence[str]) -> list[DataSource]:
    """The sources of these keys, all when none is named. Raises CommandError."""
    sources = known()
    for key in keys:
        if key not in sources:
            raise CommandError(f"there is no source {key!r}; there are: {', '.join(sources) or 'none yet'}")
    return [sources[k] for k in keys or sources]


def writer(engine: Engine) -> Write:
    """What sources write through."""
    return partial(upsert, engine)


def refuser(engine: Engine) -> Refuse:
    """Where sources put the rows they refuse."""

    def refuse(source: str, rows: list[Rejected]) -> None:
        kept = [rejected.Refused(source, r.reason, r.row) for r in rows]
        rejected.keep(engine, "feed", None, kept, WorldClock().now())

    return refuse


def lead(engine: Engine, sources: Sequence[DataSource], clock: Clock, stopped: threading.Event) -> None:
    """Wait for the lead, work while it is held, until `stopped`."""
    log = structlog.get_logger("commands.collect")
    with Leadership(engine) as leadership:
        while not stopped.is_set():
            if leadership.held():
                log.info("leading", sources=[s.info.key for s in sources])
                _work(engine, Schedule(sources, writer(engine), refuser(engine), clock), leadership, stopped)
                log.info("no longer leading")
            stopped.wait(LOOK)


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
