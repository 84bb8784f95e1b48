"""What cannot be taken in is said to be a fault of the program, not of the database; and it passes when the rows do."""

import time
from datetime import UTC, datetime

from sqlalchemy import text

from city.clock import WorldClock
from repository.watch import FAULT, Watcher

INSERT = "insert into repository.event (source, event_id, opened_at) values ('s', :id, :at)"


def eventually(true, seconds=20.0):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_fault_in_taking_rows_in_is_told_once_and_ends_with_it(engine, repository_url):
    taken, losses, faulty = [], [], []

    def take(batch, look, at):
        if faulty:
            raise ValueError("these rows break something")
        taken.append(look)

    watcher = Watcher(repository_url, WorldClock(), 60.0, take, lambda since, reason: losses.append(reason))
    watcher.start()
    try:
        eventually(lambda: taken)
        faulty.append(True)
        with engine.begin() as c:
            c.execute(text(INSERT), {"id": "a", "at": datetime.now(UTC)})
        eventually(lambda: losses)
        time.sleep(1.5)
        assert losses == [FAULT]
        seen = len(taken)
        faulty.clear()
        eventually(lambda: len(taken) > seen)
    finally:
        watcher.stop()
