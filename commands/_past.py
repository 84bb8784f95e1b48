"""Past moments for a hub: by today's knowledge in blocks of some hours that many moments share, or as known then."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from city.city import picture
from city.clock import Clock
from city.config import CityFile
from city.scene import instant
from city.snapshot import Known, Snapshot
from city.stored import Stored
from city.tables import Tables
from repository import several
from repository.packed import Stretch
from repository.past import read
from repository.stored import stored

BLOCK = timedelta(hours=6)
BLOCKS_KEPT = 3
FRESH_S = 30.0
"""A block is read again after this long: rows may have been corrected."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Pictures:
    """Called from several threads. The rows that a moment needs are nearly those of the moments beside it: what is read
    for the beginning of a block, with all that begins in it, holds every moment of the block."""

    def __init__(self, engine: Engine, city: CityFile) -> None:
        self._engine, self._city = engine, city
        self._blocks: OrderedDict[datetime, _Block] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, at: datetime, known: Known) -> Snapshot:
        """The picture of a moment. Raises RepositoryError."""
        if known == "then":
            return picture(self._city, read(self._engine, at, known), at, known)
        start = at - (at - _EPOCH) % BLOCK
        with self._lock:
            block = self._blocks.setdefault(start, _Block())
            self._blocks.move_to_end(start)
            while len(self._blocks) > BLOCKS_KEPT:
                self._blocks.popitem(last=False)
        return Snapshot(self._city, at, block.tables(lambda: self._read(start)))

    def _read(self, start: datetime) -> Tables:
        batch = several.read(self._engine, [Stretch(start, start + BLOCK)])
        return Tables().absorb(batch, instant(start), self._city)


class _Block:
    """One block's rows, read by the first who asks."""

    def __init__(self) -> None:
        self._lock, self._read_at, self._tables = threading.Lock(), 0.0, Tables()

    def tables(self, read: Callable[[], Tables]) -> Tables:
        with self._lock:
            if not self._read_at or time.monotonic() - self._read_at > FRESH_S:
                begun = time.monotonic()
                self._tables, self._read_at = read(), begun
            return self._tables


def stored_by(engine: Engine, clock: Clock) -> Callable[[], Stored]:
    """What past there is to look at, up to the city's now."""
    return lambda: stored(engine, clock.now())
