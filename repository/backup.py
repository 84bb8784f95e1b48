"""The whole repository into one file and back, by PostgreSQL's own pg_dump and pg_restore: one moment of it, whole.

What was recorded when stays as it was. Transaction ids mean nothing in another cluster: rows that carry ids still to
come there are stamped anew, so nothing is seen twice.
"""

import os
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from repository import programs
from repository.connect import unreachable
from repository.errors import RepositoryError
from repository.migrate import current, upgrade
from repository.tables import SCHEMA

DEBIAN = Path("/usr/lib/postgresql")


def backup(engine: Engine, into: Path) -> None:
    """Writes a new file, readable by its owner only; one that is broken off is not left behind.

    While it is written it has a name of this process's own: where an earlier try was killed its pg_dump may still be
    writing, and two of them in one file would make a backup that cannot be read.
    Raises RepositoryError.
    """
    if current(engine) is None:
        raise RepositoryError("there is no repository to back up: it has no tables yet")
    if into.exists():
        raise RepositoryError(f"{into} is there already: choose another name")
    partial = into.with_name(f"{into.name}.{secrets.token_hex(4)}.partial")
    try:
        partial.touch(mode=0o600, exist_ok=False)
        _run("pg_dump", engine, "--format=custom", f"--schema={SCHEMA}", "--no-owner", f"--file={partial}")
        partial.replace(into)
    except OSError as e:
        raise RepositoryError(f"{into}: {e.strerror or e}") from e
    finally:
        partial.unlink(missing_ok=True)


def restore(engine: Engine, source: Path) -> None:
    """Brings a backup into a database that has no repository yet: all of it, or nothing. Raises RepositoryError."""
    if not source.is_file():
        raise RepositoryError(f"{source} is no file")
    if current(engine) is not None:
        raise RepositoryError("there is a repository in this database already: restore into an empty one")
    words = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _run("pg_restore", engine, *words, f"--dbname={_address(engine)}", str(source))
    upgrade(engine)


def _run(tool: str, engine: Engine, *words: str) -> None:
    where = [] if tool == "pg_restore" else [f"--dbname={_address(engine)}"]
    command = [str(_program(tool, engine)), *where, *words]
    environment = {**os.environ, "PGPASSWORD": str(engine.url.password or ""), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        lines = [x for x in done.stderr.splitlines() if x.strip()]
        why = next((x for x in lines if "error" in x.lower() or "FATAL" in x), lines[-1] if lines else "no reason told")
        raise RepositoryError(f"{tool} failed: {why.strip()}")


def _address(engine: Engine) -> str:
    """As libpq takes it; the password goes by the environment, where nobody else can read it."""
    plain = engine.url.difference_update_query(["pgbouncer"]).set(drivername="postgresql", password=None)
    return plain.render_as_string(hide_password=False)


def _program(tool: str, engine: Engine) -> Path:
    """The one of the server's own release: an older server does not understand what a newer pg_restore says."""
    try:
        with engine.connect() as connection:
            number = connection.execute(text("select current_setting('server_version_num')::int")).scalar_one()
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
    major = str(number // 10000)
    if major == programs.VERSION:
        return programs.installed() / tool
    found = [DEBIAN / major / "bin" / tool, *_on_path(tool)]
    for path in found:
        if path.exists() and f" {major}." in _version([str(path), "--version"]):
            return path
    raise RepositoryError(f"{tool} of PostgreSQL {major} is not here: install postgresql-client-{major}")


def _on_path(tool: str) -> list[Path]:
    found = shutil.which(tool)
    return [Path(found)] if found else []


def _version(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603
