"""Runs sources on time: each by itself, none twice at once, none for ever, an outage told once and its end once."""

import random
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from city.clock import Clock
from data_sources.engine.breaker import Breaker
from data_sources.engine.contract import DataSource, LaterError, NotStoredError, SourceError
from data_sources.engine.poll import Poll
from data_sources.engine.store import Store

JITTER = 0.1  # of a source's interval, so that sources don't all ask at once
SPREAD = timedelta(seconds=3)
"""Over so long the first polls of many feeds are spread."""
GOODBYE = 2.5
LOOK = 0.5
"""Seconds between looks at who has taken too long."""


def reason(error: BaseException) -> str:
    """Why a poll failed, in one line."""
    told = str(error) if isinstance(error, SourceError) else f"{type(error).__name__}: {error}"
    return " ".join(told.split())[:500]


@dataclass
class Run:
    """One source, how it is doing, and the poll under way, which has a thread of its own."""

    source: DataSource
    store: Store
    clock: Clock
    failing: str | None = None
    summary: str = ""
    """What the last poll brought, in words."""
    breaker: Breaker = field(init=False)
    thread: threading.Thread | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _poll: Poll | None = field(default=None, repr=False)
    _since: float | None = None
    _left: bool = False
    """The poll under way was given up: whatever comes of it, it has failed."""

    def __post_init__(self) -> None:
        self.breaker = Breaker(self.source.info.every)

    def start(self) -> threading.Thread | None:
        """Poll in a thread of its own, unless the last poll has not ended or the breaker says no."""
        with self._lock:
            if self._since is not None or not self.breaker.allows(self.clock.now()):
                return None
            self._since, self._left, self._poll = time.monotonic(), False, None
            self.thread = threading.Thread(target=self._once, name=f"source {self.source.info.key}", daemon=True)
            self.thread.start()
            return self.thread

    def once(self) -> None:
        """Poll and wait for it, no longer than the source may take."""
        thread = self.start()
        if thread is not None:
            thread.join(self.source.info.timeout.total_seconds())
            self.look()

    def look(self) -> None:
        """Give up a poll that takes too long. What hangs keeps its own thread, and the source, to itself."""
        limit = self.source.info.timeout.total_seconds()
        with self._lock:
            late = self._since is not None and not self._left and time.monotonic() - self._since >= limit
            self._left = self._left or late
            poll = self._poll
        if late:
            self._ended(poll, SourceError(f"no end in {limit:g} s"))

    def _once(self) -> None:
        error: BaseException | None = None
        try:
            poll = Poll(self.source, self.store, self.clock)
            with self._lock:
                self._poll = poll
            poll.run()
        except BaseException as e:  # noqa: BLE001  whatever it is, other sources go on
            error = e
        with self._lock:
            left, poll_, self._since, self._poll = self._left, self._poll, None, None
        if not left:
            self._ended(poll_, error)

    def _ended(self, poll: Poll | None, error: BaseException | None) -> None:
        why = None if error is None else reason(error)
        if error is None:
            self.breaker.succeeded()
        elif isinstance(error, NotStoredError):
            self.breaker.later(self.clock.now())
        else:
            self.breaker.failed(self.clock.now(), error.after if isinstance(error, LaterError) else timedelta(0))
        self._tell(why)
        if poll is not None:
            self.summary = poll.summary()
        if poll is not None and (why or not self.source.info.pushed):
            self._note(poll, why)

    def _note(self, poll: Poll, why: str | None) -> None:
        for run in poll.account(why):
            try:
                with self.store.turns.one():
                    self.store.note(run)
            except Exception as e:  # noqa: BLE001  the repository may be away: the feed itself is not worse for it
                structlog.get_logger("data_sources").info("run not noted", source=run.source, why=reason(e))
                return

    def _tell(self, fault: str | None) -> None:
        log = structlog.get_logger("data_sources")
        if fault and not self.failing:
            log.warning("source down", source=self.source.info.key, why=fault)
        if self.failing and not fault:
            log.info("source back", source=self.source.info.key)
        self.failing = fault


class Schedule:
    """Sources on an APScheduler of their own, each as often as its card says.

    Its jobs only start polls and look after them, so a few threads do for hundreds of feeds; a poll has a thread of its
    own, one a feed at most.
    """

    def __init__(self, sources: Iterable[DataSource], store: Store, clock: Clock) -> None:
        self.runs = [Run(source, store, clock) for source in sources]
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        live = clock.live
        for run in self.runs if live else ():
            every = run.source.info.every
            spread = random.uniform(0, min(SPREAD, every / 2).total_seconds()) if len(self.runs) > 8 else 0  # noqa: S311
            self._scheduler.add_job(
                self._due,
                "interval",
                args=(run,),
                seconds=every.total_seconds(),
                jitter=min(every.total_seconds() * JITTER, 30),
                id=run.source.info.key,
                next_run_time=clock.now() + timedelta(seconds=spread),
            )
        if live:
            self._scheduler.add_job(self._look, "interval", seconds=LOOK, id="/look")
        self._clock = clock

    def _due(self, run: Run) -> None:
        run.start()

    def _look(self) -> None:
        """Who has taken too long; and who failed and may be tried again before its interval is over."""
        now = self._clock.now()
        for run in self.runs:
            run.look()
            if run.breaker.until is not None and run.breaker.allows(now):
                run.start()

    def start(self) -> None:
        self._scheduler.start()

    def stop(self, patience: float = GOODBYE) -> None:
        """No run begins after this; those under way are waited for so many seconds, and then end by themselves."""
        if not self._scheduler.running:
            return
        self._scheduler.shutdown(wait=False)
        until = time.monotonic() + patience
        for run in self.runs:
            if run.thread is not None:
                run.thread.join(max(0.0, until - time.monotonic()))
            run.source.close()
