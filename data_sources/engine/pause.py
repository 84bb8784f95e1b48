"""Python's search for cyclic garbage, put off while an answer is taken in: it would walk all records over and over.

Records hold no cycles, so nothing is kept longer for it; reading 50,000 rows takes about half the time.
"""

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST = 5.0
"""Seconds: in a process that is never done reading, the search goes on after it all the same."""


class Pause:
    """Counts who wants it; the last one to leave lets the search go on."""

    def __init__(self) -> None:
        self._lock, self._wanted, self._since = threading.Lock(), 0, 0.0

    @contextmanager
    def on(self) -> Iterator[None]:
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._lock:
            if not self._wanted and gc.isenabled():
                gc.disable()
                self._since = time.monotonic()
            self._wanted += 1

    def _leave(self) -> None:
        with self._lock:
            self._wanted -= 1
            if self._since and (not self._wanted or time.monotonic() - self._since > LONGEST):
                gc.enable()
                self._since = 0.0


PAUSE = Pause()
"""The process has one garbage collector."""
