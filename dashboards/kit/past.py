"""Pictures of past moments, for everybody who looks: read beside the live path, shared, and never a stampede."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from city.snapshot import Known, Snapshot
from city.stored import Stored

T = TypeVar("T")
PastReader = Callable[[datetime, Known], Snapshot]
StoredReader = Callable[[], Stored]
PAST_DEADLINE_S = 20.0
PASTS_KEPT = 6
WAITING = 12
"""Moments that may wait to be read; who asks for one more is told to come again."""
KNOWN_NOW_S, STORED_S = 30.0, 300.0
"""How long a picture by today's knowledge is shown before corrections are looked for; how long the stored range is."""


class PastError(RuntimeError):
    """A past moment that could not be read; the message is one line for people."""


class NotYetError(PastError):
    """A moment that has not come yet."""


class Past:
    """The last few pictures are kept; several who ask for the same moment wait for one reading."""

    def __init__(self, read: PastReader | None, stored: StoredReader | None = None) -> None:
        self._read, self._read_stored = read, stored
        self._kept: OrderedDict[tuple[datetime, Known], tuple[float, asyncio.Task[Snapshot]]] = OrderedDict()
        self._stored, self._stored_until = Stored(), 0.0
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="past")

    async def of(self, at: datetime, known: Known) -> Snapshot:
        """The picture at a moment. Raises PastError."""
        key = (at, known)
        found = self._kept.get(key)
        if found is None or self._spent(known, *found):
            if sum(not task.done() for _, task in self._kept.values()) >= WAITING:
                raise PastError("too many past moments are being read; try again in a moment")
            found = self._kept[key] = (time.monotonic(), asyncio.ensure_future(self._reading(at, known)))
            self._forget()
        self._kept.move_to_end(key)
        return await asyncio.shield(found[1])

    @staticmethod
    def _spent(known: Known, begun: float, task: "asyncio.Task[Snapshot]") -> bool:
        """Failed, or older than corrections may go unseen; what was known then does not change."""
        if not task.done():
            return False
        old = known == "now" and time.monotonic() - begun > KNOWN_NOW_S
        return old or task.cancelled() or task.exception() is not None

    def _forget(self) -> None:
        done = [key for key, (_, task) in self._kept.items() if task.done()]
        for key in done[: max(0, len(self._kept) - PASTS_KEPT)]:
            del self._kept[key]

    @property
    def stored(self) -> Stored:
        """What is stored, as last read by `look`; empty before."""
        return self._stored

    async def look(self) -> Stored:
        """What is stored, read anew now and then. Raises PastError when it never could be read."""
        if self._read_stored is None or time.monotonic() < self._stored_until:
            return self._stored
        self._stored_until = time.monotonic() + STORED_S  # whoever asks meanwhile is told the last
        try:
            self._stored = await self._within(self._read_stored)
        except PastError:
            self._stored_until = 0.0
            if self._stored.first is None:
                raise
        return self._stored

    async def _reading(self, at: datetime, known: Known) -> Snapshot:
        if self._read is None:
            raise PastError("this server keeps no past")
        read = self._read
        return await self._within(lambda: read(at, known))

    async def _within(self, read: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(PAST_DEADLINE_S):
                return await loop.run_in_executor(self._threads, read)
        except TimeoutError as e:
            raise PastError("the repository did not answer in time") from e
        except PastError:
            raise
        except Exception as e:  # whatever the reader raises, the page says that the past can't be read
            raise PastError("the repository can't be read now") from e

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
