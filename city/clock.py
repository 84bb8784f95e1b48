"""The one place that asks what time it is. Everything else is handed its moment."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the city's moment, as an aware UTC time."""

    @property
    def moving(self) -> bool:
        """False when the clock stands still: a past to look at."""

    @property
    def live(self) -> bool:
        """True when the clock shows the world's own time."""

    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class WorldClock:
    """The world's own time."""

    moving: bool = True
    live: bool = True

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FrozenClock:
    """A clock that stands at one moment (``serve --at``)."""

    at: datetime
    moving: bool = False
    live: bool = False

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A clock that started at a past moment and runs `speed` times as fast (``serve --at --speed``)."""

    start: datetime
    speed: float = 1.0
    moving: bool = True
    live: bool = False
    _origin: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=(time.monotonic() - self._origin) * self.speed)
