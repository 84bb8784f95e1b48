"""Bringing the schema up to date. Any number of processes may try at once: one does it, the rest find it done."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from repository.connect import check, unreachable
from repository.errors import RepositoryError
from repository.restamp import restamp
from repository.tables import SCHEMA

SCRIPTS = Path(__file__).resolve().parent / "migrations"
LOCK = 4_711_001


def upgrade(engine: Engine, revision: str = "head") -> None:
    """All steps up to `revision` in one transaction, or none. Raises RepositoryError."""
    check(engine)
    try:
        with engine.begin() as connection:
            # a migration may take as long as it needs, and waits for the one under way
            connection.execute(text("set local statement_timeout = 0"))
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
            if not _has_schema(connection):
                connection.execute(text(f"create schema {SCHEMA}"))
            _known(_revision(connection))
            command.upgrade(_config(connection), revision)
            if _revision(connection) == head():  # it knows the tables of the newest revision
                restamp(connection)
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def downgrade(engine: Engine, revision: str) -> None:
    """Back to an older revision; what only the newer one can hold is lost. For tests of upgrades."""
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        command.downgrade(_config(connection), revision)


def current(engine: Engine) -> str | None:
    """The revision the database is at, None when there is no schema yet."""
    try:
        with engine.connect() as connection:
            return _revision(connection)
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def head() -> str | None:
    """The newest revision this program knows."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head()


def newer(there: str | None) -> bool:
    """Has a newer version of the program been here? Revisions count up, and none is ever taken back."""
    return there is not None and there not in {s.revision for s in ScriptDirectory(str(SCRIPTS)).walk_revisions()}


def _known(there: str | None) -> None:
    """Raises RepositoryError for a schema that a newer version of the program brought."""
    if newer(there):
        raise RepositoryError(
            f"the repository's schema is at revision {there}, this version of the program knows {head()} at most:"
            " run the newer version"
        )


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA}).get_current_revision()


def _has_schema(connection: Connection) -> bool:
    found = connection.execute(text("select 1 from pg_namespace where nspname = :name"), {"name": SCHEMA})
    return found.first() is not None
