"""A PostgreSQL of the benchmark's own in a temporary directory, gone when it ends; databases in it, migrated."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from repository.connect import connect
from repository.migrate import upgrade
from repository.server import embedded


@contextmanager
def data_dir() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="ioc-bench-"))
    directory.chmod(0o711)  # as root the server runs as a user of its own, which must enter
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def server() -> Iterator[str]:
    """SQLAlchemy URL of a running server; its settings are the product's, durability included."""
    with data_dir() as directory, embedded(directory) as url:
        yield url


@contextmanager
def database(server_url: str, name: str) -> Iterator[Engine]:
    """A new, migrated database of that server."""
    with psycopg.connect(plain_url(server_url), autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    engine = connect(make_url(server_url).set(database=name).render_as_string(hide_password=False), deadline=900)
    try:
        upgrade(engine)
        yield engine
    finally:
        engine.dispose()


def plain_url(url: str) -> str:
    """The address as psycopg itself takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
