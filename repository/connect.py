"""Connections to the shared repository: checked before use, in UTC, and never waited for without end."""

import psycopg
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, SQLAlchemyError

from repository.errors import AwayError, RepositoryError, UnwritableError

DRIVER = "postgresql+psycopg"
OLDEST = 150000
DEADLINE = 60.0
"""Seconds a statement may run where nobody asks for more."""
POOLER = "pgbouncer"
PASSING = ("the database system is", "too many", "terminating connection", "remaining connection slots")
"""Of the errors by which a server ends a conversation, those that pass by themselves."""
FULL = (psycopg.errors.DiskFull, psycopg.errors.ReadOnlySqlTransaction)
KEEPALIVES = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def connect(
    url: str, *, deadline: float = DEADLINE, name: str = "ioc", pool_size: int = 5, ping: bool = True
) -> Engine:
    """An engine on the repository; nothing is asked of the server yet (see `reachable` and `check`).

    `deadline` is the longest a statement may run, in seconds; `ping` checks a connection before it is used again.
    `?pgbouncer=true` in the URL leaves out what a pooler in transaction mode cannot carry: settings of a session
    and prepared statements.
    Raises RepositoryError when the URL is no PostgreSQL URL.
    """
    target = _target(url)
    pooled = target.query.get(POOLER) == "true"
    arguments: dict[str, object] = {**KEEPALIVES, "connect_timeout": 5, "application_name": name}
    if pooled:
        arguments["prepare_threshold"] = None
    else:
        arguments["options"] = f"-c timezone=UTC -c statement_timeout={int(deadline * 1000)} -c jit=off"
    engine = create_engine(
        target.difference_update_query([POOLER]),
        connect_args=arguments,
        pool_pre_ping=ping,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        pool_recycle=1800 if ping else -1,
    )
    engine.update_execution_options(**{POOLER: pooled})
    return engine


def address(engine: Engine) -> str:
    """The URL by which `connect` makes another engine like this one, password included."""
    url = engine.url.update_query_dict({POOLER: "true"} if engine.get_execution_options().get(POOLER) else {})
    return url.render_as_string(hide_password=False)


def reachable(engine: Engine) -> bool:
    """Does the database answer right now?"""
    try:
        with engine.connect() as connection:
            connection.execute(text("select 1"))
    except SQLAlchemyError:
        return False
    return True


def check(engine: Engine) -> None:
    """Raises RepositoryError, one line, unless the server answers and is one we can work with."""
    try:
        with engine.connect() as connection:
            version, standby = connection.execute(
                text("select current_setting('server_version_num')::int, pg_is_in_recovery()")
            ).one()
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
    if version < OLDEST:
        raise RepositoryError(f"PostgreSQL at {shown(engine.url)} is version {version // 10000}; 15 or newer is needed")
    if standby:
        raise RepositoryError(
            f"PostgreSQL at {shown(engine.url)} is a standby: the repository is read from the primary"
        )


def unreachable(engine: Engine, error: Exception) -> RepositoryError:
    """One line out of a driver's error, with the address and without the password. An AwayError when it may pass.

    An UnwritableError when the server answers and has no room, or takes no writes.
    """
    reason = str(getattr(error, "orig", None) or error).strip()
    password = engine.url.password
    if password:
        reason = reason.replace(str(password), "***")
    kind = AwayError if _may_pass(error, reason) else RepositoryError
    if isinstance(getattr(error, "orig", None) or error, FULL):
        kind = UnwritableError
    return kind(f"the repository at {shown(engine.url)} cannot be used: {' '.join(reason.split())}")


def _may_pass(error: Exception, reason: str) -> bool:
    """Nobody answers, or the server says that it is not ready; what it refuses for good it says as FATAL, too."""
    if not isinstance(getattr(error, "orig", None) or error, psycopg.OperationalError | InterfaceError):
        return False
    return "FATAL" not in reason or any(words in reason for words in PASSING)


def shown(url: URL) -> str:
    """An address as it may be shown: no password, no query."""
    host = url.host or url.query.get("host") or "local socket"
    host = ", ".join(host) if isinstance(host, tuple) else host
    port = f":{url.port}" if url.port else ""
    return f"{host}{port}/{url.database or ''}"


def _target(url: str) -> URL:
    try:
        target = make_url(url)
    except (ArgumentError, ValueError) as e:
        raise RepositoryError(f"IOC_REPOSITORY_URL is no database URL: expected {DRIVER}://user@host/database") from e
    if target.drivername in ("postgresql", "postgres"):
        target = target.set(drivername=DRIVER)
    if target.drivername != DRIVER:
        raise RepositoryError(
            f"IOC_REPOSITORY_URL is for {target.drivername!r}: expected {DRIVER}://user@host/database"
        )
    return target
