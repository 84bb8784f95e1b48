"""Which one of several processes does the work that only one may do: an advisory lock, held by a session of its own.

The server ends that session when nothing was heard of it for a while, so a process that is frozen, or cut off without
a word, does not keep the lead from the others.
"""

from types import TracebackType

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

LOCK = 4_711_002
SILENCE = 20
"""Seconds; whoever leads asks every other second whether it still does."""


class Leadership:
    """A claim to the lead, alone while `held()`. Whoever dies or loses the database loses it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._session: Connection | None = None

    def held(self) -> bool:
        """Take the lead if it is free; say whether it is ours now. A database that is away leads nobody."""
        try:
            if self._session is None:
                self._session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                return self._claim(self._session)
            return self._has(self._session) or self._claim(self._session)
        except SQLAlchemyError:
            self._drop()
            return False

    def _claim(self, session: Connection) -> bool:
        taken = bool(session.execute(text("select pg_try_advisory_lock(:key)"), {"key": LOCK}).scalar_one())
        if taken:
            limit = {"limit": f"{SILENCE}s"}
            session.execute(text("select set_config('idle_session_timeout', :limit, false)"), limit)
        else:
            self.release()
        return taken

    def _has(self, session: Connection) -> bool:
        mine = text("""select exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
                       and classid = 0 and objid = :key and granted)""")
        return bool(session.execute(mine, {"key": LOCK}).scalar_one())

    def release(self) -> None:
        """Let another process lead."""
        session, self._session = self._session, None
        if session is not None:
            try:
                session.execute(text("select pg_advisory_unlock_all()"))
                session.execute(text("reset idle_session_timeout"))
                session.close()
            except SQLAlchemyError:
                session.invalidate()

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.invalidate()

    def __enter__(self) -> "Leadership":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
