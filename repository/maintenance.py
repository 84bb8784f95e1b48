"""What has to be done about the repository from time to time, by one process of however many there are."""

from datetime import datetime

import structlog
from sqlalchemy import Engine, text

from repository.partitions import ahead, drain

LOCK = 4_711_013


def maintain(engine: Engine, now: datetime) -> bool:
    """Partitions made ahead, the default one drained; False when another process is at it. Raises RepositoryError."""
    with engine.connect() as connection:
        ours: bool = connection.execute(text("select pg_try_advisory_lock(:key)"), {"key": LOCK}).scalar_one()
        connection.commit()
        if not ours:
            return False
        try:
            made, drained = ahead(engine, now), drain(engine)
        finally:
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": LOCK})
            connection.commit()
    if made or drained:
        structlog.get_logger("repository").info("partitions made", ahead=made, drained=drained)
    return True
