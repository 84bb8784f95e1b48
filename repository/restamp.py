"""Transaction ids mean something within one cluster only.

Rows brought over from another cluster (dump and restore) may carry ids that are still to come in this one; every
look would find them again for ever. They become known since before the first transaction, without being changed.
"""

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from repository.connect import unreachable
from repository.tables import HISTORY, TABLES

ALWAYS = 3
"""The first ordinary transaction id: visible to every look."""


def restamp(connection: Connection) -> int:
    """Re-stamps rows from the future and returns how many; looks at an index only when there are none."""
    connection.execute(text("set local repository.keep_stamps = 'on'"))
    following = connection.execute(text("select pg_snapshot_xmax(pg_current_snapshot())::text")).scalar_one()
    moved = 0
    # what was replaced was recorded before: an index of replaced_in finds both
    statements = [f"update {t.fullname} set recorded_in = '{ALWAYS}' where recorded_in" for t in TABLES.values()]  # noqa: S608
    replaced = f"replaced_in = '{ALWAYS}', recorded_in = '{ALWAYS}'"
    statements += [f"update {t.fullname} set {replaced} where replaced_in" for t in HISTORY.values()]  # noqa: S608
    for statement in statements:
        moved += connection.execute(text(f"{statement} >= cast(:x as xid8)"), {"x": following}).rowcount
    connection.execute(text("set local repository.keep_stamps = 'off'"))
    return moved


def heal(engine: Engine) -> int:
    """`restamp` on its own, before a first look; left to the schema's owner where that is somebody else.

    All of it sees one moment: what others commit meanwhile has ids that follow, and is no row from the future.
    Raises RepositoryError.
    """
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
            return restamp(connection)
    except ProgrammingError:
        return 0
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
