"""`--at` and `--speed`: which clock the city runs on."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from city.clock import FrozenClock, RunningClock, WorldClock
from city.moment import MomentError
from commands._clock import clock_of
from commands.mistakes import CommandError

HUE = ZoneInfo("Asia/Ho_Chi_Minh")
EVENING = datetime(2025, 10, 27, 13, tzinfo=UTC)


def test_without_words_it_is_the_worlds() -> None:
    assert isinstance(clock_of(None, None, HUE), WorldClock)


def test_at_freezes_in_city_time() -> None:
    assert clock_of("2025-10-27T20:00", None, HUE) == FrozenClock(EVENING)


def test_speed_runs_from_there() -> None:
    clock = clock_of("2025-10-27T20:00", 60, HUE)
    assert isinstance(clock, RunningClock)
    assert (clock.start, clock.speed) == (EVENING, 60)


@pytest.mark.parametrize(
    ("at", "speed"), [(None, 2.0), ("2025-10-27", 0.0), ("2025-10-27", -1.0), (None, float("nan"))]
)
def test_a_speed_that_makes_no_sense_is_refused(at: str | None, speed: float) -> None:
    with pytest.raises(CommandError, match="--speed"):
        clock_of(at, speed, HUE)


def test_a_moment_that_is_none_is_refused() -> None:
    with pytest.raises(MomentError):
        clock_of("yesterday", None, HUE)
