"""The shared repository as every command opens it: the embedded one made ready, or the one that the settings name."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import Engine

from city.clock import WorldClock
from city.config import CityFile, load_city
from commands.mistakes import CommandError
from commands.settings import Settings
from repository.connect import check, connect
from repository.migrate import upgrade
from repository.partitions import ahead
from repository.places import bring_places
from repository.server import embedded


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


def _ready(engine: Engine, settings: Settings) -> Engine:
    city = city_of(settings)
    now = WorldClock().now()
    upgrade(engine)
    ahead(engine, now)
    report = bring_places(engine, city, now)
    if report and not report.ok:
        raise CommandError(f"no place of {city.places} could be used: " + "; ".join(report.lines()))
    if report:
        structlog.get_logger("repository").info("the city file's places", read=report.read, says=report.lines())
    return engine
