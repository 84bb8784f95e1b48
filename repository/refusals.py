"""Refused rows by source and reason: how many are kept, since when, and one of them as it may be shown.

The rows themselves stay in `repository.rejected`; pictures of the city carry only this.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from repository.connect import unreachable
from repository.redact import redacted

LONGEST = 160
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|“[^”]*”")
_FIGURES = re.compile(r"(?<![\w.])[-+]?\d[\d.,:+TZ-]*")
_TELL = text("""
insert into repository.refusal as r (source, kind, reason, rows_refused, first_at, last_at, sample, recorded_at)
select s, :kind, w, n, :at, :at, p, :at from unnest(
  cast(:sources as text[]), cast(:reasons as text[]), cast(:counts as bigint[]), cast(:samples as text[])
) as given(s, w, n, p) order by s, w
on conflict (source, kind, reason) do update
  set rows_refused = r.rows_refused + excluded.rows_refused, last_at = excluded.last_at, sample = excluded.sample,
      recorded_at = excluded.recorded_at
  where excluded.rows_refused > 0 or r.last_at < excluded.last_at - interval '10 minutes'
""")
_OWN_TIME = text("select set_config('repository.backdate', 'row', true)")  # of a past that is written
_KEPT = text(
    "select kind, reason, content, first_at, last_at from repository.rejected where source = :source order by last_at"
)
_SET = text("""
insert into repository.refusal as r (source, kind, reason, rows_refused, first_at, last_at, sample)
values (:source, :kind, :reason, :rows_refused, :first_at, :last_at, :sample)
on conflict (source, kind, reason) do update set rows_refused = excluded.rows_refused
""")
_GONE = text("""
delete from repository.refusal r where source = :source
  and not exists (select from unnest(cast(:kinds as text[]), cast(:reasons as text[])) as k(kind, reason)
                  where k.kind = r.kind and k.reason = r.reason)
""")


class Told(NamedTuple):
    """A row that was refused just now; `new` when its content was not kept before."""

    source: str
    reason: str
    content: str
    new: bool


def tell(connection: Connection, kind: str, rows: Iterable[Told], at: datetime) -> None:
    """Adds rows to what is told of their reasons, in the transaction under way."""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for row in rows:
        key = (row.source, about(row.reason))
        count, _ = found.get(key, (0, ""))
        found[key] = (count + row.new, row.content)
    values = {
        "kind": kind,
        "at": at,
        "sources": [s for s, _ in found],
        "reasons": [r for _, r in found],
        "counts": [n for n, _ in found.values()],
        "samples": [redacted(content) for _, content in found.values()],
    }
    connection.execute(_OWN_TIME)
    connection.execute(_TELL, values)


def recount(engine: Engine, source: str) -> None:
    """After rows of a source left `repository.rejected`: what is told becomes what is kept. Raises RepositoryError."""
    try:
        with engine.begin() as connection:
            found: dict[tuple[str, str], dict[str, Any]] = {}
            for kind, reason, content, first_at, last_at in connection.execute(_KEPT, {"source": source}):
                told = found.setdefault((kind, about(reason)), {"rows_refused": 0, "first_at": first_at})
                told |= {"rows_refused": told["rows_refused"] + 1, "last_at": last_at, "sample": content}
            keys = {"kinds": [k for k, _ in found], "reasons": [r for _, r in found]}
            connection.execute(_GONE, {"source": source, **keys})
            for (kind, reason), told in found.items():
                told["sample"] = redacted(told["sample"])
                connection.execute(_SET, {"source": source, "kind": kind, "reason": reason, **told})
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def about(reason: str) -> str:
    """A reason without the values it quotes, so that equal ones are told together and nobody's words are."""
    plain = _FIGURES.sub("…", _QUOTED.sub("…", reason))
    plain = " ".join(plain.split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"
