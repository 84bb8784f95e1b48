from datetime import datetime, timedelta

from city.clock import WorldClock
from commands._jump import Jumps


class Put:
    """The world's clock, put forward or back by so much."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def now(self) -> datetime:
        return WorldClock().now() + self.by


def test_a_clock_that_is_put_forward_or_back_is_noticed_once() -> None:
    clock = Put()
    jumps = Jumps(clock)  # type: ignore[arg-type]
    assert not jumps.happened()
    for by in (-7200, 0, 7200):
        clock.by = timedelta(seconds=by)
        assert [jumps.happened(), jumps.happened()] == [True, False]
    clock.by += timedelta(seconds=1)
    assert not jumps.happened(), "NTP corrects a little all the time"
