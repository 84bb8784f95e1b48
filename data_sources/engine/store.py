"""Where a poll puts what it read: the repository and the city, as callables, since this room knows neither."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from city.batch import Columns
from city.feeds import FeedRun
from data_sources.engine.border import Border
from data_sources.engine.contract import NotStoredError, Rejected

AT_ONCE = 4
"""Feeds that write at the same time; fewer than the repository's pool has connections."""
PATIENCE = 60.0


class Written(Protocol):
    """What became of rows. `observed`: medians of when the new ones were observed, each with of how many."""

    @property
    def written(self) -> int: ...
    @property
    def updated(self) -> int: ...
    @property
    def unchanged(self) -> int: ...
    @property
    def observed(self) -> Sequence[tuple[datetime, int]]: ...


class Turns:
    """Writers take turns, first come first served, so that one with much to write does not keep out the others.

    (A semaphore would not do: who gives it back takes it again before a waiting thread has woken up.)
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._lock, self._free = threading.Lock(), at_once
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Raises NotStoredError when no turn comes, and for whatever the block raises."""
        if not self._taken():
            raise NotStoredError(f"read, but the repository took nothing in {PATIENCE:.0f} s")
        try:
            yield
        except Exception as e:
            raise NotStoredError(f"read, but not stored: {e}") from e
        finally:
            self._given_back()

    def _taken(self) -> bool:
        with self._lock:
            if self._free:  # and so nobody waits: a turn given back is handed on
                self._free -= 1
                return True
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(PATIENCE):
            return True
        with self._lock:
            if not mine.is_set():
                self._waiting.remove(mine)
        return mine.is_set()  # it may have come at the last moment

    def _given_back(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1


@dataclass(frozen=True, slots=True)
class Store:
    """`write` brings in whole rows (of a sensor, what is empty keeps what is stored), `patch` changes rows that are
    known and makes none; both durably, and may raise. `refuse` keeps a source's refused rows, `note` a run's outcome.
    `border` is asked at each poll, since places change."""

    write: Callable[[str, Columns], Written]
    patch: Callable[[str, Columns], Written]
    refuse: Callable[[str, Sequence[Rejected]], object]
    note: Callable[[FeedRun], object]
    border: Callable[[], Border]
    turns: Turns = field(default_factory=Turns)
