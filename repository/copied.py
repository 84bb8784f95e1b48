"""Rows whose keys are distinct, copied to a table that lasts as long as one transaction, and merged from there."""

from io import BytesIO

import pyarrow as pa
from psycopg import sql
from pyarrow import csv

from repository.merge import Counts, Merge
from repository.session import Connection
from repository.tables import sql_type

_COPIED = sql.Identifier("feed_copied")


def merge_copied(connection: Connection, merge: Merge, rows: pa.Table) -> Counts:
    """What became of `rows`, within the transaction under way: its time limit for statements is lifted, and the table
    is gone when it ends, however it ends."""
    connection.execute("set local statement_timeout = 0")
    names = rows.column_names
    typed = [sql.SQL("{} {}").format(sql.Identifier(n), sql.SQL(sql_type(merge.table, n))) for n in names]
    connection.execute(
        sql.SQL("create temp table {} ({}) on commit drop").format(_COPIED, sql.SQL(", ").join(typed)), prepare=False
    )
    copy_into(connection, _COPIED, rows)
    return merge.run(connection, sql.SQL("{}").format(_COPIED), rows.num_rows)


def copy_into(connection: Connection, table: sql.Composable, rows: pa.Table) -> None:
    """COPY; the table's columns are those of `rows`, in their order."""
    buffer = BytesIO()
    csv.write_csv(rows, buffer, csv.WriteOptions(include_header=False))
    into = sql.SQL("copy {} from stdin (format csv)").format(table)
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        copy.write(buffer.getbuffer())
