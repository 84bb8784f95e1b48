"""Any SQL database by a query of its city file: rows since the cursor, read only, through SQLAlchemy.

The query names what is known already as `:cursor`, for instance `select … where updated_at >= :cursor order by
updated_at`. The cursor is the greatest value of that column that is in the repository; before the first poll `start`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from data_sources.engine.contract import Answer, DataSource, SourceError, Talk
from data_sources.engine.declared import Declared, Span
from data_sources.engine.means import Means, Tabulate
from data_sources.transports.feed import Feed
from data_sources.transports.table import Mapped, tabulator

Value = int | float | str | datetime
READ_ONLY = {
    "postgresql": "set transaction read only",
    "oracle": "set transaction read only",
    "mysql": "set transaction read only",
    "mariadb": "set transaction read only",
    "sqlite": "pragma query_only = on",
}
BY_TIMEOUT = {
    "postgresql": "select set_config('statement_timeout', :most, true)",
    "mysql": "set session max_execution_time = :most",
}
CONNECT = {"postgresql": {"connect_timeout": 10}, "mysql": {"connect_timeout": 10}, "mariadb": {"connect_timeout": 10}}


class Queried(Mapped):
    """`overlap` (a span, or a number for numbers) is how far behind the cursor is read again: rows may be committed
    later than their number or time says. `batch` rows come at once."""

    query: str
    cursor: str = ""
    start: Value = 0
    overlap: Span | float = 0
    batch: int = 5_000


class Database(Feed):
    def __init__(self, declared: Declared, means: Means, tabulate: Tabulate, told: Queried, url: URL) -> None:
        super().__init__(declared, means, tabulate)
        self._told, self._url = told, url

    def fetch(self, now: datetime) -> Talk:
        told = self._told
        known = value_of(self.place()["cursor"]) if "cursor" in self.place() else None
        values = {"cursor": told.start if known is None else behind(known, told.overlap)} if told.cursor else {}
        with self._connected() as connection:
            found = connection.execution_options(stream_results=True).execute(text(told.query), values)
            if told.cursor and told.cursor not in list(found.keys()):
                raise SourceError(f"the query has no column {told.cursor}, which is its cursor")
            for rows in found.mappings().partitions(told.batch):
                listed = [dict(row) for row in rows]
                known = self._greatest(listed, known)
                headers = {} if known is None else {"cursor": orjson.dumps(kept(known)).decode()}
                body = b"\n".join(orjson.dumps(row, default=written) for row in listed)
                yield Answer(body, self.means.clock.now(), self.info.url, 200, headers)

    def _greatest(self, rows: list[dict[str, Any]], known: Value | None) -> Value | None:
        """Never behind what was known: what the overlap reads again comes first."""
        if not self._told.cursor:
            return None
        try:
            return max((v for v in (*(row[self._told.cursor] for row in rows), known) if v is not None), default=None)
        except TypeError as e:
            raise SourceError(f"values of {self._told.cursor} can't be compared with each other: {e}") from e

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """A transaction that can't write, ends in time, and is rolled back. Raises SourceError without the password."""
        auth, name = self.declared.auth, self._url.get_backend_name()
        url = self._url.set(username=auth.name or None, password=self.means.secrets(auth.secret)) if auth else self._url
        try:
            engine = create_engine(url, poolclass=NullPool, connect_args=dict(CONNECT.get(name, {})))
            with engine.connect() as connection:
                if name in READ_ONLY:
                    connection.execute(text(READ_ONLY[name]))
                if name in BY_TIMEOUT:
                    most = str(int(self.info.timeout.total_seconds() * 1000))
                    connection.execute(text(BY_TIMEOUT[name]), {"most": most})
                yield connection
                connection.rollback()
        except (SQLAlchemyError, ImportError, ValueError) as e:
            told = str(getattr(e, "orig", None) or e).strip().splitlines()
            raise SourceError(self.means.secrets.scrubbed(f"{name}: {told[0] if told else type(e).__name__}")) from None

    def stored(self, answer: Answer) -> None:
        if "cursor" in answer.headers:
            self.means.cursor.save({"cursor": orjson.loads(answer.headers["cursor"])})


def kept(value: Value) -> dict[str, Any]:
    """A cursor's value as JSON that tells its type."""
    return {"moment": value.isoformat()} if isinstance(value, datetime) else {"plain": value}


def value_of(place: dict[str, Any]) -> Value:
    found: Value = datetime.fromisoformat(place["moment"]) if "moment" in place else place["plain"]
    return found


def behind(value: Value, overlap: timedelta | float) -> Value:
    if isinstance(value, datetime) and isinstance(overlap, timedelta):
        return value - overlap
    if isinstance(value, int | float) and isinstance(overlap, int | float):
        return value - int(overlap) if isinstance(value, int) else value - overlap
    return value


def written(value: object) -> str:
    """What JSON has no type for, as a cell."""
    return value.hex() if isinstance(value, bytes | memoryview) else str(value)


def build(declared: Declared, means: Means) -> DataSource:
    told = declared.options_as(Queried)
    try:
        url = make_url(declared.url)
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as e:
        raise declared.wrong("url", f"no address of a database: {e}") from e
    except ImportError as e:
        raise declared.wrong("url", f"the driver of this database is not installed: {e}") from e
    if told.cursor and ":cursor" not in told.query:
        raise declared.wrong("query", "it does not ask by :cursor")
    return Database(declared, means, tabulator(declared, means, told.mapping), told, url)


STANDARDS = {"sql": build}
