"""Rows of a feed into the repository: few at once by one statement, many by COPY. The last of a key wins."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from city.batch import BEGINS, KEYS, Array, Columns
from repository.connect import unreachable
from repository.copied import merge_copied
from repository.merge import Counts, Merge
from repository.partitions import ensure
from repository.session import Connection
from repository.tables import sql_type

FEW = 5_000
"""Rows up to which one statement with arrays is quicker than a table in between."""
BATCH = 50_000
"""Rows of one transaction."""


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """The driver's connection, for COPY; rolled back when the block raises. Raises RepositoryError."""
    try:
        raw = engine.raw_connection()
    except (psycopg.Error, SQLAlchemyError) as e:
        raise unreachable(engine, e) from e
    connection: Connection = raw.driver_connection  # type: ignore[assignment]
    try:
        yield connection
        connection.commit()
    except psycopg.OperationalError as e:
        raw.invalidate()
        raise unreachable(engine, e) from e
    except BaseException:
        if not connection.closed:
            connection.rollback()
        raise
    finally:
        raw.close()


def write_rows(engine: Engine, table: str, columns: Columns) -> Counts:
    """What a feed brings: as `upsert`, and the counts tell when the new rows were observed. What a feed does not say of
    a sensor stays as it is stored. Raises RepositoryError."""
    derived = frozenset(columns) - {*KEYS[table]} if table == "sensor" else frozenset[str]()
    moment = "observed_at" if table == "observation" else BEGINS.get(table)
    return _merged(engine, Merge(table, list(columns), derived, moment=moment), columns)


def patch_rows(engine: Engine, table: str, columns: Columns) -> Counts:
    """Change rows that are known, named by their whole key; others count as unchanged. Raises RepositoryError."""
    return _merged(engine, Merge(table, list(columns), known=True), columns)


def upsert(engine: Engine, table: str, columns: Columns) -> Counts:
    """Bring rows in: columns as in city.batch (any of the table's, the whole key among them; JSON as dicts).

    Columns left out keep what is stored. With a column `recorded_at` each row says when it was recorded (the past
    only, and only for the schema's owner). Safe to repeat. Raises RepositoryError.
    """
    return _merged(engine, Merge(table, list(columns)), columns)


def _merged(engine: Engine, merge: Merge, columns: Columns) -> Counts:
    rows = last_of_each(merge.table, arrow(merge.table, columns))
    counts = Counts(unchanged=len(next(iter(columns.values()), ())) - rows.num_rows)
    if rows.num_rows > FEW and merge.table == "observation":
        partitions(engine, _months(columns["observed_at"]))
    with writing(engine) as connection:
        if rows.num_rows <= FEW:
            return counts + _at_once(connection, merge, rows)
        for first in range(0, rows.num_rows, BATCH):
            counts += merge_copied(connection, merge, rows.slice(first, BATCH))
            connection.commit()
    return counts


def _months(moments: Array) -> list[datetime]:
    """First instants (UTC) of the months that some moments lie in."""
    return [m.replace(tzinfo=UTC) for m in np.unique(moments.astype("datetime64[M]")).astype("datetime64[us]").tolist()]


def arrow(table: str, columns: Columns) -> pa.Table:
    """Columns of city.batch in the types of the table."""
    return pa.table({name: _arrow(table, name, values) for name, values in columns.items()})


def _arrow(table: str, name: str, values: Any) -> pa.Array:
    kind = sql_type(table, name)
    if kind.startswith("TIMESTAMP"):
        return pa.array(np.asarray(values, dtype="datetime64[us]")).cast(pa.timestamp("us", tz="UTC"))
    if kind == "DOUBLE PRECISION":
        return pa.array(np.asarray(values, dtype=np.float64), from_pandas=True)
    if kind in ("SMALLINT", "INTEGER", "BIGINT"):
        return pa.array(np.asarray(values, dtype=np.float64), from_pandas=True).cast(pa.int64())
    if kind == "INTERVAL":
        seconds = np.asarray(values, dtype=np.float64).tolist()
        return pa.array([None if s != s else f"{s} seconds" for s in seconds], type=pa.string())
    if kind == "JSONB":
        return pa.array([None if v is None else _json(v) for v in values], type=pa.string())
    return pa.array(list(values), type=pa.bool_() if kind == "BOOLEAN" else pa.string())


def _json(value: Mapping[str, Any]) -> str:
    return orjson.dumps(value).decode()


def last_of_each(table: str, rows: pa.Table) -> pa.Table:
    """The last row of each key, in order of the keys: so two writers never wait for each other, and what comes after
    another is its neighbour in the index."""
    names = [n for n in KEYS[table] if not _constant(rows.column(n))]
    if not names or not rows.num_rows:
        return rows.slice(max(rows.num_rows - 1, 0))
    rows = rows.take(pc.sort_indices(rows, sort_keys=[(n, "ascending") for n in names])).combine_chunks()
    again = np.ones(rows.num_rows - 1, dtype=bool)
    for name in names:
        column = rows.column(name)
        again &= pc.equal(column[1:], column[:-1]).fill_null(False).to_numpy()
    return rows.filter(pa.array(np.append(~again, True))) if again.any() else rows


def _constant(column: pa.ChunkedArray) -> bool:
    return len(column) == 0 or bool(pc.all(pc.equal(column, column[0])).as_py())


def _at_once(connection: Connection, merge: Merge, rows: pa.Table) -> Counts:
    """Without a table in between: the rows travel as an array a column."""
    kinds = [sql.SQL(sql_type(merge.table, n) + "[]") for n in rows.column_names]
    parts = sql.SQL(", ").join(sql.SQL("%s::text[]::{}").format(kind) for kind in kinds)
    names = sql.SQL(", ").join(map(sql.Identifier, rows.column_names))
    source = sql.SQL("(select * from unnest({}) as given({})) as given").format(parts, names)
    values = [[_text(v) for v in rows.column(n).to_pylist()] for n in rows.column_names]
    return merge.run(connection, source, rows.num_rows, values)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)


def partitions(engine: Engine, months: list[datetime]) -> None:
    """The months' partitions, made before their rows come."""
    for month in months:
        ensure(engine, month, month)
