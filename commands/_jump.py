"""Timed work is planned by the world's clock; when that is put forward or back, the plan is made anew."""

import time

from city.clock import Clock, WorldClock

JUMP = 5.0
"""Seconds between the two ways of counting time."""


class Jumps:
    """Notices that the world's clock went another way than time did."""

    def __init__(self, world: Clock | None = None) -> None:
        self._world = world or WorldClock()
        self._apart = self._now()

    def happened(self) -> bool:
        """Since the last time it did, or since the beginning."""
        before, self._apart = self._apart, self._now()
        return abs(self._apart - before) > JUMP

    def _now(self) -> float:
        return self._world.now().timestamp() - time.monotonic()
