"""One look is one transaction: all its statements see the same moment, and change nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection

from repository.connect import unreachable

Connection = psycopg.Connection[Any]
# Partitions may be attached any time: with the lock before the snapshot a look sees each row in one of them.
_OPENING = """
begin isolation level repeatable read, read only;
lock table repository.observation in access share mode;
set local timezone = 'UTC';
"""


@contextmanager
def reading(engine: Engine, settings: str = "") -> Iterator[Connection]:
    """The driver's connection in a REPEATABLE READ, READ ONLY transaction, opened in one round trip.

    `settings` are statements of the transaction's own. Raises RepositoryError.
    """
    try:
        raw = engine.raw_connection()
    except (psycopg.Error, SQLAlchemyError) as e:
        raise unreachable(engine, e) from e
    connection: Connection = raw.driver_connection  # type: ignore[assignment]
    try:
        connection.autocommit = True  # we begin and end ourselves
        connection.execute(_OPENING + settings)
        yield connection
    except psycopg.Error as e:
        raise unreachable(engine, e) from e
    finally:
        _give_back(raw, connection)


def _give_back(raw: PoolProxiedConnection, connection: Connection) -> None:
    try:
        connection.rollback()
        connection.autocommit = False
    except psycopg.Error:
        raw.invalidate()
    raw.close()
