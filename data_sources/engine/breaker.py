"""When a feed that fails is tried again: after growing waits; after three failures in a row it is left alone meanwhile.

States as the pattern of the circuit breaker names them: `closed` (all is well, or nearly), `open` (it is left alone),
`half-open` (the one try that decides is due or under way).
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["closed", "open", "half-open"]
OPENS = 3
"""Failures in a row after which a feed is left alone."""
FIRST = timedelta(minutes=1)
SOON = timedelta(seconds=10)
LONGEST = timedelta(minutes=15)
TIMES = 12
"""No wait is longer than so many intervals (but for a feed that comes seldom: its own interval)."""
JITTER = 0.1


@dataclass(slots=True)
class Breaker:
    """One feed's. `every` is how often it is read when all is well."""

    every: timedelta
    failures: int = 0
    until: datetime | None = None
    """Not before then is it tried again."""

    def state(self, now: datetime) -> State:
        if self.failures < OPENS or self.until is None:
            return "closed"
        return "open" if now < self.until else "half-open"

    def allows(self, now: datetime) -> bool:
        return self.until is None or now >= self.until

    def succeeded(self) -> None:
        self.failures, self.until = 0, None

    def failed(self, now: datetime, at_least: timedelta = timedelta(0)) -> datetime:
        """Count a failure; when it may be tried again. `at_least` is a pause that the source asked for."""
        self.failures += 1
        spread = 1 + random.uniform(-JITTER, JITTER)  # noqa: S311  no secret: so that not all come back at once
        self.until = now + max(at_least, self._wait() * spread)
        return self.until

    def later(self, now: datetime) -> None:
        """Once more soon: what went wrong was not the source's fault."""
        self.until = now + min(self.every, SOON)

    def _wait(self) -> timedelta:
        longest = max(self.every, min(LONGEST, TIMES * self.every))
        doubled: timedelta = min(self.every, FIRST) * (1 << min(self.failures - 1, 20))
        return min(longest, doubled)
