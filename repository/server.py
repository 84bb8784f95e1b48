"""The embedded PostgreSQL, shared by all processes that use one data directory.

Who uses it is told by locks the kernel holds, so a process that was killed leaves nothing behind: each user keeps
a shared lock on `postgres.users`; the one who can lock it alone is the last, and stops the server. Starting and
stopping happen under an exclusive lock on `postgres.lock`.
"""

import fcntl
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType
from typing import IO

import psycopg
from psycopg import sql
from sqlalchemy import URL

from repository.cluster import Cluster
from repository.errors import ServerError
from repository.locks import locked, opened
from repository.revive import revived

DATABASE = "ioc"


@contextmanager
def embedded(data_dir: Path, settings: Mapping[str, str] | None = None, *, revive: bool = False) -> Iterator[str]:
    """The SQLAlchemy URL of database `ioc` in the PostgreSQL under `data_dir`/postgres, running while inside.

    `settings` are PostgreSQL's, over ours. With `revive` a server that was killed is started again. SIGTERM inside
    leaves in order (as SystemExit), unless handled already.
    Raises ServerError, one line that says what to do.
    """
    cluster = Cluster.at(Path(data_dir).absolute() / "postgres")
    with _sigterm_leaves(), opened(data_dir / "postgres.users") as users:
        try:
            with locked(data_dir / "postgres.lock"):
                if cluster.pid is None:
                    cluster.init()
                    cluster.start(settings or {})
                fcntl.flock(users, fcntl.LOCK_SH)
            _ensure_database(cluster)
            with revived(cluster, data_dir / "postgres.lock", settings or {}) if revive else nullcontext():
                yield _url(cluster, DATABASE).render_as_string(hide_password=False)
        finally:
            with locked(data_dir / "postgres.lock"):
                if _alone(users):
                    cluster.stop()


def _url(cluster: Cluster, database: str) -> URL:
    # the port is named so that PGPORT in somebody's shell does not change it
    query = {"host": str(cluster.socket_dir), "port": "5432"}
    return URL.create("postgresql+psycopg", username="postgres", database=database, query=query)


def _ensure_database(cluster: Cluster) -> None:
    where = _url(cluster, "postgres").set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(where, autocommit=True, connect_timeout=10) as connection:
            known = "select 1 from pg_database where datname = %s"
            # two that start at once may both see it absent: the lock lets one create it
            connection.execute("select pg_advisory_lock(%s)", [0x10C])
            if not connection.execute(known, [DATABASE]).fetchone():
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
    except psycopg.Error as e:
        raise ServerError(f"the PostgreSQL in {cluster.path} does not answer: {e}".replace("\n", " ")) from e


def _alone(users: IO[bytes]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


@contextmanager
def _sigterm_leaves() -> Iterator[None]:
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
