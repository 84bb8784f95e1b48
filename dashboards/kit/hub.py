"""The newest picture of the city, from the thread that watches the repository to everybody who looks."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from city.batch import Batch
from city.city import picture
from city.clock import Clock, WorldClock
from city.config import CityFile
from city.snapshot import Known, Snapshot
from dashboards.kit.meters import Meters
from dashboards.kit.past import NotYetError, Past, PastError, PastReader, StoredReader
from dashboards.kit.shelf import Fetch, Shelf

SLACK = timedelta(minutes=1)
"""A browser's clock may be so much ahead of ours."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Since when pictures are not made, and why, in one word: `starting`, `database` or `silent`."""

    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class State:
    """`snapshot` is the last picture, empty before the first; `lost` says that it is no longer followed.

    `unstored`: since when the database answers and stores nothing that anybody writes.
    """

    snapshot: Snapshot
    lost: Lost | None = None
    unstored: datetime | None = None


def same(a: State, b: State) -> bool:
    return a.snapshot is b.snapshot and (a.lost, a.unstored) == (b.lost, b.unstored)


class Hub:
    """Holds the newest state. `publish` and `lost` may be called from any thread."""

    def __init__(
        self,
        file: CityFile,
        clock: Clock,
        poll_seconds: float = 5.0,
        past: PastReader | None = None,
        stored: StoredReader | None = None,
    ) -> None:
        self.file, self.clock, self.poll_seconds = file, clock, poll_seconds
        self.world = WorldClock()
        self.build = ""
        self.changed = threading.Condition()
        self.past = Past(past, stored)
        empty = picture(file, Batch({}, whole=True), clock.now())
        start = self.world.now()
        self._state = State(_unnumbered(empty), Lost(start, "starting"))
        self._heard, self._heard_at = start, time.monotonic()
        self.ahead = 0.0
        self.meters = Meters()
        self.made_at = time.monotonic()
        """When the newest picture was made, by the monotonic clock."""
        self.shelf: Shelf | None = None
        """The archive of reports as it was read last, by whom feeds the hub."""
        self.report: Fetch | None = None
        """Reads one report's file; None where there is no archive."""

    @property
    def ready(self) -> bool:
        """Has there been a first picture?"""
        return self._state.snapshot.version > 0

    @property
    def state(self) -> State:
        """The newest state; a silence of more than two polls counts as lost, whatever its cause."""
        state = self._state
        if state.lost is None and self.clock.moving and self.silence > self.patience.total_seconds():
            return replace(state, lost=Lost(self._heard, "silent"))
        return state

    @property
    def silence(self) -> float:
        """Seconds since a picture was made, whatever becomes of this machine's clock."""
        return time.monotonic() - self._heard_at

    @property
    def latest(self) -> datetime:
        """The latest moment that can be looked at: the city's own time may stand in a past."""
        return max(self.clock.now(), self.world.now())

    @property
    def patience(self) -> timedelta:
        return timedelta(seconds=2 * self.poll_seconds + 1)

    async def then(self, at: datetime, known: Known) -> Snapshot:
        """The picture at a moment that has come. Raises NotYetError, PastError."""
        if at > self.latest + SLACK:
            raise NotYetError(f"{at.astimezone(self.file.zone):%Y-%m-%d %H:%M} has not come yet")
        with suppress(PastError):  # what is stored at all is told beside the picture
            await self.past.look()
        return await self.past.of(at, known)

    def publish(self, snapshot: Snapshot, ahead: float = 0.0) -> None:
        """A new picture has been made; so many seconds the database's clock is ahead of ours, behind when negative."""
        self.ahead, self.made_at = ahead, time.monotonic()
        self._swap(replace(self._state, snapshot=snapshot, lost=None))

    def lost(self, since: datetime, reason: str = "database") -> None:
        """No picture can be made any more; the last one stays."""
        if self._state.lost is None:
            self.meters.lost()
        self._swap(replace(self._state, lost=Lost(since, reason)))

    def storing(self, unstored: datetime | None) -> None:
        """Since when nothing that anybody writes is stored; None when it is."""
        self._swap(replace(self._state, unstored=unstored))

    def _swap(self, state: State) -> None:
        with self.changed:
            self._state = state
            if state.lost is None:
                self._heard, self._heard_at = self.world.now(), time.monotonic()
            self.changed.notify_all()


def _unnumbered(snapshot: Snapshot) -> Snapshot:
    return Snapshot(snapshot.city, snapshot.at, snapshot.tables, version=0)
