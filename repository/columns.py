"""From what PostgreSQL sends to the columns of city.batch."""

import json
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from city.batch import CARRIED, KEYS, NUMBERS, TIMES, Array, Columns, Key, column

JSON = frozenset({"geometry", "attributes"})
FLAGS = frozenset({"urgent", "data_reused", "fee_paid_online"})
_WORDS = pa.dictionary(pa.int32(), pa.string())


def expression(name: str) -> str:
    """A carried column as SQL selects it."""
    return "extract(epoch from expected_every)::float8 as expected_every" if name == "expected_every" else name


def selected(table: str) -> str:
    return ", ".join(expression(c) for c in CARRIED[table])


def from_rows(table: str, rows: Sequence[Sequence[Any]]) -> dict[str, Array]:
    """Columns out of the driver's rows, in the order of CARRIED; what comes after those is left out."""
    names = CARRIED[table]
    columns = zip(*rows, strict=True) if rows else iter([()] * len(names))
    return {name: column(name, list(values)) for name, values in zip(names, columns, strict=False)}


def keys(table: str, rows: Iterable[Sequence[Any]]) -> frozenset[Key]:
    """Keys out of the driver's rows; moments as in the columns' own lists: naive, UTC."""
    moment = KEYS[table].index("observed_at") if "observed_at" in KEYS[table] else None
    if moment is None:
        return frozenset(tuple(row) for row in rows)
    return frozenset((*row[:moment], row[moment].replace(tzinfo=None)) for row in rows)


def from_csv(table: str, data: bytes) -> dict[str, Array]:
    """Columns out of COPY … TO STDOUT (FORMAT csv): ten times as quick as rows, for looks at very many."""
    names = CARRIED[table]
    if not data:
        return {name: column(name, []) for name in names}
    read = csv.read_csv(
        BytesIO(data),
        read_options=csv.ReadOptions(column_names=list(names), block_size=1 << 24),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types={name: _type(name) for name in names},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    ).combine_chunks()
    return {name: _array(name, read.column(name)) for name in names}


def joined(table: str, parts: Sequence[Columns]) -> dict[str, Array]:
    return {name: np.concatenate([p[name] for p in parts]) for name in CARRIED[table]}


def _type(name: str) -> pa.DataType:
    if name in TIMES:
        return pa.timestamp("us", tz="UTC")
    if name in NUMBERS:
        return pa.float64()
    return pa.bool_() if name in FLAGS else pa.string() if name in JSON else _WORDS


def _array(name: str, values: pa.ChunkedArray) -> Array:
    if name in TIMES or name in NUMBERS:
        plain: Array = (values.cast(pa.timestamp("us")) if name in TIMES else values).to_numpy()
        return plain
    if pa.types.is_dictionary(values.type):
        return _words(values)
    found = values.to_pylist()
    if name in JSON:
        found = [None if v is None else json.loads(v) for v in found]
    return column(name, found)


def _words(values: pa.ChunkedArray) -> Array:
    """Equal words share one str, so a column of many rows is small."""
    chunks = [_shared(chunk) for chunk in values.chunks]
    return np.concatenate(chunks) if chunks else column("", [])


def _shared(chunk: Any) -> Array:
    words = column("", [*chunk.dictionary.to_pylist(), None])
    index = chunk.indices.fill_null(len(words) - 1).to_numpy()
    found: Array = words[index]
    return found
