"""How far a feed of readings has come, so that it can go on from there."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from repository.connect import unreachable

_NEWEST = text("""
select max(observed_at) from repository.observation
where source = :source and sensor_id = :sensor and metric = :metric and observed_at <= :until
""")
_ATTRIBUTES = text("select attributes from repository.sensor where source = :source and sensor_id = :sensor")


def newest_reading(engine: Engine, source: str, sensor: str, metric: str, until: datetime) -> datetime | None:
    """When one sensor's newest reading not after `until` was observed. Raises RepositoryError."""
    names = {"source": source, "sensor": sensor, "metric": metric, "until": until}
    found: datetime | None = _one(engine, _NEWEST, names)
    return found


def sensor_attributes(engine: Engine, source: str, sensor: str) -> dict[str, Any]:
    """What a sensor says of itself; empty when it is not known. Raises RepositoryError."""
    return _one(engine, _ATTRIBUTES, {"source": source, "sensor": sensor}) or {}


def _one(engine: Engine, statement: Any, names: dict[str, Any]) -> Any:
    try:
        with engine.connect() as connection:
            return connection.execute(statement, names).scalar()
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
