"""What a person wants to know of the database before anything else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from repository.connect import shown, unreachable


@dataclass(frozen=True, slots=True)
class Vitals:
    """`clock` is the database's own, aware; `size` bytes."""

    address: str
    version: str
    clock: datetime
    size: int


def vitals(engine: Engine) -> Vitals:
    """Raises RepositoryError."""
    asked = text("select current_setting('server_version'), clock_timestamp(), pg_database_size(current_database())")
    try:
        with engine.connect() as connection:
            version, clock, size = connection.execute(asked).one()
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
    return Vitals(shown(engine.url), version.split()[0], clock, size)
