"""Reports made by themselves: due runs become rows, whoever claims one makes it, and the archive keeps it."""

import base64
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import monotonic

import structlog
from sqlalchemy import Engine

from city.clock import Clock
from city.config import CityFile
from commands._making import DEADLINE, NothingToReportError, ReportFailedError, made
from commands._order import Delivered, Order
from commands.settings import Settings
from reports.fonts import FontError, fonts
from reports.post import Server
from reports.timetable import Job, dues, jobs
from repository import archive
from repository.connect import address
from repository.errors import RepositoryError
from repository.jobs import ClaimLost, Run, beat, claim, expect, fail, last, skip

KIND = "weekly"
HEART = 10.0
"""Seconds between two beats of a claim's heart."""
FIRST_AGAIN, LONGEST_AGAIN = timedelta(seconds=15), timedelta(hours=1)
Make = Callable[[Order, Callable[[], None]], Delivered]


class StoppedError(Exception):
    """The program ends: what is under way is given back."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Of which city, by which name in the settings; where the typeface is kept; the key and the mail server, if any."""

    city: CityFile
    named: str
    data_dir: Path
    server: Server | None = None
    sender: str = ""
    key: Path | None = None
    key_password: str = field(default="", repr=False)


def plan_of(settings: Settings, city: CityFile) -> Plan:
    return Plan(
        *(city, settings.city, settings.data_dir, settings.mail_server, settings.smtp_from, settings.report_key),
        settings.report_key_password.get_secret_value(),
    )


def order(plan: Plan, engine: Engine, job: Job, period: str, now: datetime) -> Order:
    """What the process that makes it is told. Raises FontError, OSError."""
    return Order(
        url=address(engine),
        city=plan.named,
        week=period,
        place=job.place,
        locale=job.locale,
        now=now.isoformat(),
        fonts=str(fonts(plan.data_dir)),
        key=base64.b64encode(plan.key.read_bytes()).decode() if plan.key else "",
        password=plan.key_password,
    )


def again(attempts: int) -> timedelta:
    """How long to wait after so many failures: twice as long each time, an hour at most."""
    return min(FIRST_AGAIN * (1 << min(attempts - 1, 20)), LONGEST_AGAIN)


def made_apart(order: Order, alive: Callable[[], None]) -> Delivered:
    return made(order, deadline=DEADLINE, beat=alive)


class Desk:
    """Makes what is due. Any number of processes may each have one on the same repository."""

    def __init__(self, engine: Engine, plan: Plan, clock: Clock, make: Make = made_apart) -> None:
        self._engine, self._plan, self._clock, self._make = engine, plan, clock, make
        self._jobs = {j.name: j for j in jobs(plan.city)}
        self._who = f"{socket.gethostname()}/{os.getpid()}"
        self._log = structlog.get_logger("commands.reports")

    def look(self, stopped: threading.Event) -> None:
        """Everything that is due now, one after the other. Raises TimetableError, RepositoryError."""
        for name in self._jobs:
            now = self._clock.now()
            found = dues(self._plan.city.report.cron, self._plan.city.zone, last(self._engine, name), now)
            expect(self._engine, name, found)
        while not stopped.is_set() and (run := claim(self._engine, self._jobs, self._who, self._clock.now())):
            self._one(run, stopped)

    def _one(self, run: Run, stopped: threading.Event) -> None:
        """One run, to its end or its next try. A claim that was lost meanwhile is somebody else's."""
        job, begun = self._jobs[run.job], monotonic()
        told = {"report": run.job, "week": run.period, "attempt": run.attempts}
        try:
            delivered = self._make(self._order(job, run), self._alive(run, stopped))
            took = timedelta(seconds=monotonic() - begun)
            archive.keep(self._engine, self._kept(delivered, job, run, took), run, self._recipients(job, run))
            self._log.info("report made", **told, pages=delivered.pages, bytes=len(delivered.pdf))
        except NothingToReportError as e:
            skip(self._engine, run, self._clock.now(), str(e))
            self._log.info("nothing to report", **told, why=str(e))
        except StoppedError:
            fail(self._engine, run, self._clock.now(), "the program was stopped", timedelta(0))
        except (ReportFailedError, FontError, OSError, RepositoryError) as e:
            fail(self._engine, run, self._clock.now(), str(e), again(run.attempts))
            self._log.warning(
                "report failed; it is tried again", **told, why=str(e), seconds=again(run.attempts).seconds
            )
        except ClaimLost as e:
            self._log.warning("report given up", **told, why=str(e))

    def _order(self, job: Job, run: Run) -> Order:
        """Raises FontError, OSError."""
        return order(self._plan, self._engine, job, run.period, self._clock.now())

    def _alive(self, run: Run, stopped: threading.Event) -> Callable[[], None]:
        beaten = monotonic()

        def alive() -> None:
            nonlocal beaten
            if stopped.is_set():
                raise StoppedError
            if monotonic() - beaten > HEART:
                beaten = monotonic()
                beat(self._engine, run, self._clock.now())

        return alive

    def _kept(self, found: Delivered, job: Job, run: Run, took: timedelta) -> archive.Made:
        return archive.Made(
            *(KIND, run.period, found.starts_at, found.ends_at, job.place, job.locale, self._clock.now(), took),
            *(found.pages, len(found.pdf), found.sha256, found.unsigned_sha256, found.snapshot_sha256, found.signed_by),
            found.pdf,
        )

    def _recipients(self, job: Job, run: Run) -> dict[str, str]:
        """Addresses, and each one's Message-ID: the same whenever this report is sent to this address."""
        plan = self._plan
        wanted = [r.address for r in plan.city.report.to if r.wants(job.place, job.locale)]
        host = (plan.sender.rpartition("@")[2]) or "ioc.invalid"
        return {a: f"<{_digest(plan.city.code, run.job, run.period, a)}@{host}>" for a in wanted}


def _digest(*words: str) -> str:
    return f"report.{sha256(' '.join(words).encode()).hexdigest()[:32]}"
