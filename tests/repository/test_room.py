"""Whether what is written now would be stored."""

import pytest
from psycopg.errors import DiskFull
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from repository.connect import connect, unreachable
from repository.errors import AwayError, RepositoryError, UnwritableError
from repository.room import SPILLED, room

SPILT = "select temp_bytes from pg_stat_database where datname = current_database()"


def spilt(engine: Engine) -> int:
    with engine.begin() as c:
        c.execute(text("select pg_stat_force_next_flush()"))
    with engine.begin() as c:  # told when a transaction has ended
        return int(c.execute(text(SPILT)).scalar_one())


def test_a_database_with_room_is_asked_by_a_file_of_its_own_that_does_not_stay(engine: Engine) -> None:
    before = spilt(engine)
    room(engine)
    assert spilt(engine) - before >= SPILLED


def test_a_database_that_takes_no_writes_says_so(repository_url: str) -> None:
    engine = connect(repository_url)
    with engine.connect() as c:
        c.execute(text("set default_transaction_read_only = on"))
        c.commit()
    with pytest.raises(UnwritableError, match="takes no writes"):
        room(engine)
    engine.dispose()


def test_a_full_disk_passes_without_a_change_of_settings(engine: Engine) -> None:
    told = unreachable(engine, OperationalError("insert", {}, DiskFull("could not extend file")))
    assert isinstance(told, UnwritableError) and isinstance(told, AwayError)
    assert "could not extend file" in str(told)


def test_a_database_that_is_away_tells_nothing_of_room() -> None:
    engine = connect("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(RepositoryError) as told:
        room(engine)
    assert not isinstance(told.value, UnwritableError)
