"""Everything a picture needs, read at once, of whichever versions are seen."""

import numpy as np

from city.batch import BEGINS, KEYS, Batch, Change, column
from repository.columns import Row, from_rows, selected
from repository.older import newest_before
from repository.session import Connection
from repository.windows import Sight, Window, wanted


def whole(connection: Connection, window: Window, sight: Sight) -> Batch:
    """A whole batch for `window`, in the transaction under way."""
    rows = {table: _rows(connection, table, window, sight) for table in KEYS}
    rows["observation"] += newest_before(connection, window, sight)
    began = {table: _began(connection, table, sight) for table in BEGINS}
    return Batch({t: Change(from_rows(t, found)) for t, found in rows.items()}, whole=True, began=began)


def _rows(connection: Connection, table: str, window: Window, sight: Sight) -> list[Row]:
    # unprepared, so that the plan is made for these very moments; binary, since parsing text takes twice as long
    statement = f"select {selected(table)} from {sight.of(table)} where {wanted(table)}"  # noqa: S608  names of ours
    parameters = {**window.parameters, **sight.parameters}
    return connection.execute(statement, parameters, prepare=False, binary=True).fetchall()


def _began(connection: Connection, table: str, sight: Sight) -> np.datetime64:
    statement = f"select min({BEGINS[table]}) from {sight.of(table)}"  # noqa: S608  names of ours
    row = connection.execute(statement, sight.parameters).fetchone()
    first: np.datetime64 = column(BEGINS[table], [row[0] if row else None])[0]
    return first
