"""Would what is written now be stored? A server with a full disk goes on answering, and lets small changes pass.

Sorting a megabyte where the sort may use 64 kB makes the server write a file of its own beside the tables: it takes a
few milliseconds, changes nothing, and fails as a table does that cannot grow.
"""

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from repository.connect import unreachable
from repository.errors import UnwritableError

SPILLED = 1 << 20
"""Bytes that have to find room."""
_WIDTH = 8192
_SPILL = f"""
with wide as materialized (select repeat('x', {_WIDTH}) as x from generate_series(1, {SPILLED // _WIDTH}))
select count(x) from wide
"""  # noqa: S608  numbers of ours


def room(engine: Engine) -> None:
    """Raises UnwritableError when rows that are written now would not be stored, RepositoryError when nobody tells."""
    try:
        with engine.begin() as connection:
            connection.execute(text("set local work_mem = '64kB'"))
            readonly = connection.execute(text("select current_setting('transaction_read_only')")).scalar_one()
            connection.execute(text(_SPILL))
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
    if readonly == "on":
        raise UnwritableError("the database takes no writes: default_transaction_read_only is on")
