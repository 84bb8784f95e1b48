"""What is posted to us: taken as an answer of a poll is, and committed before the sender is told so."""

import threading
import time

from city.clock import Clock
from data_sources.engine.contract import Answer, DataSource, NotStoredError, SourceError
from data_sources.engine.poll import Poll
from data_sources.engine.store import Store


class Rate:
    """A bucket of tokens: so many a minute, and no more than that at once."""

    def __init__(self, per_minute: int) -> None:
        self._most, self._left, self._at = float(per_minute), float(per_minute), time.monotonic()
        self._lock = threading.Lock()

    def allows(self) -> bool:
        with self._lock:
            now = time.monotonic()
            self._left = min(self._most, self._left + (now - self._at) * self._most / 60)
            self._at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


class Push:
    """One source that is sent to us. One answer at a time: of the same key the last must win. Safe to share."""

    def __init__(self, source: DataSource, store: Store, clock: Clock) -> None:
        self._source, self._store, self._clock = source, store, clock
        self._one = threading.Lock()

    def take(self, answer: Answer) -> None:
        """Its rows are committed when this returns. Raises SourceError when it is of no use, NotStoredError when the
        repository took nothing."""
        with self._one:
            poll = Poll(self._source, self._store, self._clock)
            try:
                poll.take(answer)
                poll.finish()
            except NotStoredError:
                raise
            except SourceError as e:
                self._note(poll, str(e))
                raise
            self._note(poll, None)

    def _note(self, poll: Poll, why: str | None) -> None:
        for run in poll.account(why):
            self._store.note(run)
