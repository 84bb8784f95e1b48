"""Rows of a feed into the repository: few at once by one statement, many through a stage. The last of a key wins."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import numpy as np
import orjson
import psycopg
import pyarrow as pa
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import SQLAlchemyError

from city.batch import BEGINS, KEYS, Columns
from repository.connect import unreachable
from repository.merge import Counts, Merge
from repository.partitions import ensure
from repository.session import Connection
from repository.stage import Stage
from repository.tables import TABLES

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
FEW = 5_000
"""Rows up to which one statement with arrays is quicker than a staging table."""


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
    given = len(next(iter(columns.values()), ()))
    with writing(engine) as connection:
        few = rows.num_rows <= FEW
        counts = _at_once(connection, merge, rows) if few else _staged(engine, connection, merge, rows)
    return counts + Counts(unchanged=given - rows.num_rows)


def arrow(table: str, columns: Columns) -> pa.Table:
    """Columns of city.batch in the types of the table."""
    return pa.table({name: _arrow(table, name, values) for name, values in columns.items()})


def _arrow(table: str, name: str, values: Any) -> pa.Array:
    kind = _sql_type(table, name)
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


def _sql_type(table: str, name: str) -> str:
    return str(TABLES[table].columns[name].type.compile(_DIALECT))


def last_of_each(table: str, rows: pa.Table) -> pa.Table:
    """The last row of each key, in the order of the rows."""
    keys = list(zip(*(rows.column(k).to_pylist() for k in KEYS[table]), strict=True))
    last = {key: i for i, key in enumerate(keys)}
    return rows if len(last) == len(keys) else rows.take(sorted(last.values()))


def _at_once(connection: Connection, merge: Merge, rows: pa.Table) -> Counts:
    """Without a table in between: the rows travel as an array a column."""
    kinds = [sql.SQL(_sql_type(merge.table, n) + "[]") for n in rows.column_names]
    parts = sql.SQL(", ").join(sql.SQL("%s::text[]::{}").format(kind) for kind in kinds)
    names = sql.SQL(", ").join(map(sql.Identifier, rows.column_names))
    key = sql.SQL(", ").join(map(sql.Identifier, KEYS[merge.table]))
    source = sql.SQL("(select * from unnest({}) as given({}) order by {}) as given").format(parts, names, key)
    values = [[_text(v) for v in rows.column(n).to_pylist()] for n in rows.column_names]
    return merge.run(connection, source, rows.num_rows, values)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _staged(engine: Engine, connection: Connection, merge: Merge, rows: pa.Table) -> Counts:
    stage = Stage(connection, merge)
    try:
        stage.add(rows)
        kept = stage.settle()
        if merge.table == "observation":
            partitions(engine, stage.months())
        return sum((counts for _, counts in stage.batches(kept)), Counts())
    finally:
        if not connection.closed:
            stage.close()


def partitions(engine: Engine, months: list[datetime]) -> None:
    """The months' partitions, made before their rows come."""
    for month in months:
        ensure(engine, month, month)
