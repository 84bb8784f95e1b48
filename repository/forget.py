"""Taking a source out of the repository, as if it had never been: no history, no word to those who follow."""

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from repository.connect import unreachable

_KNOWN = text("select exists (select from repository.sensor where source = :source)")
_FORGET = (
    "delete from repository.observation where source = :source",
    "delete from repository.observation_history where source = :source",
    "delete from repository.sensor where source = :source",
    "delete from repository.sensor_history where source = :source",
)


def forget_sensors(engine: Engine, source: str) -> bool:
    """A source's sensors and all they ever read; False when there are none. Raises RepositoryError.

    Pictures made before keep them until their next first look.
    """
    try:
        with engine.begin() as connection:
            if not connection.execute(_KNOWN, {"source": source}).scalar_one():
                return False
            connection.execute(text("set local statement_timeout = 0"))
            connection.execute(text("set local repository.keep_stamps = 'on'"))
            for statement in _FORGET:
                connection.execute(text(statement), {"source": source})
        return True
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
