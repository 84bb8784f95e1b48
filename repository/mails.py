"""To whom each report is sent: a row a recipient, claimed by one process at a time, marked when a server took it.

Who is killed between sending and marking sends once more, under the same Message-ID: mail programs show it once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, TextClause, text
from sqlalchemy.exc import SQLAlchemyError

from repository.connect import unreachable
from repository.jobs import LONGEST
from repository.rejected import storable

LEASE = timedelta(minutes=3)
_CLAIM = text("""
update repository.report_mail m set claimed_by = :who, claimed_at = :now, attempts = attempts + 1
from (
  select report_id, recipient from repository.report_mail
  where sent_at is null and withdrawn_at is null and next_at <= :now
    and (claimed_by is null or claimed_at <= :expired)
  order by next_at, report_id, recipient limit 1 for update skip locked
) as due
where m.report_id = due.report_id and m.recipient = due.recipient
returning m.report_id, m.recipient, m.message_id, m.attempts, m.claimed_by
""")
_MINE = "report_id = :report_id and recipient = :recipient and claimed_by = :claimed_by and attempts = :attempts"
_SENT = text(f"update repository.report_mail set claimed_by = null, sent_at = :now, why = null where {_MINE}")  # noqa: S608  a constant of ours
_FAIL = text(f"""
update repository.report_mail set claimed_by = null, failed_at = :now, why = :why, next_at = :next_at
where sent_at is null and {_MINE}
""")  # noqa: S608  a constant of ours
_WITHDRAW = text("""
update repository.report_mail set withdrawn_at = :now
where sent_at is null and withdrawn_at is null and recipient <> all(cast(:recipients as text[]))
""")


@dataclass(frozen=True, slots=True)
class Mail:
    """A claimed mail. `attempts` counts this one."""

    report_id: int
    recipient: str
    message_id: str
    attempts: int
    claimed_by: str


def claim(engine: Engine, who: str, now: datetime, lease: timedelta = LEASE) -> Mail | None:
    """The next mail that is due and free, now `who`'s. Raises RepositoryError."""
    try:
        with engine.begin() as connection:
            row = connection.execute(_CLAIM, {"who": who, "now": now, "expired": now - lease}).one_or_none()
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
    return Mail(*row) if row else None


def sent(engine: Engine, mail: Mail, now: datetime) -> None:
    """A server has accepted it. Raises RepositoryError."""
    _do(engine, _SENT, **_key(mail), now=now)


def fail(engine: Engine, mail: Mail, now: datetime, why: str, again: timedelta) -> None:
    """No server accepted it; it is tried `again` later. Raises RepositoryError."""
    told = storable(" ".join(why.split()))[:LONGEST]
    _do(engine, _FAIL, **_key(mail), now=now, why=told, next_at=now + again)


def withdraw(engine: Engine, recipients: Collection[str], now: datetime) -> None:
    """What was not sent yet to anybody who is none of these is not sent any more. Raises RepositoryError."""
    _do(engine, _WITHDRAW, recipients=list(recipients), now=now)


def _key(mail: Mail) -> dict[str, object]:
    return {n: getattr(mail, n) for n in Mail.__slots__ if n != "message_id"}


def _do(engine: Engine, statement: TextClause, **values: object) -> None:
    try:
        with engine.begin() as connection:
            connection.execute(statement, values)
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
