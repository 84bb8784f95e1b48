"""Any past moment: by what is known of it today, or as it was known then."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Engine

from city.batch import Batch
from repository.session import Connection, reading
from repository.whole import whole
from repository.windows import Sight, Window

_LAST_LOOK = """
select pg_snapshot::text from repository.look
where looked_at <= %(at)s and system_identifier = (select system_identifier::text from pg_control_system())
order by looked_at desc, look_id desc limit 1
"""


def read(engine: Engine, at: datetime, known: Literal["now", "then"] = "now", horizon: datetime | None = None) -> Batch:
    """Everything the picture at `at` needs, by today's rows or by those the last look at or before `at` could see.

    With a later `horizon` than a day after `at` also what the pictures up to a day before it need.

    Before the first kept look `then` goes by `recorded_at`. Raises RepositoryError.
    """
    with reading(engine) as connection:
        sight = Sight() if known == "now" else _sight(connection, at)
        return whole(connection, Window.before(at, horizon), sight)


def _sight(connection: Connection, at: datetime) -> Sight:
    row = connection.execute(_LAST_LOOK, {"at": at}).fetchone()
    return Sight("look", row[0]) if row else Sight("recorded", at)
