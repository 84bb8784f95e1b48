"""Work beside the pages: a fault is told once, whatever words it comes in, and its end once."""

import threading

from structlog.testing import capture_logs

from commands._timed import repeat
from repository.errors import AwayError


def lines(*turns: Exception | None) -> list[tuple[str, str]]:
    """What is told of work that goes so, turn by turn: level and event."""
    stopped, left = threading.Event(), iter(turns)

    def work(_: threading.Event) -> None:
        turn = next(left, StopIteration)
        if turn is StopIteration:
            stopped.set()
        elif isinstance(turn, Exception):
            raise turn

    with capture_logs() as told:
        repeat(work, stopped, "mails", every=0)
    return [(t["log_level"], t["event"]) for t in told]


def test_one_outage_is_one_line_however_many_reasons_the_database_gives() -> None:
    away = [AwayError("connection refused"), AwayError("the database system is starting up"), AwayError("not yet")]
    assert lines(*away, None, None) == [("warning", "work is late"), ("info", "work goes on")]


def test_a_fault_of_the_program_is_told_also_while_the_repository_is_away() -> None:
    told = lines(AwayError("refused"), ValueError("five"), ValueError("five"), ValueError("six"), None)
    assert [level for level, _ in told] == ["warning", "error", "error", "info"]
