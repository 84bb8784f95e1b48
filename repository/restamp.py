"""Transaction ids mean something within one cluster only.

Rows brought over from another cluster (dump and restore) may carry ids that are still to come in this one; every
look would find them again for ever. They become known since before the first transaction, without being changed.
"""

from sqlalchemy import Connection, text

from repository.tables import HISTORY, TABLES

ALWAYS = 3
"""The first ordinary transaction id: visible to every look."""


def restamp(connection: Connection) -> int:
    """Re-stamps rows from the future and returns how many; looks at an index only when there are none."""
    connection.execute(text("set transaction_isolation = 'read committed'"))
    connection.execute(text("set local repository.keep_stamps = 'on'"))
    following = connection.execute(text("select pg_snapshot_xmax(pg_current_snapshot())::text")).scalar_one()
    moved = 0
    columns = [(t.fullname, "recorded_in") for t in TABLES.values()]
    columns += [(t.fullname, c) for t in HISTORY.values() for c in ("recorded_in", "replaced_in")]
    for table, column in columns:
        statement = f"update {table} set {column} = '{ALWAYS}' where {column} >= cast(:following as xid8)"  # noqa: S608
        moved += connection.execute(text(statement), {"following": following}).rowcount
    connection.execute(text("set local repository.keep_stamps = 'off'"))
    return moved
