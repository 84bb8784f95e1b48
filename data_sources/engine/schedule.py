"""Runs sources on time: each by itself, none twice at once, none for ever, an outage told once and its end once."""

import contextlib
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from city.batch import Columns
from city.clock import Clock
from data_sources.engine.columns import bundles
from data_sources.engine.contract import DataSource, Link, Rejected, SourceError

Write = Callable[[str, Columns], object]
"""Brings rows of a table into the repository, durably; may raise."""
Refuse = Callable[[str, list[Rejected]], object]
"""Keeps a source's refused rows."""
JITTER = 0.1  # of a source's interval, so that sources don't all ask at once
PATIENCE = timedelta(seconds=60)


@dataclass
class Run:
    """One source, and how it is doing."""

    source: DataSource
    deadline: timedelta = PATIENCE
    failing: str | None = None
    _busy: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def once(self, write: Write, refuse: Refuse, clock: Clock) -> None:
        """Fetch, parse, write. Never raises: what goes wrong is told, once, until it goes right again."""
        try:
            self._within_deadline(lambda: read_once(self.source, write, refuse, clock))
        except Exception as e:  # noqa: BLE001  whatever it is, other sources go on
            self._tell(f"{type(e).__name__}: {e}" if not isinstance(e, SourceError) else str(e))
        else:
            self._tell(None)

    def _within_deadline(self, work: Callable[[], object]) -> None:
        """Wait no longer than the deadline; what hangs keeps its own thread, and the source, to itself."""
        if not self._busy.acquire(blocking=False):
            raise SourceError(f"the last poll has not ended in {self.deadline.total_seconds():.0f} s")
        fault: list[BaseException] = []
        ended = threading.Event()

        def run() -> None:
            try:
                work()
            except BaseException as e:  # noqa: BLE001  handed to whoever waits
                fault.append(e)
            finally:
                self._busy.release()
                ended.set()

        threading.Thread(target=run, name=f"source {self.source.info.key}", daemon=True).start()
        if not ended.wait(self.deadline.total_seconds()):
            raise SourceError(f"no answer in {self.deadline.total_seconds():.0f} s")
        if fault:
            raise fault[0]

    def _tell(self, fault: str | None) -> None:
        log = structlog.get_logger("data_sources")
        if fault and not self.failing:
            log.warning("source down", source=self.source.info.key, why=fault)
        if self.failing and not fault:
            log.info("source back", source=self.source.info.key)
        self.failing = fault


def read_once(source: DataSource, write: Write, refuse: Refuse, clock: Clock) -> int:
    """One poll of a source; how many rows it had. Raises SourceError, and whatever `write` raises."""
    rows, answers, links = 0, [], list[Link]()
    talk = source.fetch(clock.now())
    with contextlib.suppress(StopIteration):
        answer = next(talk)
        while True:
            found = list(source.parse(answer))
            for table, columns in bundles(f for f in found if not isinstance(f, Link)):
                write(table, columns)
            refused = [r for r in found if isinstance(r, Rejected)]
            if refused:
                refuse(source.info.key, refused)
            links = [f for f in found if isinstance(f, Link)]
            rows += len(found) - len(refused) - len(links)
            answers.append(answer)
            answer = talk.send(links)
    for answer in answers:
        source.stored(answer)
    return rows


class Schedule:
    """Sources on an APScheduler of their own, each as often as its card says."""

    def __init__(self, sources: Iterable[DataSource], write: Write, refuse: Refuse, clock: Clock) -> None:
        self.runs = [Run(source) for source in sources]
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(max(4, len(self.runs)))},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        for run in self.runs:
            every = run.source.info.every.total_seconds()
            self._scheduler.add_job(
                run.once,
                "interval",
                args=(write, refuse, clock),
                seconds=every,
                jitter=every * JITTER,
                id=run.source.info.key,
                next_run_time=clock.now() if clock.live else None,
            )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """No run begins after this; one under way may end by itself."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
