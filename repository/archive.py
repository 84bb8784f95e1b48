"""The archive of reports: each file whole, with what it is of; written in one transaction with the end of its run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from repository.connect import unreachable
from repository.jobs import Run, finish


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a report. `place_code` is None for the city; `signed_by` None when unsigned.

    `unsigned_sha256` is of the file before it was signed, `snapshot_sha256` of the data attached to it.
    """

    kind: str
    period: str
    starts_at: datetime
    ends_at: datetime
    place_code: str | None
    locale: str
    made_at: datetime
    took: timedelta
    pages: int
    bytes: int
    sha256: str
    unsigned_sha256: str
    snapshot_sha256: str
    signed_by: str | None


_COLUMNS, _GIVEN = (", ".join(f"{mark}{f.name}" for f in fields(Report)) for mark in ("", ":"))
_KEEP = text(f"""
insert into repository.report ({_COLUMNS}, content)
values ({_GIVEN}, :content)
on conflict (kind, period, place_code, locale) do nothing returning report_id
""")  # noqa: S608  names of ours
_ADDRESS = text("""
insert into repository.report_mail (report_id, recipient, message_id, next_at)
select :id, r, m, :at from unnest(cast(:recipients as text[]), cast(:messages as text[])) as told(r, m)
""")
_LIST = text(f"""
select {_COLUMNS}, r.report_id, count(m.sent_at), count(m.*) filter (where m.withdrawn_at is null),
  max(m.why) filter (where m.sent_at is null and m.withdrawn_at is null)
from repository.report r left join repository.report_mail m using (report_id)
group by r.report_id order by ends_at desc, place_code nulls first, locale limit :most
""")  # noqa: S608  names of ours
_CONTENT = text("select content, sha256, kind, period, place_code, locale from repository.report where report_id = :id")


@dataclass(frozen=True, slots=True)
class Made(Report):
    """A whole report on its way into the archive."""

    content: bytes


@dataclass(frozen=True, slots=True)
class Kept(Report):
    """A report in the archive, without its content: `mails` of it were sent, of `recipients`; `unsent` says why not."""

    report_id: int
    mails: int = 0
    recipients: int = 0
    unsent: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """The file itself, and what it is of."""

    content: bytes
    sha256: str
    kind: str
    period: str
    place_code: str | None
    locale: str


def keep(engine: Engine, made: Made, run: Run, recipients: Mapping[str, str] | None = None) -> None:
    """The report is in the archive, its run finished and its mails waiting, all or nothing; one that is there already
    stays as it is. `recipients` are addresses and the Message-ID of each one's mail.

    Raises ClaimLost, RepositoryError.
    """
    values = {f.name: getattr(made, f.name) for f in fields(made)}
    try:
        with engine.begin() as connection:
            finish(connection, run, made.made_at)
            report_id = connection.execute(_KEEP, values).scalar_one_or_none()
            if report_id is not None and recipients:
                told = {"recipients": list(recipients), "messages": list(recipients.values())}
                connection.execute(_ADDRESS, {"id": report_id, "at": made.made_at, **told})
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def listed(engine: Engine, most: int = 500) -> Sequence[Kept]:
    """Reports, the newest week first. Raises RepositoryError."""
    try:
        with engine.connect() as connection:
            return [Kept(*row) for row in connection.execute(_LIST, {"most": most})]
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def content(engine: Engine, report_id: int) -> Content | None:
    """A report's file; None when there is no such report. Raises RepositoryError."""
    try:
        with engine.connect() as connection:
            row = connection.execute(_CONTENT, {"id": report_id}).one_or_none()
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
    return Content(*row) if row else None
