"""The clock a city runs on: the world's, or one that stands at or starts from a past moment."""

import math
from zoneinfo import ZoneInfo

from city.clock import Clock, FrozenClock, RunningClock, WorldClock
from city.moment import moment
from commands.mistakes import CommandError


def clock_of(at: str | None, speed: float | None, zone: ZoneInfo) -> Clock:
    """`--at` freezes, `--speed` lets it run from there. Raises MomentError, CommandError."""
    if speed is not None and not (math.isfinite(speed) and speed > 0):
        raise CommandError("--speed has to be a number above 0")
    if at is None:
        if speed is not None:
            raise CommandError("--speed needs --at: the moment to run from")
        return WorldClock()
    start = moment(at, zone)
    return FrozenClock(start) if speed is None else RunningClock(start, speed)
