"""Monthly partitions of `observation`: made ahead, and made behind out of the default one."""

import re
from dataclasses import dataclass
from datetime import datetime

from repository.session import Connection

_BOUNDS = re.compile(r"FROM \('([^']+)'\) TO \('([^']+)'\)")
_LISTED = """
select c.relname, pg_get_expr(c.relpartbound, c.oid)
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'repository.observation'::regclass
"""


@dataclass(frozen=True, slots=True)
class Partition:
    """A part of `observation` from `start` up to `end`; the default one has neither."""

    name: str
    start: datetime | None = None
    end: datetime | None = None


def listed(connection: Connection) -> list[Partition]:
    """Every partition, the newest first and the default one last."""
    rows = connection.execute(_LISTED).fetchall()
    parts = [_partition(name, bounds) for name, bounds in rows]
    return sorted(parts, key=lambda p: (p.start is not None, p.start and p.start.timestamp()), reverse=True)


def _partition(name: str, bounds: str) -> Partition:
    found = _BOUNDS.search(bounds)
    if not found:
        return Partition(name)
    return Partition(name, *(datetime.fromisoformat(b) for b in found.groups()))
