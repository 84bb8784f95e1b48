from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from repository import maintenance
from repository.errors import RepositoryError
from repository.maintenance import LOCK, maintain, thin
from repository.partitions import listed
from repository.session import reading
from tests.repository.makers import NOON, observe


def test_partitions_are_made_and_the_default_one_drained(engine: Engine) -> None:
    observe(engine, NOON.replace(year=2031))
    assert maintain(engine, NOON)
    with reading(engine) as connection:
        names = [p.name for p in listed(connection)]
    assert names[:2] == ["observation_2031_10", "observation_2026_01"]
    with engine.connect() as c:
        assert c.execute(text("select count(*) from repository.observation_default")).scalar_one() == 0


def test_only_one_process_does_it(engine: Engine) -> None:
    with engine.connect() as other:
        other.execute(text("select pg_advisory_lock(:key)"), {"key": LOCK})
        assert not maintain(engine, NOON)
        other.execute(text("select pg_advisory_unlock(:key)"), {"key": LOCK})
    assert maintain(engine, NOON)


def test_of_old_looks_the_last_of_each_minute_stays_and_of_young_ones_all(engine: Engine) -> None:
    old, young = NOON - timedelta(days=9), NOON - timedelta(days=7)
    moments = [begin + timedelta(seconds=5 * i) for begin in (old, young) for i in range(30)]
    insert = """insert into repository.look (looked_at, pg_snapshot, system_identifier)
                values (:at, pg_current_snapshot(), :system)"""
    with engine.begin() as c:
        for system in ("ours", "another"):
            c.execute(text(insert), [{"at": at, "system": system} for at in moments])
        gone = thin(c, NOON)
        assert thin(c, NOON) == 0
        asked = text("select looked_at from repository.look where system_identifier = 'ours' order by 1")
        left = c.execute(asked).scalars().all()
    assert gone == 2 * (30 - 3)
    assert [at for at in left if at < young] == [old + timedelta(seconds=s) for s in (55, 115, 145)]
    assert [at for at in left if at >= young] == moments[30:]


def test_whatever_the_database_refuses_is_told_in_one_line(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = text("set local statement_timeout = 50; select pg_sleep(5)")
    monkeypatch.setattr(maintenance, "thin", lambda connection, _: connection.execute(slow).rowcount)
    with pytest.raises(RepositoryError, match="statement timeout"):
        maintain(engine, NOON)
    monkeypatch.undo()
    assert maintain(engine, NOON), "the lock was let go"
