"""One month's rows on their way from the default partition into one of their own, stamps and all.

The copy is no partition yet, so no trigger fires and nobody sees it; whoever writes meanwhile is caught up with in
the way of every look: by what the copy's snapshot could not see.
"""

from datetime import datetime

from sqlalchemy import Connection, text

from repository.migrations.triggers_0001 import no_truncate
from repository.tables import TABLES

_KEY = ("source", "sensor_id", "metric", "observed_at")
_RANGE = "observed_at >= :start and observed_at < :end"
_SEEN = "cast(:seen as pg_snapshot)"
_UNSEEN = f"{{0}} >= pg_snapshot_xmin({_SEEN}) and not pg_visible_in_snapshot({{0}}, {_SEEN})"


def copy(connection: Connection, name: str, start: datetime, end: datetime) -> str:
    """Makes the table with a copy of the month's rows; the snapshot the copy was made in."""
    connection = connection.execution_options(isolation_level="REPEATABLE READ")
    with connection.begin():
        connection.execute(text("set local statement_timeout = 0"))
        connection.execute(text(f"drop table if exists repository.{name}"))
        connection.execute(text(f"create table repository.{name} (like repository.observation including all)"))
        # spares the change-over a scan of the whole table
        bounds = f"observed_at >= '{start.isoformat()}' and observed_at < '{end.isoformat()}'"
        connection.execute(text(f"alter table repository.{name} add constraint {name}_month check ({bounds})"))
        connection.execute(text(no_truncate(name)))
        connection.execute(
            text(f"insert into repository.{name} select * from repository.observation_default where {_RANGE}"),  # noqa: S608
            {"start": start, "end": end},
        )
        seen: str = connection.execute(text("select pg_current_snapshot()::text")).scalar_one()
    return seen


def attach(connection: Connection, name: str, start: datetime, end: datetime, seen: str) -> None:
    """Catches up with what was written since and makes the table a partition, all under one lock.

    Raises OperationalError (LockNotAvailable) when somebody else does not let go of the default partition.
    """
    connection = connection.execution_options(isolation_level="READ COMMITTED")
    values = {"start": start, "end": end, "seen": seen}
    columns = [c.name for c in TABLES["observation"].columns]
    changed = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in _KEY)
    same = " and ".join(f"n.{k} = o.{k}" for k in _KEY)
    with connection.begin():
        connection.execute(text("set local lock_timeout = '1s'"))
        # writers wait before they choose a partition: one that had chosen the default would be refused
        connection.execute(text("lock table only repository.observation in share row exclusive mode"))
        connection.execute(text("lock table repository.observation_default in access exclusive mode"))
        connection.execute(
            text(
                f"insert into repository.{name} select * from repository.observation_default"  # noqa: S608  names of ours
                f" where {_RANGE} and {_UNSEEN.format('recorded_in')}"
                f" on conflict ({', '.join(_KEY)}) do update set {changed}"
            ),
            values,
        )
        connection.execute(
            text(
                f"delete from repository.{name} n using repository.observation_history o"  # noqa: S608  names of ours
                f" where {same} and o.operation = 'DELETE' and {_UNSEEN.format('o.replaced_in')} and not exists"
                f" (select from repository.observation_default n where {same})"
            ),
            values,
        )
        default = "repository.observation_default"
        connection.execute(text(f"alter table {default} disable trigger keep"))
        connection.execute(text(f"delete from {default} where {_RANGE}"), values)  # noqa: S608
        connection.execute(text(f"alter table {default} enable trigger keep"))
        span = f"from ('{start.isoformat()}') to ('{end.isoformat()}')"
        connection.execute(
            text(f"alter table repository.observation attach partition repository.{name} for values {span}")
        )
        connection.execute(text(f"alter table repository.{name} drop constraint {name}_month"))
