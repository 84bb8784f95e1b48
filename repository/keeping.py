"""What a watcher leaves in the database: the looks it took, and the question whether anything is stored at all."""

import time
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import Engine

from city.clock import WorldClock
from repository.deadline import Worker
from repository.errors import UnwritableError
from repository.look import Look, keep
from repository.room import room

ROOM = 5.0
"""Seconds between the questions whether there is room for what is written."""
OnStoring = Callable[[datetime | None], None]


class Keeper:
    """Leaves the newest look, at the latest when there is room again. `on_storing` gets since when nothing is stored
    though the database answers, and None once it stores again."""

    def __init__(self, worker: Worker, patience: float, on_storing: OnStoring) -> None:
        self._worker, self._patience, self._on_storing = worker, patience, on_storing
        self._log = structlog.get_logger("repository.watch")
        self._look: Look | None = None
        self._asked_next = 0.0
        self._full_since: datetime | None = None

    def note(self, look: Look) -> None:
        """The look that is to be left."""
        self._look = look

    def leave(self, engine: Engine) -> None:
        """Raises RepositoryError and TimeoutError when the database does not answer."""
        asks = time.monotonic() >= self._asked_next
        try:
            if look := self._look:
                self._worker.call(lambda: keep(engine, look), self._patience)
                self._look = None
            if asks:
                self._worker.call(lambda: room(engine), self._patience)
                self._asked_next = time.monotonic() + ROOM
                self._tell(None)
        except UnwritableError as e:
            self._asked_next = 0.0
            self._tell(WorldClock().now(), str(e))

    def _tell(self, full: datetime | None, reason: str = "") -> None:
        if (full is None) == (self._full_since is None):
            return
        if full:
            self._log.warning("nothing is stored", reason=reason)
        else:
            self._log.info("rows are stored again")
        self._full_since = full
        self._on_storing(full)
