"""One embedded PostgreSQL for the whole session; every test gets a database of its own, cloned from a migrated one."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from hypothesis import HealthCheck, settings
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from xdist.scheduler import LoadScopeScheduling

from reports.fonts import fonts
from repository.connect import connect
from repository.migrate import upgrade
from repository.server import embedded

settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # no test is timed
settings.load_profile("suite")
_plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, _plain])
"""A traceback with its variables takes ten seconds where one of them is a city."""
TEMPLATE = "template_migrated"
TURNS = {"browser": "screens", "faults": "servers", "commands": "servers"}
"""Rooms whose tests start whole servers and browsers, and mostly wait for them: those of a kind one after the other, or
they would measure each other; and before all the rest, which fills what time they leave."""
LONG = {"soak": "takes long: with make soak", "teeth": "takes long: with make teeth"}
_numbers = count()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long runs where -m names it; what waits long comes first, or all else would wait for it at the end."""
    for mark, reason in LONG.items():
        if mark not in config.option.markexpr:
            for item in items:
                if item.get_closest_marker(mark):
                    item.add_marker(pytest.mark.skip(reason=reason))
    items.sort(key=lambda item: _room(item.nodeid) not in TURNS)


def _room(nodeid: str) -> str:
    return nodeid.split("::", 1)[0].split("/")[1]


class Rooms(LoadScopeScheduling):  # type: ignore[misc]
    """A file's tests share fixtures, so they stay on one worker; rooms that measure themselves share one."""

    def _split_scope(self, nodeid: str) -> str:
        return TURNS.get(_room(nodeid), nodeid.split("::", 1)[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than cores, four at most: a test of servers and screens waits for much of its time."""
    return min(4, (os.cpu_count() or 1) + 1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Rooms:
    return Rooms(config, log)


def _database(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _administer(server: str, statement: str, *names: str) -> None:
    url = make_url(server).set(drivername="postgresql", database="postgres")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture(scope="session")
def repository_server() -> Iterator[str]:
    """SQLAlchemy URL of a running server's database `ioc` (not migrated)."""
    directory = Path(tempfile.mkdtemp(prefix="ioc-test-"))
    directory.chmod(0o711)  # as root the server runs as a user of its own, which must enter
    try:
        with embedded(directory, {"fsync": "off", "max_connections": "200"}) as url:
            yield url
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def _template(repository_server: str) -> str:
    _administer(repository_server, "create database {}", TEMPLATE)
    engine = connect(_database(repository_server, TEMPLATE))
    upgrade(engine)
    engine.dispose()
    return repository_server


@pytest.fixture
def empty_url(repository_server: str) -> Iterator[str]:
    """SQLAlchemy URL of a database without our schema."""
    yield from _fresh(repository_server, "create database {}")


@pytest.fixture
def repository_url(_template: str) -> Iterator[str]:
    """SQLAlchemy URL of a migrated repository without rows, this test's own."""
    yield from _fresh(_template, "create database {} template {}", TEMPLATE)


@pytest.fixture
def engine(repository_url: str) -> Iterator[Engine]:
    """An engine on `repository_url`."""
    made = connect(repository_url)
    yield made
    made.dispose()


def _fresh(server: str, statement: str, *more: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    _administer(server, statement, name, *more)
    yield _database(server, name)
    _administer(server, "drop database if exists {} with (force)", name)


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An IOC_DATA_DIR with the typeface of reports, cut once: cutting takes seconds."""
    directory = tmp_path_factory.mktemp("report-data")
    fonts(directory)
    return directory
