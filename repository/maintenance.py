"""What has to be done about the repository from time to time, by one process of however many there are."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from repository.connect import unreachable
from repository.partitions import ahead, drain
from repository.thin_feeds import thin_feeds

LOCK = 4_711_013
EVERY_LOOK = timedelta(days=8)
"""So long every look is kept; of those before, the last of each minute."""
THINNED = timedelta(days=40)
_THIN = text("""
delete from repository.look l where looked_at >= :since and looked_at < :until and exists (
  select from repository.look n where n.system_identifier = l.system_identifier
  and n.looked_at >= l.looked_at and n.looked_at < date_trunc('minute', l.looked_at, 'UTC') + interval '1 minute'
  and (n.looked_at, n.look_id) > (l.looked_at, l.look_id))
""")


def maintain(engine: Engine, now: datetime) -> bool:
    """Partitions made ahead, the default one drained, old looks and runs of feeds thinned; False when another process
    is at it.

    Raises RepositoryError.
    """
    try:
        return _maintain(engine, now)
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def thin(connection: Connection, now: datetime) -> int:
    """Of looks older than EVERY_LOOK only the last of each minute stays; how many went.

    A moment before that is shown `then` by the last look kept at or before it: up to a minute less than was seen.
    """
    until = now - EVERY_LOOK
    return connection.execute(_THIN, {"since": until - THINNED, "until": until}).rowcount


def _maintain(engine: Engine, now: datetime) -> bool:
    with engine.connect() as connection:
        ours: bool = connection.execute(text("select pg_try_advisory_lock(:key)"), {"key": LOCK}).scalar_one()
        connection.commit()
        if not ours:
            return False
        try:
            made, drained = ahead(engine, now), drain(engine)
            thinned, runs = thin(connection, now), thin_feeds(connection, now)
            connection.commit()
        finally:
            connection.rollback()
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": LOCK})
            connection.commit()
    if made or drained or thinned or runs:
        told = {"ahead": made, "drained": drained, "looks_thinned": thinned, "runs_thinned": runs}
        structlog.get_logger("repository").info("kept in order", **told)
    return True
