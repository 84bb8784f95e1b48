"""The shared repository as every command opens it: the embedded one made ready, or the one that the settings name."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import structlog
from sqlalchemy import Engine

from city.clock import WorldClock
from city.config import CityFile, CityFileError, load_city
from commands.mistakes import CommandError
from commands.settings import Settings
from repository.connect import check, connect
from repository.errors import AwayError, RepositoryError
from repository.migrate import upgrade
from repository.partitions import ahead
from repository.places import bring_places, brought_for
from repository.server import embedded

AGAIN = 1.0
"""Seconds until a repository that is away is tried again."""
Prepare = Callable[[threading.Event, Callable[[Exception], None]], None]
"""Returns when the repository is ready, or the event is set; calls back with each failure until then."""


def city_of(settings: Settings) -> CityFile:
    """The city file, in the language that the settings ask for. Raises CityFileError."""
    city = load_city(settings.city)
    return city.model_copy(update={"locale": settings.locale}) if settings.locale else city


@contextmanager
def open_repository(settings: Settings, *, migrate: bool = False) -> Iterator[Engine]:
    """The repository, open while the block runs.

    The embedded one is started, migrated and given the city file's places, whatever the command. One that
    IOC_REPOSITORY_URL names belongs to others as well: only who asks for it does that.
    Raises the repository's own errors, whose messages are for people.
    """
    url = settings.repository_url.get_secret_value()
    if url:
        engine = connect(url)
        try:
            check(engine)
            yield _ready(engine, settings) if migrate else engine
        finally:
            engine.dispose()
        return
    with embedded(settings.data_dir, revive=True) as server:
        engine = connect(server)
        try:
            yield _ready(engine, settings)
        finally:
            engine.dispose()


@contextmanager
def open_patiently(settings: Settings) -> Iterator[tuple[Engine, Prepare]]:
    """The repository for a process that comes up without it: an engine, and what makes it ready to be used.

    That is done at once where the repository answers, and every mistake in the settings still stops the start; while
    it is away `Prepare` waits for it. Raises the repository's own errors.
    """
    if not settings.repository_url.get_secret_value():
        with open_repository(settings) as engine:
            yield engine, lambda stopped, told: None
        return
    engine = connect(settings.repository_url.get_secret_value())
    try:
        yield engine, _prepare(engine, settings)
    finally:
        engine.dispose()


def _prepare(engine: Engine, settings: Settings) -> Prepare:
    try:
        check(engine)
        _ready(engine, settings)
    except AwayError as e:
        structlog.get_logger("repository").warning("the repository is away: waiting for it", why=str(e))
        return partial(_wait, engine, settings)
    return lambda stopped, told: None


def _wait(engine: Engine, settings: Settings, stopped: threading.Event, told: Callable[[Exception], None]) -> None:
    """Tries until the repository is ready, or `stopped`; `told` gets each failure."""
    said = ""
    while not stopped.is_set():
        try:
            _ready(engine, settings)
        except (RepositoryError, CommandError, CityFileError) as e:
            told(e)
            if not isinstance(e, AwayError) and str(e) != said:
                said = str(e)
                structlog.get_logger("repository").error("the repository is not ready", why=said)
            stopped.wait(AGAIN)
        else:
            structlog.get_logger("repository").info("the repository is there")
            return


def _ready(engine: Engine, settings: Settings) -> Engine:
    city = city_of(settings)
    now = WorldClock().now()
    upgrade(engine)
    ahead(engine, now)
    other = brought_for(engine)
    if other not in (None, city.code):
        told = "give each city a repository (IOC_DATA_DIR or IOC_REPOSITORY_URL) of its own"
        structlog.get_logger("repository").warning("another city's places are here as well", city=other, do=told)
    report = bring_places(engine, city, now)
    if report and not report.ok:
        raise CommandError(f"no place of {city.places} could be used: " + "; ".join(report.lines()))
    if report:
        structlog.get_logger("repository").info("the city file's places", read=report.read, says=report.lines())
    return engine
