"""Any past moment: by what is known of it today, or as it was known then."""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Engine

from city.batch import Batch
from repository.packed import Stretch
from repository.session import Connection, reading
from repository.several import SETTINGS, within
from repository.windows import HORIZON, Sight

_LAST_LOOK = """
select pg_snapshot::text from repository.look
where looked_at <= %(at)s and system_identifier = (select system_identifier::text from pg_control_system())
order by looked_at desc, look_id desc limit 1
"""


TICK = timedelta(microseconds=1)


def read(engine: Engine, at: datetime, known: Literal["now", "then"] = "now") -> Batch:
    """Everything the picture at `at` needs, by today's rows or by those the last look at or before `at` could see.

    Before the first kept look `then` goes by `recorded_at`. Raises RepositoryError.
    """
    with reading(engine, SETTINGS) as connection:
        sight = Sight() if known == "now" else _sight(connection, at)
        return within(connection, [Stretch(at, at + HORIZON - TICK)], sight)


def _sight(connection: Connection, at: datetime) -> Sight:
    row = connection.execute(_LAST_LOOK, {"at": at}).fetchone()
    return Sight("look", row[0]) if row else Sight("recorded", at)
