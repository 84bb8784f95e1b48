"""What is done beside the pages and the feeds, each in a thread that a fault never ends: reports and their mails."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import Engine

from city.clock import Clock
from commands._mails import Mailer
from commands._reports import Desk, Plan
from repository.errors import RepositoryError

LOOK = 5.0
"""Seconds between two looks at what is due."""
GRACE = 20.0
"""Seconds after the start in which nothing is made yet: the first pictures come first."""
GOODBYE = 3.0


def repeat(work: Callable[[threading.Event], None], stopped: threading.Event, what: str, every: float = LOOK) -> None:
    """Calls `work` until stopped. A fault is told once and its end as well: the repository's being away is one fault,
    in however many words it says so."""
    log, said = structlog.get_logger("commands.timed"), ""
    while not stopped.is_set():
        try:
            work(stopped)
        except Exception as e:  # noqa: BLE001  whatever it is, it is told, and the next look comes
            away = isinstance(e, RepositoryError)
            fault = "away" if away else f"{type(e).__name__}: {e}"
            if fault != said:
                said = fault
                (log.warning if away else log.exception)("work is late", what=what, why=str(e))
        else:
            if said:
                said = ""
                log.info("work goes on", what=what)
        stopped.wait(every)


@contextmanager
def timed(engine: Engine, plan: Plan, clock: Clock, *, grace: float = GRACE) -> Iterator[None]:
    """Reports are made and sent while the block runs."""
    stopped = threading.Event()
    desk, mailer = Desk(engine, plan, clock), Mailer(engine, plan, clock)

    def run(work: Callable[[threading.Event], None], what: str) -> None:
        stopped.wait(grace)
        repeat(work, stopped, what)

    works = ((desk.look, "reports"), (mailer.look, "mails"))
    threads = [threading.Thread(target=run, args=work, name=work[1], daemon=True) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join(GOODBYE)
