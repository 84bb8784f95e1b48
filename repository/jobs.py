"""Timed work: a due run is a row, claimed by one process at a time and finished once, whoever dies meanwhile.

Moments come from the caller's clock. A claim holds while its heart beats: after `lease` without a beat the run is
anybody's again, and what the former claimant still brings is refused.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, TextClause, text
from sqlalchemy.exc import SQLAlchemyError

from repository.connect import unreachable
from repository.rejected import storable

LEASE = timedelta(seconds=45)
LONGEST = 500
"""Characters of a reason that are kept."""
_EXPECT = text("""
insert into repository.job_run (job, due_at, period, next_at)
select :job, d, p, d from unnest(cast(:dues as timestamptz[]), cast(:periods as text[])) as due(d, p)
on conflict do nothing
""")
_LAST = text("select max(due_at) from repository.job_run where job = :job")
_CLAIM = text("""
update repository.job_run r set claimed_by = :who, claimed_at = :now, heartbeat_at = :now, attempts = attempts + 1,
  why = case when claimed_by is null then why else :lost end,
  failed_at = case when claimed_by is null then failed_at else :now end
from (
  select job, due_at from repository.job_run
  where job = any(cast(:jobs as text[])) and finished_at is null and next_at <= :now
    and (claimed_by is null or heartbeat_at <= :expired)
  order by next_at, due_at, job limit 1 for update skip locked
) as due
where r.job = due.job and r.due_at = due.due_at
returning r.job, r.due_at, r.period, r.attempts, r.claimed_by
""")
_MINE = """job = :job and due_at = :due_at and claimed_by = :claimed_by and attempts = :attempts
  and finished_at is null"""
_BEAT = text(f"update repository.job_run set heartbeat_at = :now where {_MINE}")  # noqa: S608  a constant of ours
_FAIL = text(f"""
update repository.job_run set claimed_by = null, failed_at = :now, why = :why, next_at = :next_at where {_MINE}
""")  # noqa: S608  a constant of ours
_FINISH = text(f"""
update repository.job_run set claimed_by = null, finished_at = :now, outcome = :outcome, why = :why where {_MINE}
""")  # noqa: S608  a constant of ours
_STATES = text("""
select job, due_at, period, next_at, attempts, claimed_by is not null as running, failed_at, why, finished_at, outcome
from repository.job_run where finished_at is null or outcome = 'skipped' and finished_at > :since
order by due_at, job
""")
LOST = "the process that made it was lost"


@dataclass(frozen=True, slots=True)
class Run:
    """A claimed run: nobody else works on it while the claim holds. `attempts` counts this one."""

    job: str
    due_at: datetime
    period: str
    attempts: int
    claimed_by: str

    @property
    def key(self) -> dict[str, object]:
        return {n: getattr(self, n) for n in ("job", "due_at", "attempts", "claimed_by")}


@dataclass(frozen=True, slots=True)
class RunState:
    """A run that is not done: `running`, to be tried at `next_at`, or skipped because there was nothing to do."""

    job: str
    due_at: datetime
    period: str
    next_at: datetime
    attempts: int
    running: bool
    failed_at: datetime | None
    why: str | None
    finished_at: datetime | None
    outcome: str | None


class ClaimLost(Exception):  # noqa: N818  what it means, not that it is bad
    """The run is no longer this process's: its lease ran out and another took it."""


def expect(engine: Engine, job: str, dues: Iterable[tuple[datetime, str]]) -> None:
    """Rows for due runs (moment, period) that have none yet; a period is due once. Raises RepositoryError."""
    found = list(dues)
    if found:
        _do(engine, lambda c: c.execute(_EXPECT, _columns(job, found)))


def _columns(job: str, dues: list[tuple[datetime, str]]) -> dict[str, object]:
    return {"job": job, "dues": [d for d, _ in dues], "periods": [p for _, p in dues]}


def last(engine: Engine, job: str) -> datetime | None:
    """The newest due moment that has a row. Raises RepositoryError."""
    try:
        with engine.connect() as connection:
            found: datetime | None = connection.execute(_LAST, {"job": job}).scalar_one()
            return found
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def claim(engine: Engine, jobs: Iterable[str], who: str, now: datetime, lease: timedelta = LEASE) -> Run | None:
    """The next run of these jobs that is due and free, now `who`'s. Raises RepositoryError."""
    values = {"jobs": list(jobs), "who": who, "now": now, "expired": now - lease, "lost": LOST}
    try:
        with engine.begin() as connection:
            row = connection.execute(_CLAIM, values).one_or_none()
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
    return Run(*row) if row else None


def beat(engine: Engine, run: Run, now: datetime) -> None:
    """The claimant is alive. Raises ClaimLost, RepositoryError."""
    _do(engine, lambda c: _mine(c, _BEAT, run, now=now))


def fail(engine: Engine, run: Run, now: datetime, why: str, again: timedelta) -> None:
    """It did not work out, and is tried `again` later. Raises ClaimLost, RepositoryError."""
    _do(engine, lambda c: _mine(c, _FAIL, run, now=now, why=_line(why), next_at=now + again))


def skip(engine: Engine, run: Run, now: datetime, why: str) -> None:
    """There is nothing to do for this run, now or later. Raises ClaimLost, RepositoryError."""
    _do(engine, lambda c: _mine(c, _FINISH, run, now=now, why=_line(why), outcome="skipped"))


def finish(connection: Connection, run: Run, now: datetime) -> None:
    """It is done, in the transaction that keeps what was made. Raises ClaimLost."""
    _mine(connection, _FINISH, run, now=now, why=None, outcome="ok")


def open_runs(engine: Engine, since: datetime) -> list[RunState]:
    """Runs that are not done, and those skipped after `since`; the oldest first. Raises RepositoryError."""
    try:
        with engine.connect() as connection:
            return [RunState(*row) for row in connection.execute(_STATES, {"since": since})]
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def _mine(connection: Connection, statement: TextClause, run: Run, **values: object) -> None:
    if not connection.execute(statement, {**run.key, **values}).rowcount:
        raise ClaimLost(f"{run.job} of {run.period} was taken over by another process")


def _do(engine: Engine, work: Callable[[Connection], object]) -> None:
    try:
        with engine.begin() as connection:
            work(connection)
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def _line(why: str) -> str:
    return storable(" ".join(why.split()))[:LONGEST]
