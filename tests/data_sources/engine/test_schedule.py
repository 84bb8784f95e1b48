import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from city.batch import Columns
from city.clock import WorldClock
from data_sources.engine.contract import LaterError, Rejected, SourceError
from data_sources.engine.schedule import Run, Schedule
from data_sources.engine.store import Turns
from tests.data_sources.engine.feeding import CLOCK, Count, Feed, Kept, reading

SOON = timedelta(milliseconds=50)
SECOND = timedelta(seconds=1)


def raising(error: Exception) -> Callable[..., None]:
    def answer(*_: object) -> None:
        raise error

    return answer


def eventually(true: Callable[[], object], seconds: float = 20.0) -> None:
    waiting = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if true():
            return
        waiting.wait(0.02)
    raise AssertionError("it never came")


def works(run: Run) -> bool:
    run.once()
    return run.failing is None


def test_an_outage_is_told_once_and_so_is_its_end() -> None:
    feed, kept = Feed([reading()], answer=raising(SourceError("503")), every=SOON / 50), Kept()
    run = Run(feed, kept.store(), WorldClock())
    with capture_logs() as told:
        for _ in range(3):
            eventually(lambda: run.breaker.allows(WorldClock().now()))
            run.once()
        assert run.failing == "503" and kept.rows("observation") == []
        feed.answer = lambda: None
        eventually(lambda: works(run))
        run.once()
    assert [(x["event"], x.get("why")) for x in told] == [("source down", "503"), ("source back", None)]
    assert [(r.outcome, r.why) for r in kept.runs] == [("failed", "503")] * 3 + [("ok", None)] * 2


def test_any_other_fault_stops_that_poll_and_nothing_else() -> None:
    run = Run(Feed(answer=raising(ZeroDivisionError("oh"))), (kept := Kept()).store(), CLOCK)
    run.once()
    assert run.failing == "ZeroDivisionError: oh" and kept.runs[0].why == run.failing


def test_who_hangs_is_given_up_and_not_asked_again_until_it_answers() -> None:
    gate = threading.Event()
    feed, kept = Feed([reading()], answer=lambda: gate.wait(20), timeout=SOON, every=SOON), Kept()
    run = Run(feed, kept.store(), WorldClock())
    run.once()
    assert run.failing == "no end in 0.05 s" and kept.runs[0].outcome == "failed"
    eventually(lambda: run.breaker.allows(WorldClock().now()))
    assert run.start() is None and feed.asked == 1
    gate.set()
    eventually(lambda: works(run))
    assert feed.asked == 2


def test_who_hangs_leaves_the_others_alone() -> None:
    gate = threading.Event()
    hung = [Feed(key=f"hung{i}", answer=lambda: gate.wait(20), every=SECOND) for i in range(8)]
    good = [Feed([reading()], key=f"good{i}", every=SECOND) for i in range(4)]
    schedule = Schedule([*hung, *good], (kept := Kept()).store(), WorldClock())
    schedule.start()
    try:
        eventually(lambda: all(f.moved for f in good))
    finally:
        schedule.stop(patience=0.1)
        gate.set()
    assert {r.source for r in kept.runs} >= {f.info.key for f in good}


def test_a_repository_that_is_away_is_not_the_source_s_fault() -> None:
    feed, kept = Feed([reading()], every=SECOND), Kept(fail=OSError("away"))
    run = Run(feed, kept.store(), WorldClock())
    for _ in range(4):
        run.breaker.until = None
        run.once()
    assert run.failing == "read, but not stored: away" and run.breaker.failures == 0
    assert run.breaker.until and run.breaker.until <= WorldClock().now() + SECOND


def test_who_asks_for_a_pause_is_left_alone_that_long() -> None:
    feed = Feed(answer=raising(LaterError("429", timedelta(hours=1))), every=SECOND)
    run = Run(feed, Kept().store(), CLOCK)
    run.once()
    assert run.breaker.until == CLOCK.now() + timedelta(hours=1)
    assert run.start() is None and feed.asked == 1


def test_sources_run_as_often_as_their_cards_say_until_stopped() -> None:
    feed = Feed([reading(), Rejected("{}", "no key")], every=SOON)
    schedule = Schedule([feed], Kept().store(), WorldClock())
    schedule.start()
    try:
        eventually(lambda: len(feed.moved) >= 3)
    finally:
        schedule.stop()
    schedule.stop()  # again is harmless


def test_on_a_frozen_clock_nothing_is_collected() -> None:
    feed = Feed([reading()], every=SOON)
    schedule = Schedule([feed], Kept().store(), CLOCK)
    schedule.start()
    threading.Event().wait(0.3)
    schedule.stop()
    assert feed.asked == 0


def test_a_run_that_can_t_be_noted_is_no_fault_of_the_feed() -> None:
    store = replace(Kept().store(), note=raising(OSError("away")))
    run = Run(Feed([reading()]), store, CLOCK)
    run.once()
    assert run.failing is None


def test_writers_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_sources.engine.store.PATIENCE", 0.05)
    turns = Turns(at_once=1)
    with turns.one(), pytest.raises(SourceError, match="took nothing"), turns.one():
        pass
    with turns.one():
        pass


def test_who_floods_does_not_keep_out_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four agencies each bring a hundred slices at once, to a repository that takes its time: a fifth waits for one."""
    monkeypatch.setattr("data_sources.engine.slices.SLICE", 10)
    kept, order, lock = Kept(), list[str](), threading.Lock()
    begun = threading.Event()

    def slowly(table: str, columns: Columns) -> Count:
        with lock:
            order.append(columns["source"][0])
        if len(order) >= 8:
            begun.set()
        threading.Event().wait(0.01)
        return Count(written=len(columns["source"]))

    store = replace(kept.store(), write=slowly, turns=Turns(at_once=2))
    floods = [Run(Feed([reading(str(i)) for i in range(1000)], key=f"flood{n}"), store, CLOCK) for n in range(4)]
    threads = [t for run in floods if (t := run.start())]
    assert begun.wait(20)
    Run(Feed([reading("one")], key="other"), store, CLOCK).once()
    for thread in threads:
        thread.join(20)
    assert order.count("other") == 1 and len(order) == 401
    assert order.index("other") < 200, "it was served among them, not after them"
