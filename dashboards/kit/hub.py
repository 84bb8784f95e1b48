"""The newest picture of the city, from the thread that watches the repository to everybody who looks."""

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from city.batch import Batch
from city.city import picture
from city.clock import Clock, WorldClock
from city.config import CityFile
from city.snapshot import Known, Snapshot

PastReader = Callable[[datetime, Known], Snapshot]
PAST_DEADLINE_S = 20.0
PASTS_KEPT = 6


class PastError(RuntimeError):
    """A past moment that could not be read; the message is one line for people."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Since when pictures are not made, and why, in one word: `starting`, `database` or `silent`."""

    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class State:
    """`snapshot` is the last picture, empty before the first; `lost` says that it is no longer followed."""

    snapshot: Snapshot
    lost: Lost | None = None


def same(a: State, b: State) -> bool:
    return a.snapshot is b.snapshot and a.lost == b.lost


class Hub:
    """Holds the newest state. `publish` and `lost` may be called from any thread."""

    def __init__(self, file: CityFile, clock: Clock, poll_seconds: float = 5.0, past: PastReader | None = None) -> None:
        self.file, self.clock, self.poll_seconds = file, clock, poll_seconds
        self.world = WorldClock()
        self.build = ""
        self.changed = threading.Condition()
        self.past = Past(past)
        empty = picture(file, Batch({}, whole=True), clock.now())
        start = self.world.now()
        self._state = State(_unnumbered(empty), Lost(start, "starting"))
        self._heard, self._heard_at = start, time.monotonic()
        self.ahead = 0.0

    @property
    def ready(self) -> bool:
        """Has there been a first picture?"""
        return self._state.snapshot.version > 0

    @property
    def state(self) -> State:
        """The newest state; a silence of more than two polls counts as lost, whatever its cause."""
        state = self._state
        silence = time.monotonic() - self._heard_at  # whatever becomes of this machine's clock
        if state.lost is None and self.clock.moving and silence > self.patience.total_seconds():
            return State(state.snapshot, Lost(self._heard, "silent"))
        return state

    @property
    def patience(self) -> timedelta:
        return timedelta(seconds=2 * self.poll_seconds + 1)

    def publish(self, snapshot: Snapshot, ahead: float = 0.0) -> None:
        """A new picture has been made; so many seconds the database's clock is ahead of ours, behind when negative."""
        self.ahead = ahead
        self._swap(State(snapshot))

    def lost(self, since: datetime, reason: str = "database") -> None:
        """No picture can be made any more; the last one stays."""
        self._swap(State(self._state.snapshot, Lost(since, reason)))

    def _swap(self, state: State) -> None:
        with self.changed:
            self._state = state
            if state.lost is None:
                self._heard, self._heard_at = self.world.now(), time.monotonic()
            self.changed.notify_all()


def _unnumbered(snapshot: Snapshot) -> Snapshot:
    return Snapshot(snapshot.city, snapshot.at, snapshot.tables, version=0)


class Past:
    """Pictures of past moments, read beside the live path with a deadline of our own, the last few kept."""

    def __init__(self, read: PastReader | None) -> None:
        self._read = read
        self._kept: OrderedDict[tuple[datetime, Known], asyncio.Task[Snapshot]] = OrderedDict()
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="past")

    async def of(self, at: datetime, known: Known) -> Snapshot:
        """The picture at a moment; several who ask for the same wait for one reading. Raises PastError."""
        key = (at, known)
        task = self._kept.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self._kept[key] = asyncio.ensure_future(self._reading(at, known))
            while len(self._kept) > PASTS_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return await asyncio.shield(task)

    async def _reading(self, at: datetime, known: Known) -> Snapshot:
        if self._read is None:
            raise PastError("this server keeps no past")
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(PAST_DEADLINE_S):
                return await loop.run_in_executor(self._threads, self._read, at, known)
        except TimeoutError as e:
            raise PastError("the repository did not answer in time") from e
        except PastError:
            raise
        except Exception as e:  # whatever the reader raises, the page says that the past can't be read
            raise PastError("the repository can't be read now") from e

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
