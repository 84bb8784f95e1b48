"""One process leads; the lead passes on when it ends or loses its session."""

import time

import pytest
from sqlalchemy import Engine, text

from repository import leader
from repository.connect import connect
from repository.leader import Leadership


@pytest.fixture
def other(repository_url: str):
    made = connect(repository_url)
    yield made
    made.dispose()


def test_one_leads_and_the_other_takes_over_when_it_lets_go(engine: Engine, other: Engine) -> None:
    with Leadership(other) as second:
        with Leadership(engine) as first:
            assert first.held()
            assert first.held()
            assert not second.held()
        assert second.held()


def test_a_leader_whose_session_was_ended_finds_out(engine: Engine, other: Engine) -> None:
    end = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()"
    with Leadership(engine) as first, Leadership(other) as second:
        assert first.held()
        with other.connect() as c:
            assert c.execute(text(end)).all()
        while not second.held():
            pass
        assert not first.held()


def test_a_leader_of_whom_nothing_is_heard_loses_the_lead(
    engine: Engine, other: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader, "SILENCE", 1)
    with Leadership(engine) as first, Leadership(other) as second:
        assert first.held()
        end = time.monotonic() + 10
        while not second.held():
            assert time.monotonic() < end
            time.sleep(0.1)
        assert not first.held()
    with engine.connect() as c:
        assert c.execute(text("show idle_session_timeout")).scalar_one() == "0"


def test_without_a_database_nobody_leads() -> None:
    nowhere = connect("postgresql+psycopg://ioc@127.0.0.1:1/ioc")
    with Leadership(nowhere) as leadership:
        assert not leadership.held()
    nowhere.dispose()
