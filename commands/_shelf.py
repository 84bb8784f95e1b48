"""What the pages know of reports: the archive is read beside the pictures, and its files are given out."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from sqlalchemy import Engine

from commands._reports import Plan
from commands._timed import LOOK, repeat, timed
from dashboards.kit.hub import Hub
from dashboards.kit.shelf import Book, File, Owed, Shelf, State
from reports.timetable import next_due
from repository import archive
from repository.jobs import RunState, open_runs

REMEMBERED = timedelta(days=14)
"""For so long a week without anything to report is told."""


def shelf_of(engine: Engine, plan: Plan, hub: Hub) -> Shelf:
    """Raises RepositoryError, TimetableError."""
    now = hub.clock.now()
    books = tuple(_book(k) for k in archive.listed(engine))
    owed = tuple(_owed(r) for r in open_runs(engine, now - REMEMBERED))
    return Shelf(books, owed, next_due(plan.city.report.cron, plan.city.zone, now))


def _book(k: archive.Kept) -> Book:
    return Book(
        *(k.report_id, k.period, k.starts_at, k.ends_at, k.place_code, k.locale, k.made_at, k.pages, k.bytes),
        *(k.sha256, k.signed_by, k.mails, k.recipients, k.unsent),
    )


def _owed(r: RunState) -> Owed:
    _, place, locale = r.job.split("/")
    return Owed(
        r.period, None if place == "city" else place, locale, r.due_at, state_of(r), r.attempts, r.next_at, r.why
    )


def state_of(r: RunState) -> State:
    """A run that failed once is a failure until it succeeds, also while it is being made anew."""
    if r.outcome == "skipped":
        return "skipped"
    return "failed" if r.why else "running" if r.running else "waiting"


def fetch(engine: Engine, plan: Plan, report_id: int) -> File | None:
    """Raises RepositoryError."""
    found = archive.content(engine, report_id)
    if found is None:
        return None
    place = f"-{found.place_code}" if found.place_code else ""
    name = f"{plan.city.code}-{found.period}{place}-{found.locale}.pdf"
    return File("".join(c for c in name if c.isascii() and (c.isalnum() or c in "-._")), found.content, found.sha256)


@contextmanager
def library(engine: Engine, hub: Hub, plan: Plan, *, make: bool) -> Iterator[None]:
    """While the block runs the hub knows the archive; with `make`, and unless the hub shows a past moment, reports are
    made and sent as soon as there is a first picture."""
    stopped = threading.Event()
    hub.report = lambda report_id: fetch(engine, plan, report_id)

    def read(_: threading.Event) -> None:
        hub.shelf = shelf_of(engine, plan, hub)

    def work() -> None:
        while not hub.ready and not stopped.is_set():
            stopped.wait(0.2)
        with ExitStack() as stack:
            if make and hub.clock.live:
                stack.enter_context(timed(engine, plan, hub.clock))
            repeat(read, stopped, "archive", min(LOOK, hub.poll_seconds))

    thread = threading.Thread(target=work, name="library", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(4.0)
