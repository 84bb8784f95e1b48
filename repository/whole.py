"""Everything a picture needs, read at once, of whichever versions are seen."""

from datetime import timedelta

import numpy as np
from psycopg import sql

from city.batch import BEGINS, KEYS, Batch, Change, Columns, column
from repository.columns import Row, from_rows, selected
from repository.former_years import seasons
from repository.older import newest_before
from repository.packed import Stretch, readings, together
from repository.session import Connection
from repository.windows import Sight, Window, wanted


def whole(connection: Connection, window: Window, sight: Sight) -> Batch:
    """A whole batch for `window`, in the transaction under way."""
    found: dict[str, Columns] = {
        t: from_rows(t, _rows(connection, t, window, sight)) for t in KEYS if t != "observation"
    }
    stretch = Stretch(window.at, window.horizon - timedelta(microseconds=1))
    older = [*newest_before(connection, window, sight), *seasons(connection, [stretch], sight)]
    found["observation"] = together(readings(connection, [stretch], sight), from_rows("observation", older))
    began = {table: first_begun(connection, table, sight) for table in BEGINS}
    return Batch({t: Change(rows) for t, rows in found.items()}, whole=True, began=began)


def _rows(connection: Connection, table: str, window: Window, sight: Sight) -> list[Row]:
    # unprepared, so that the plan is made for these very moments; binary, since parsing text takes twice as long
    statement = f"select {selected(table)} from {sight.of(table)} where {wanted(table)}"  # noqa: S608  names of ours
    parameters = {**window.parameters, **sight.parameters}
    return connection.execute(statement, parameters, prepare=False, binary=True).fetchall()


def first_begun(connection: Connection, table: str, sight: Sight) -> np.datetime64:
    """When the first of a table's rows began, as seen; NaT when it has none."""
    name = BEGINS[table]
    begin, rows, history = (
        sql.Identifier(*n) for n in ((name,), ("repository", table), ("repository", f"{table}_history"))
    )
    # in the order of an index, so that what is stored now is not read to its end
    asked = [sql.SQL("(select {} from {} where {} order by 1 limit 1)").format(begin, rows, sql.SQL(sight.current))]
    if sight.kind != "now":
        asked.append(sql.SQL("(select min({}) from {} where {})").format(begin, history, sql.SQL(sight.replaced)))
    statement = sql.SQL("select least({})").format(sql.SQL(", ").join(asked))
    row = connection.execute(statement, sight.parameters).fetchone()
    first: np.datetime64 = column(name, [row[0] if row else None])[0]
    return first
