import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from city.batch import Columns
from city.clock import FrozenClock, WorldClock
from data_sources.engine.contract import Answer, DataSource, Found, Rejected, Row, SourceError, SourceInfo, Talk
from data_sources.engine.schedule import Run, Schedule, read_once

CLOCK = FrozenClock(datetime(2026, 9, 16, 5, tzinfo=UTC))
SOON = timedelta(milliseconds=50)


class Feed(DataSource):
    """A source of one row and one bad one; `answer` may raise or wait."""

    def __init__(self, answer: Callable[[], None] = lambda: None, every: timedelta = timedelta(seconds=1)) -> None:
        self.answer, self.every, self.asked, self.moved = answer, every, 0, 0

    @property
    def info(self) -> SourceInfo:
        return SourceInfo("feed", "A feed", "traffic", self.every, 10 * self.every)

    def fetch(self, now: datetime) -> Talk:
        self.asked += 1
        self.answer()
        yield Answer(now.isoformat().encode(), now)

    def parse(self, answer: Answer) -> Iterable[Found]:
        yield Row("event", {"source": "feed", "event_id": answer.body.decode()})
        yield Rejected("{}", "no key")

    def stored(self, answer: Answer) -> None:
        self.moved += 1


class Kept:
    def __init__(self) -> None:
        self.rows: list[str] = []
        self.refused: list[str] = []
        self.came = threading.Event()

    def write(self, table: str, columns: Columns) -> None:
        self.rows += columns["event_id"].tolist()
        self.came.set()

    def refuse(self, source: str, rows: list[Rejected]) -> None:
        self.refused += [f"{source}: {r.reason}" for r in rows]


def raising(error: Exception) -> Callable[[], None]:
    def answer() -> None:
        raise error

    return answer


def test_a_poll_writes_what_is_good_keeps_what_is_not_and_then_moves_on() -> None:
    feed, kept = Feed(), Kept()
    assert read_once(feed, kept.write, kept.refuse, CLOCK) == 1
    assert kept.rows == ["2026-09-16T05:00:00+00:00"]
    assert kept.refused == ["feed: no key"]
    assert feed.moved == 1


def test_a_feed_does_not_move_on_when_its_rows_could_not_be_written() -> None:
    feed, kept = Feed(), Kept()

    def full(table: str, columns: Columns) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        read_once(feed, full, kept.refuse, CLOCK)
    assert feed.moved == 0


def test_an_outage_is_told_once_and_so_is_its_end() -> None:
    feed, kept = Feed(raising(SourceError("503"))), Kept()
    run = Run(feed)
    with capture_logs() as told:
        for _ in range(3):
            run.once(kept.write, kept.refuse, CLOCK)
        assert run.failing == "503" and kept.rows == []
        feed.answer = lambda: None
        for _ in range(3):
            run.once(kept.write, kept.refuse, CLOCK)
    assert [(x["event"], x.get("why")) for x in told] == [("source down", "503"), ("source back", None)]
    assert run.failing is None and len(kept.rows) == 3


def test_any_other_fault_stops_that_poll_and_nothing_else() -> None:
    run, kept = Run(Feed(raising(ZeroDivisionError("oh")))), Kept()
    run.once(kept.write, kept.refuse, CLOCK)
    assert run.failing == "ZeroDivisionError: oh"


def test_who_hangs_is_left_and_not_asked_again_until_it_answers() -> None:
    gate = threading.Event()
    feed, kept = Feed(lambda: (gate.wait(20), None)[1]), Kept()
    run = Run(feed, deadline=SOON)
    run.once(kept.write, kept.refuse, CLOCK)
    assert run.failing and "no answer" in run.failing
    run.once(kept.write, kept.refuse, CLOCK)
    assert feed.asked == 1
    gate.set()
    assert kept.came.wait(20)
    while run.failing:
        run.once(kept.write, kept.refuse, CLOCK)
    assert feed.asked == 2


def test_sources_run_as_often_as_their_cards_say_until_stopped() -> None:
    feed, kept = Feed(every=SOON), Kept()
    schedule = Schedule([feed], kept.write, kept.refuse, WorldClock())
    schedule.start()
    try:
        waiting = threading.Event()
        for _ in range(200):
            if feed.moved >= 3:
                break
            waiting.wait(0.05)
    finally:
        schedule.stop()
    assert feed.moved >= 3
    schedule.stop()  # again is harmless


def test_on_a_frozen_clock_nothing_is_collected() -> None:
    feed, kept = Feed(every=SOON), Kept()
    schedule = Schedule([feed], kept.write, kept.refuse, CLOCK)
    schedule.start()
    threading.Event().wait(0.3)
    schedule.stop()
    assert feed.asked == 0
