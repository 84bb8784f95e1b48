"""Rows that were refused: when, from where, why, and the row itself. Each content is kept once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from repository.connect import unreachable
from repository.refusals import Told, tell

MOST = 1 << 16
"""Characters of a row that are kept; the digest is of all of them. What is cut can't be taken in later."""
_KEEP = text("""
insert into repository.rejected (source, kind, reason, file, row_number, content, digest, first_at, last_at, mapping)
select s, :kind, r, :file, n, c, d, :at, :at, :mapping
from unnest(cast(:sources as text[]), cast(:reasons as text[]), cast(:numbers as bigint[]), cast(:contents as text[]),
            cast(:digests as text[])) as given(s, r, n, c, d)
order by s, d
on conflict (source, kind, digest) do update
  set reason = excluded.reason, file = excluded.file, row_number = excluded.row_number, last_at = excluded.last_at,
      mapping = excluded.mapping
returning source, reason, content, xmax::text = '0'
""")
_LIST = text("""
select source, kind, reason, file, row_number, content, first_at, last_at from repository.rejected
where cast(:source as text) is null or source = :source
order by last_at desc, rejected_id desc limit :most
""")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row on its way to be kept: its number in the file, from 1, when it has one."""

    source: str
    reason: str
    content: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was refused, and when first and last."""

    source: str
    kind: str
    reason: str
    file: str | None
    row: int | None
    content: str
    first_at: datetime
    last_at: datetime


def keep(
    engine: Engine, kind: str, file: str | None, rows: Sequence[Refused], at: datetime, mapping: str | None = None
) -> None:
    """Keep refused rows. One whose content was refused before, from the same source, is not kept twice.

    `mapping` is the digest of what a load read them by (repository.replay). Raises RepositoryError.
    """
    found = {(r.source, digest(r.content)): r for r in rows}
    if not found:
        return
    values = {
        "kind": kind,
        "file": file,
        "at": at,
        "mapping": mapping,
        "sources": [storable(s) for s, _ in found],
        "digests": [d for _, d in found],
        "reasons": [storable(r.reason) for r in found.values()],
        "numbers": [r.row for r in found.values()],
        "contents": [storable(r.content)[:MOST] for r in found.values()],
    }
    try:
        with engine.begin() as connection:
            told = [Told(*row) for row in connection.execute(_KEEP, values)]
            tell(connection, kind, told, at)
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def rejected(engine: Engine, source: str | None = None, limit: int = 50) -> list[Rejected]:
    """The newest refused rows first. Raises RepositoryError."""
    try:
        with engine.connect() as connection:
            return [Rejected(*row) for row in connection.execute(_LIST, {"source": source, "most": limit})]
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def digest(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def storable(content: str) -> str:
    """Text as PostgreSQL can hold it: without NUL and halves of surrogate pairs."""
    return content.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
