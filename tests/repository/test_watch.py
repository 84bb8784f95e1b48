"""The database is killed, frozen and restored under a watcher of its own server."""

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Engine, text

from city.batch import Batch
from city.clock import Clock, FrozenClock, RunningClock, WorldClock
from repository import watch
from repository.cluster import Cluster
from repository.connect import connect
from repository.look import Look, ahead, first_look
from repository.migrate import upgrade
from repository.server import embedded
from repository.watch import Watcher

NOON = datetime(2025, 10, 27, 12, tzinfo=UTC)
INSERT = text("insert into repository.event (source, event_id, opened_at) values ('s', :id, :at)")


class Told:
    """What a watcher said, and when."""

    def __init__(self) -> None:
        self.batches: list[tuple[float, Batch, Look, datetime]] = []
        self.losses: list[tuple[float, datetime, str]] = []

    def batch(self, batch: Batch, look: Look, at: datetime) -> None:
        self.batches.append((time.monotonic(), batch, look, at))

    def lost(self, since: datetime, reason: str) -> None:
        self.losses.append((time.monotonic(), since, reason))

    def events(self) -> list[str]:
        found = [b.changes["event"].rows["event_id"].tolist() for _, b, _, _ in self.batches if "event" in b.changes]
        return [e for events in found for e in events]


def eventually(true: Callable[[], object], seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.01)


@contextmanager
def watched(url: str, every: float = 60.0, clock: Clock | None = None) -> Iterator[Told]:
    told = Told()
    watcher = Watcher(url, clock or WorldClock(), every, told.batch, told.lost)
    watcher.start()
    try:
        eventually(lambda: told.batches)
        yield told
    finally:
        watcher.stop()


def add(engine: Engine, name: str) -> float:
    with engine.begin() as c:
        c.execute(INSERT, {"id": name, "at": datetime.now(UTC)})
    return time.monotonic()


@pytest.fixture(scope="module")
def own_server() -> Iterator[tuple[str, Cluster]]:
    directory = Path(tempfile.mkdtemp(prefix="ioc-watch-"))
    directory.chmod(0o711)
    try:
        with embedded(directory, {"fsync": "off"}) as url:
            engine = connect(url)
            upgrade(engine)
            engine.dispose()
            yield url, Cluster.at(directory / "postgres")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def test_a_commit_is_told_at_once_though_polls_are_rare(engine: Engine, repository_url: str) -> None:
    with watched(repository_url) as told:
        time.sleep(1.2)  # the listener is up, and its own first nudge answered
        delays = []
        for i in range(5):
            committed = add(engine, str(i))
            eventually(lambda i=i: str(i) in told.events())
            delays.append(told.batches[-1][0] - committed)
            time.sleep(0.6)
    assert sorted(delays)[2] < 0.2
    assert told.batches[0][1].whole
    assert not told.losses


def test_a_burst_is_answered_at_once_and_then_twice_a_second(engine: Engine, repository_url: str) -> None:
    with watched(repository_url) as told:
        time.sleep(1.2)
        before = len(told.batches)
        begin = add(engine, "first")
        while time.monotonic() - begin < 1.0:
            add(engine, f"{time.monotonic()}")
            time.sleep(0.02)
        add(engine, "last")
        eventually(lambda: "last" in told.events())
        looks = told.batches[before:]
    assert looks[0][0] - begin < 0.2
    assert 3 <= len(looks) <= 5
    assert len(told.events()) == len(set(told.events()))


def test_every_poll_is_told_of_though_nothing_changed(repository_url: str) -> None:
    with watched(repository_url, every=0.2) as told:
        eventually(lambda: len(told.batches) > 6)
    assert not any(batch for _, batch, _, _ in told.batches[1:])


def test_only_looks_that_found_something_are_kept(engine: Engine, repository_url: str) -> None:
    with watched(repository_url, every=0.2) as told:
        add(engine, "1")
        eventually(lambda: len(told.batches) > 8)
    with engine.connect() as c:
        assert c.execute(text("select count(*) from repository.look")).scalar_one() == 2


def test_a_frozen_clock_keeps_no_looks(engine: Engine, repository_url: str) -> None:
    with watched(repository_url, every=0.2, clock=FrozenClock(NOON)) as told:
        add(engine, "1")
        eventually(lambda: len(told.batches) > 3)
    assert {at for *_, at in told.batches} == {NOON}
    with engine.connect() as c:
        assert c.execute(text("select count(*) from repository.look")).scalar_one() == 0


def test_a_clock_that_runs_through_a_day_looks_afresh(repository_url: str) -> None:
    with watched(repository_url, every=0.2, clock=RunningClock(NOON, speed=20 * 3600)) as told:
        eventually(lambda: sum(batch.whole for _, batch, _, _ in told.batches) >= 3)
    firsts = [at for _, batch, _, at in told.batches if batch.whole]
    assert all(b - a >= timedelta(hours=23) for a, b in pairwise(firsts))


def test_a_clock_that_is_apart_from_ours_is_told_of_by_what_is_sure() -> None:
    asked, answered = NOON, NOON + timedelta(seconds=2)
    assert [ahead(NOON + timedelta(seconds=s), asked, answered) for s in (-40, 0, 1, 2, 40)] == [-40, 0, 0, 0, 38]


def test_a_database_whose_clock_is_right_is_not_said_to_be_wrong(repository_url: str) -> None:
    with watched(repository_url) as told:
        assert abs(told.batches[0][2].ahead) < 1


def test_a_fault_in_drawing_does_not_end_the_watch(repository_url: str) -> None:
    seen: list[bool] = []

    def draw(batch: Batch, look: Look, at: datetime) -> None:
        seen.append(batch.whole)
        if len(seen) == 2:
            raise ValueError("a bug")

    watcher = Watcher(repository_url, WorldClock(), 0.2, draw, lambda *_: None)
    watcher.start()
    eventually(lambda: len(seen) >= 4)
    watcher.stop()
    assert seen[:4] == [True, False, True, False]


def test_a_first_look_that_needs_longer_than_it_may_gets_longer(
    repository_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A country's window is not read in the time that a city's is; a database that answers is given more of it."""

    def slowly(engine: Engine, at: datetime) -> tuple[Batch, Look]:
        with engine.connect() as c:
            c.execute(text("select pg_sleep(1.5)"))
        return first_look(engine, at)

    monkeypatch.setattr(watch, "first_look", slowly)
    told = Told()
    watcher = Watcher(repository_url, WorldClock(), 0.2, told.batch, told.lost, first_patience=0.4)
    watcher.start()
    eventually(lambda: len(told.batches) >= 3)
    watcher.stop()
    assert [b.whole for _, b, _, _ in told.batches[:3]] == [True, False, False]
    assert [reason for _, _, reason in told.losses] == ["no answer within 0.4 s"]


def test_a_killed_database_is_told_of_once_and_comes_back_by_itself(own_server: tuple[str, Cluster]) -> None:
    url, cluster = own_server
    with watched(url, every=0.5) as told:
        killed, world = time.monotonic(), datetime.now(UTC)
        cluster.stop("immediate")
        eventually(lambda: told.losses)
        time.sleep(2.5)
        assert len(told.losses) == 1
        assert told.losses[0][0] - killed < 5
        assert abs(told.losses[0][1] - world) < timedelta(seconds=5)
        assert "\n" not in told.losses[0][2]
        cluster.start({"fsync": "off"})
        back, known = time.monotonic(), len(told.batches)
        engine = connect(url)
        add(engine, "after")
        engine.dispose()
        eventually(lambda: "after" in told.events())
        assert told.batches[-1][0] - back < 5
        assert told.batches[known][1].whole


@pytest.mark.parametrize("every", [0.5, 60.0])
def test_a_frozen_database_is_told_of_within_five_seconds(own_server: tuple[str, Cluster], every: float) -> None:
    """However rarely it is looked at."""
    url, cluster = own_server
    with watched(url, every=every) as told:
        postmaster = psutil.Process(cluster.pid)
        frozen = [p.pid for p in (*postmaster.children(), postmaster)]
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        begin = time.monotonic()
        try:
            eventually(lambda: told.losses)
            assert told.losses[0][0] - begin < 5
            time.sleep(4)
            assert len(told.losses) == 1
        finally:
            for pid in frozen:
                os.kill(pid, signal.SIGCONT)
        thawed, known = time.monotonic(), len(told.batches)
        eventually(lambda: len(told.batches) > known)
        assert told.batches[-1][0] - thawed < 10
    eventually(lambda: not [t for t in threading.enumerate() if t.name.startswith("repository")])


def test_a_database_that_is_down_at_the_start_is_waited_for(own_server: tuple[str, Cluster]) -> None:
    url, cluster = own_server
    cluster.stop()
    told = Told()
    watcher = Watcher(url, WorldClock(), 0.5, told.batch, told.lost)
    watcher.start()
    eventually(lambda: told.losses, 5)
    cluster.start({"fsync": "off"})
    eventually(lambda: told.batches, 10)
    watcher.stop()


def test_a_fault_in_a_look_ends_no_watch(repository_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a look raises, it is told as a fault of ours, and the next look starts afresh."""
    looks, first = [], watch.first_look

    def third_fails(engine: Engine, at: datetime) -> tuple[Batch, Look]:
        looks.append(at)
        if len(looks) == 3:
            raise OverflowError("a row nobody thought of")
        return first(engine, at)

    monkeypatch.setattr(watch, "first_look", third_fails)
    monkeypatch.setattr(watch, "news", lambda engine, look, at: third_fails(engine, at))
    with watched(repository_url, every=0.2) as told:
        eventually(lambda: told.losses)
        assert told.losses[0][2] == watch.FAULT
        before = len(told.batches)
        eventually(lambda: len(told.batches) > before + 2)
        assert len(told.losses) == 1 and told.batches[before][1].whole, "afresh"
