"""Everything a picture needs, read at once, of whichever versions are seen."""

import numpy as np

from city.batch import BEGINS, KEYS, Array, Batch, Change, column
from repository.columns import from_csv, joined, selected
from repository.older import newest_before
from repository.session import Connection
from repository.windows import Sight, Window, wanted


def whole(connection: Connection, window: Window, sight: Sight) -> Batch:
    """A whole batch for `window`, in the transaction under way."""
    rows = {table: _rows(connection, table, window, sight) for table in KEYS}
    rows["observation"] = joined("observation", [rows["observation"], newest_before(connection, window, sight)])
    began = {table: _began(connection, table, sight) for table in BEGINS}
    return Batch({table: Change(columns) for table, columns in rows.items()}, whole=True, began=began)


def _rows(connection: Connection, table: str, window: Window, sight: Sight) -> dict[str, Array]:
    statement = f"copy (select {selected(table)} from {sight.of(table)} where {wanted(table)}) to stdout (format csv)"  # noqa: S608
    with connection.cursor() as cursor, cursor.copy(statement, {**window.parameters, **sight.parameters}) as copy:
        return from_csv(table, b"".join(copy))


def _began(connection: Connection, table: str, sight: Sight) -> np.datetime64:
    statement = f"select min({BEGINS[table]}) from {sight.of(table)}"  # noqa: S608  names of ours
    row = connection.execute(statement, sight.parameters).fetchone()
    first: np.datetime64 = column(BEGINS[table], [row[0] if row else None])[0]
    return first
