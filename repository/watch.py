"""Polls the repository every so often, at once when nudged, and never waits for it longer than it means to.

It counts the seconds itself: a clock that is put forward or back must not stop the looks. After any loss the next look
is a first look: a server that crashed may use again the ids of transactions that were never written down, so what the
last look could see says nothing any more.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Engine

from city.batch import Batch
from city.clock import Clock, WorldClock
from repository.connect import DEADLINE, connect
from repository.deadline import Lines, Worker
from repository.errors import RepositoryError
from repository.keeping import Keeper, OnStoring
from repository.listen import Listener
from repository.look import Look, ahead, ask, first_look, news
from repository.restamp import heal
from repository.windows import HORIZON

QUIET = 0.5
"""Seconds after a nudged look in which further nudges wait, to be answered by one more look."""
PATIENCE, FIRST_PATIENCE = 3.0, 20.0
"""Seconds a look, and a first look, may take."""
BEAT, BEAT_PATIENCE = 2.0, 2.5
"""Between two looks the database is asked so often whether it answers, and given so many seconds: a frozen one gives no
sign of its own, and is told within their sum."""
LONGEST = 1800.0
"""Seconds a first look may take at last: one that was too long for a database that answers gets twice as long."""
RETRY = 1.0
MARGIN = timedelta(hours=1)
OnBatch = Callable[[Batch, Look, datetime], None]
OnLost = Callable[[datetime, str], None]
FAULT = "a fault of the program"
"""Why the picture stands still when the database is not to blame."""


class Watcher:
    """Calls `on_batch` after every look, empty ones too since windows move on; `on_lost` once an outage.

    Both are called from one thread of ours. `on_lost` gets when the database was lost, in the world's time, and why;
    that it is back is told by the next batch. `on_storing` gets since when nothing is stored though the database
    answers, and None once it stores again.
    """

    def __init__(
        self, url: str, clock: Clock, every_seconds: float, on_batch: OnBatch, on_lost: OnLost,
        *, patience: float = PATIENCE, first_patience: float = FIRST_PATIENCE,
        on_storing: OnStoring = lambda since: None,
    ) -> None:  # fmt: skip
        self._url, self._clock, self._every = url, clock, every_seconds
        self._on_batch, self._on_lost = on_batch, on_lost
        self._patience, self._first_patience, self._answered = patience, first_patience, False
        self._behind = 0.0
        """Seconds of a first look just taken: the next has to read what came meanwhile, and may take as long."""
        self._log = structlog.get_logger("repository.watch")
        self._worker = Worker("repository-look")
        self._keeper = Keeper(self._worker, patience, on_storing)
        self._engine: Engine | None = None
        self._lines: Lines | None = None
        self._look: Look | None = None
        self._based_until = datetime.min.replace(tzinfo=UTC)
        self._lost_since: datetime | None = None
        self._faulty = False
        self._wake = threading.Condition()
        self._nudged, self._stopped = False, False
        self._listening = connect(url, name="ioc listen", pool_size=1)
        self._listener = Listener(self._listening, self.nudge)
        self._thread = threading.Thread(target=self._run, name="repository-watch", daemon=True)

    def start(self) -> None:
        self._listener.start()
        self._thread.start()

    def stop(self) -> None:
        """Ends within the deadline of a look under way."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(self._first_patience + 1)
        self._listener.stop()
        self._drop()
        self._worker.leave()
        self._listening.dispose()

    def nudge(self) -> None:
        """Something changed."""
        with self._wake:
            self._nudged = True
            self._wake.notify()

    def _run(self) -> None:
        due = quiet_until = begun = 0.0
        while True:
            try:
                if not self._awaited(due, quiet_until):
                    return
                with self._wake:
                    begun = time.monotonic()
                    if self._nudged:
                        quiet_until = begun + QUIET
                    self._nudged = False
                self._step()
            except Exception:  # noqa: BLE001  whatever it is, it must not end the watch
                self._drop()
                self._stand("a look failed by a fault")
            lost = self._lost_since is not None  # then we ask again sooner, and count from the answer's failing
            due = time.monotonic() + min(RETRY, self._every) if lost else begun + self._every

    def _awaited(self, due: float, quiet_until: float) -> bool:
        """Wait for the next look, or until the database does not answer any more; False when there is to be none."""
        beat = time.monotonic() + BEAT
        while True:
            with self._wake:
                if self._stopped:
                    return False
                now, wait = time.monotonic(), self._until(due, quiet_until)
                if wait <= 0:
                    return True
                if now < beat:
                    self._wake.wait(min(wait, beat - now))
                    continue
            if not self._answers():
                return True
            beat = time.monotonic() + BEAT

    def _answers(self) -> bool:
        """What is lost already is asked by the looks themselves."""
        engine = self._engine
        if engine is None:
            return True
        asked = WorldClock().now()
        try:
            self._worker.call(lambda: ask(engine), BEAT_PATIENCE)
        except (RepositoryError, TimeoutError) as e:
            self._lose(asked, str(e) or f"no answer within {BEAT_PATIENCE:g} s")
            return False
        return True

    def _until(self, due: float, quiet_until: float) -> float:
        """Seconds until the next look."""
        return (min(due, quiet_until) if self._nudged else due) - time.monotonic()

    def _step(self) -> None:
        at, world = self._clock.now(), WorldClock().now()
        begun = time.monotonic()
        first = self._look is None or at >= self._based_until - MARGIN
        try:
            batch, look = self._worker.call(
                lambda: self._see(at, first), self._first_patience if first else self._patience
            )
        except (RepositoryError, TimeoutError) as e:
            waited = self._first_patience if first else self._patience
            if first and self._answered and time.monotonic() - begun >= waited:
                self._first_patience = min(2 * waited, max(waited, LONGEST))
            self._lose(world, str(e) or f"no answer within {waited:g} s")
            return
        if batch.whole:
            self._based_until = at + HORIZON
        self._behind = time.monotonic() - begun if batch.whole else 0.0
        self._look = look = replace(
            look, ahead=ahead(look.clock, world, WorldClock().now()), took=time.monotonic() - begun
        )
        self._tell(batch, look, at)

    def _see(self, at: datetime, first: bool) -> tuple[Batch, Look]:
        """Runs in the worker."""
        engine = self._engine or self._open()
        if first or self._look is None:
            heal(engine)
            self._answered = True  # so it is no frozen database if the look takes long, but a large one
            return first_look(engine, at)
        return news(engine, self._look, at)

    def _tell(self, batch: Batch, look: Look, at: datetime) -> None:
        try:
            self._on_batch(batch, look, at)
        except Exception:  # noqa: BLE001  a fault in drawing must not end the watch; the next look starts afresh
            self._stand("a batch could not be taken in")
            return
        self._faulty = False
        if self._lost_since is not None:
            self._log.info("the picture moves again", since=self._lost_since.isoformat())
            self._lost_since = None
        if self._clock.live:
            if batch:
                self._keeper.note(look)
            self._leave()

    def _stand(self, what: str) -> None:
        """In an except clause: the picture stands still by a fault of ours, told once; the next look starts afresh."""
        self._look = None
        if not self._faulty:
            self._log.exception(what)
        self._faulty = True
        if self._lost_since is None:
            self._lost_since = WorldClock().now()
            self._on_lost(self._lost_since, FAULT)

    def _leave(self) -> None:
        try:
            if self._engine:
                self._keeper.leave(self._engine)
        except (RepositoryError, TimeoutError) as e:
            self._lose(WorldClock().now(), str(e) or "no answer while keeping a look")

    def _lose(self, since: datetime, reason: str) -> None:
        self._drop()
        self._look = None
        if self._lost_since is None:
            self._lost_since = since
            self._log.warning("repository is lost", reason=reason)
            self._on_lost(since, reason)

    def _open(self) -> Engine:
        # no ping: a connection that broke must be noticed, for then the server may have crashed
        deadline = max(DEADLINE, self._first_patience)
        engine = connect(self._url, deadline=deadline, name="ioc watch", pool_size=1, ping=False)
        self._lines, self._engine = Lines(engine), engine
        return engine

    def _drop(self) -> None:
        if self._lines:
            self._lines.cut()
        if self._engine:
            self._engine.dispose()
        self._engine = self._lines = None
