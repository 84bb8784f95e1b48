"""LISTEN on a connection of its own. A lost nudge is harmless: the schedule is the guarantee, the nudge the speed."""

import threading
from collections.abc import Callable

import psycopg
import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

CHANNEL = "repository"
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0


class Listener:
    """Calls `nudge` for every change announced, and after each reconnection, since some may have been missed.

    And once when its connection is lost: that is the first sign of a database that died, and the look that follows
    says so at once instead of at the next turn of the schedule.
    """

    def __init__(self, engine: Engine, nudge: Callable[[], None]) -> None:
        self._engine, self._nudge = engine, nudge
        self._stopped = threading.Event()
        self._listening = False
        self._thread = threading.Thread(target=self._run, name="repository-listen", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(2)

    def _run(self) -> None:
        log, pause = structlog.get_logger("repository.listen"), FIRST_PAUSE
        while not self._stopped.is_set():
            try:
                self._listen()
                pause = FIRST_PAUSE
            except Exception as e:
                if not isinstance(e, psycopg.Error | SQLAlchemyError | OSError):
                    log.exception("listening failed by a fault")
                log.debug("listening lost", reason=str(e).strip(), again_in=pause)
                if self._listening and not self._stopped.is_set():
                    self._nudge()
                self._listening = False
                self._stopped.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _listen(self) -> None:
        raw = self._engine.raw_connection()
        connection: psycopg.Connection[tuple[object, ...]] = raw.driver_connection  # type: ignore[assignment]
        raw.detach()  # ours from here on, the pool forgets it
        with connection:
            connection.autocommit = True
            connection.execute(f"listen {CHANNEL}")
            self._listening = True
            self._nudge()
            while not self._stopped.is_set():
                for _ in connection.notifies(timeout=1.0, stop_after=1):
                    self._nudge()
