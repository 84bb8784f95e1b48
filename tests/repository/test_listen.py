import threading
import time

import pytest
from sqlalchemy import Engine, text

from repository.connect import connect
from repository.listen import Listener
from tests.repository.makers import EVENT, NOON, run


def test_it_nudges_on_a_commit_and_again_after_its_connection_was_lost(engine: Engine, repository_url: str) -> None:
    own, nudged = connect(repository_url, name="listening test"), threading.Event()
    listener = Listener(own, nudged.set)
    listener.start()
    assert nudged.wait(10)  # it listens
    for name in ("before", "after"):
        nudged.clear()
        run(engine, str(EVENT), id=name, at=NOON)
        assert nudged.wait(10)
        nudged.clear()
        run(engine, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'listening test'")
        assert nudged.wait(10)  # it listens again
    listener.stop()
    own.dispose()


def test_the_loss_of_its_connection_is_a_nudge_at_once(
    engine: Engine, repository_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("repository.listen.FIRST_PAUSE", 60.0)  # it does not come back meanwhile
    own, nudged = connect(repository_url, name="lost test"), threading.Event()
    listener = Listener(own, nudged.set)
    listener.start()
    assert nudged.wait(10)
    nudged.clear()
    run(engine, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'lost test'")
    assert nudged.wait(5)
    listener.stop()
    own.dispose()


def test_it_waits_for_a_database_that_is_not_there(repository_url: str) -> None:
    own = connect(repository_url.replace("/test_", "/no_such_"))
    nudged = threading.Event()
    listener = Listener(own, nudged.set)
    listener.start()
    time.sleep(0.7)
    assert not nudged.is_set()
    listener.stop()
    own.dispose()


def test_a_rolled_back_change_is_not_told(engine: Engine, repository_url: str) -> None:
    own, nudged = connect(repository_url), threading.Event()
    listener = Listener(own, nudged.set)
    listener.start()
    assert nudged.wait(10)
    nudged.clear()
    with engine.connect() as c:
        c.execute(EVENT, {"id": "1", "at": NOON})
        c.rollback()
        assert c.execute(text("select 1")).scalar_one() == 1
    assert not nudged.wait(0.3)
    listener.stop()
    own.dispose()
