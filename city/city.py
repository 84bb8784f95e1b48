"""The one thing that changes: it holds the newest snapshot and swaps it for the next."""

from datetime import datetime

from city.batch import Batch
from city.config import CityFile
from city.scene import instant
from city.snapshot import Known, Snapshot
from city.tables import Tables


class City:
    """Grows a snapshot out of batches. One thread absorbs; any number read `now`."""

    def __init__(self, file: CityFile) -> None:
        self.file = file
        self.now: Snapshot | None = None

    def absorb(self, batch: Batch, at: datetime) -> Snapshot:
        """The next snapshot: the rows of the last one and of the batch, seen at `at` (aware)."""
        before = self.now
        tables = (before.tables if before else Tables()).absorb(batch, instant(at), self.file)
        self.now = Snapshot(self.file, at, tables, version=before.version + 1 if before else 1)
        return self.now


def picture(file: CityFile, batch: Batch, at: datetime, known: Known = "now") -> Snapshot:
    """A snapshot built afresh from a whole batch: any moment, for anybody, without a City."""
    return Snapshot(file, at, Tables().absorb(batch, instant(at), file), known=known)
