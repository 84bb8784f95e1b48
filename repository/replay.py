"""Refused rows that wait to be taken in: given out with what they were read by, and settled once that is mended."""

from collections.abc import Mapping as Told
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from repository.connect import unreachable
from repository.load.agree import checked
from repository.load.mapping import Mapping
from repository.refusals import recount
from repository.rejected import digest, storable

FEED = "feed"
"""The kind of rows that a feed brought; those of a load are of the kind of their table."""
_WAITING = text("""
select rejected_id, source, kind, mapping, content, first_at, reason from repository.rejected
where cast(:source as text) is null or source = :source order by source, kind, mapping, rejected_id
""")
_TAKEN = text("delete from repository.rejected where rejected_id = any(cast(:ids as bigint[]))")
_STILL = text("""
update repository.rejected r set reason = given.reason, last_at = :at
from unnest(cast(:ids as bigint[]), cast(:reasons as text[])) as given(id, reason)
where r.rejected_id = given.id and r.reason <> given.reason
""")
_REMEMBER = text("""
insert into repository.load_mapping (digest, file, kind, content)
values (:digest, :file, :kind, cast(:content as jsonb)) on conflict (digest) do nothing
""")
_RECALL = text("select file, content from repository.load_mapping where digest = :digest")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A refused row. `mapping` names (by its digest) what a load read it by, if it was one."""

    id: int
    source: str
    kind: str
    mapping: str | None
    content: str
    first_at: datetime
    reason: str


def waiting(engine: Engine, source: str | None = None) -> list[Waiting]:
    """All refused rows (of a source), those that were read alike together. Raises RepositoryError."""
    try:
        with engine.connect() as connection:
            return [Waiting(*row) for row in connection.execute(_WAITING, {"source": source})]
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def settle(engine: Engine, source: str, taken: Sequence[int], still: Told[int, str], at: datetime) -> None:
    """Rows of a source that went in leave the list; the others stay, each with its reason. Raises RepositoryError."""
    values = {"ids": list(still), "reasons": [storable(r) for r in still.values()], "at": at}
    try:
        with engine.begin() as connection:
            connection.execute(_TAKEN, {"ids": list(taken)})
            connection.execute(_STILL, values)
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
    recount(engine, source)


def remember(engine: Engine, mapping: Mapping) -> str:
    """Keep the mapping of a load that refused rows; its digest. Raises RepositoryError."""
    content = orjson.dumps(mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True)).decode()
    found = digest(mapping.name + content)
    values = {"digest": found, "file": mapping.name, "kind": mapping.kind, "content": content}
    try:
        with engine.begin() as connection:
            connection.execute(_REMEMBER, values)
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
    return found


def recall(engine: Engine, kept: str) -> Mapping | None:
    """The mapping that was kept under a digest. Raises RepositoryError, LoadError."""
    try:
        with engine.connect() as connection:
            row = connection.execute(_RECALL, {"digest": kept}).one_or_none()
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
    return None if row is None else checked({**row.content, "name": row.file}, f"mapping {row.file}")
