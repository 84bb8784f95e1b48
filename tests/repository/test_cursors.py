from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from city.clock import FrozenClock
from repository.connect import connect
from repository.cursors import FeedCursor
from repository.errors import RepositoryError

CLOCK = FrozenClock(datetime(2026, 9, 16, tzinfo=UTC))


def test_each_feed_has_a_place_of_its_own(engine: Engine) -> None:
    river, air = (FeedCursor(engine, key, CLOCK) for key in ("river", "air"))
    assert river.load() == {}
    river.save({"newest": "2026-09-16T00:00:00Z", "pages": [1, 2]})
    air.save({"newest": None})
    river.save({"newest": "2026-09-17T00:00:00Z"})
    assert river.load() == {"newest": "2026-09-17T00:00:00Z"}
    assert FeedCursor(engine, "air", CLOCK).load() == {"newest": None}


def test_a_repository_that_is_away_is_said_so() -> None:
    away = connect("postgresql+psycopg://nobody@127.0.0.1:1/none")
    cursor = FeedCursor(away, "river", CLOCK)
    for use in (cursor.load, lambda: cursor.save({})):
        with pytest.raises(RepositoryError):
            use()
    away.dispose()
