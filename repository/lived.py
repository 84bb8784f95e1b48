"""Rows with a life as whole columns: one row travels for a table, made of one value a column.

Weeks of tickets and cases are tens of thousands of rows; as tuples each of their values is a Python object that is
made, sorted into its column and thrown away. Here PostgreSQL strings times and numbers together, eight bytes each, and
everything else to one JSON list a column; both are read as they lie.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson

from city.batch import CARRIED, NUMBERS, TIMES, Array, Columns
from repository.columns import moments
from repository.session import Connection
from repository.windows import Sight

DOCUMENTS = frozenset({"attributes"})
"""Whose values are no words but JSON of any shape."""
_NONE = r"'\x8000000000000000'::bytea"
"""The least int64: numpy's NaT."""


def lived(connection: Connection, table: str, condition: str, parameters: Mapping[str, Any], sight: Sight) -> Columns:
    """The rows of a table, as seen, that meet a condition, equal texts kept once."""
    asked = ", ".join(map(_strung, CARRIED[table]))
    statement = f"select {asked} from {sight.of(table)} where {condition}"  # noqa: S608  names of ours
    found = connection.execute(statement.encode(), {**parameters, **sight.parameters}, prepare=False, binary=True)
    row = found.fetchone() or ()
    words: dict[Any, Any] = {}
    return {name: _column(name, sent, words) for name, sent in zip(CARRIED[table], row, strict=True)}


def _strung(name: str) -> str:
    if name in TIMES:
        return f"string_agg(coalesce(timestamptz_send({name}), {_NONE}), ''::bytea)"
    if name in NUMBERS:
        return f"string_agg(float8send(coalesce({name}::float8, 'NaN')), ''::bytea)"
    return f"json_agg({name})::text"


def _column(name: str, sent: Any, words: dict[Any, Any]) -> Array:
    """Of what came for one column: bytes, JSON, or None where there is no row."""
    if name in TIMES:
        return moments(sent or b"")
    if name in NUMBERS:
        return np.frombuffer(sent or b"", dtype=">f8").astype(np.float64)
    values = orjson.loads(sent or "[]")
    out = np.empty(len(values), dtype=object)
    out[:] = values if name in DOCUMENTS else list(map(words.setdefault, values, values))
    return out
