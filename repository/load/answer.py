"""One answer of a feed as rows of a mapping: read, shaped, converted and judged as a loaded file is, one by one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from repository.load.chunk import Chunk
from repository.load.convert import converted
from repository.load.files import read_bytes
from repository.load.mapping import Mapping
from repository.load.options import FileOptions
from repository.load.refusals import refused, unread
from repository.load.rules import judge
from repository.load.shape import Plan, bind, shaped, wanted


@dataclass(frozen=True, slots=True)
class Tabled:
    """A row: its `values` (empty cells left out, times aware, JSON as dicts, spans in seconds), or the `reason` why it
    is refused. `origin` writes the row so that the same mapping reads it again."""

    values: dict[str, Any]
    origin: Callable[[], str]
    reason: str | None = None


def tabled(name: str, body: bytes, mapping: Mapping, now: datetime) -> Iterator[Tabled]:
    """Raises LoadError when the whole is of no use; what came before it was fit to take."""
    plan: Plan | None = None
    for chunk in read_bytes(name, body, _options(body, mapping), wanted(mapping)):
        if plan is None or plan.names != tuple(chunk.table.column_names):
            plan = bind(name, mapping, chunk)
        yield from _rows(plan, chunk, mapping, now)


def _options(body: bytes, mapping: Mapping) -> FileOptions:
    """A row that was refused is written as JSON, whatever the file was."""
    again = mapping.file.format in ("csv", "parquet") and body[:1] == b"{"
    return FileOptions(empty=mapping.file.empty, decimal=mapping.file.decimal) if again else mapping.file


def _rows(plan: Plan, chunk: Chunk, mapping: Mapping, now: datetime) -> Iterator[Tabled]:
    rows = shaped(plan, chunk)
    out = converted(rows, mapping)
    judge(out, mapping, now)
    for bad in unread(chunk, "", ""):
        yield Tabled({}, partial(str, bad.row.content), bad.row.reason)
    for refusal in refused(rows, "", ""):
        yield Tabled({}, partial(_again, refusal.row.content, features=chunk.features), refusal.row.reason)
    good = np.flatnonzero(out.verdict.good)
    table = pa.table(out.columns).take(pa.array(good))
    kinds = mapping.of.columns
    cells = {name: _values(table.column(name), kinds[name]) for name in table.column_names}
    for at, *row in zip(rows.origin[good].tolist(), *cells.values(), strict=True):
        values = {n: v for n, v in zip(cells, row, strict=True) if v is not None}
        yield Tabled(values, partial(_written, chunk, at))


def _values(column: pa.ChunkedArray, kind: str) -> list[Any]:
    found: list[Any] = column.to_pylist()
    if kind == "json":
        return [None if v is None else orjson.loads(v) for v in found]
    if kind == "interval":
        return [None if v is None else float(v.partition(" ")[0]) for v in found]
    return found


def _written(chunk: Chunk, at: int) -> str:
    cells = {n: chunk.table.column(n)[at].as_py() for n in chunk.table.column_names}
    return _again(orjson.dumps(cells, default=str).decode(), features=chunk.features)


def _again(content: str, *, features: bool) -> str:
    """GeoJSON gives its point to columns that no mapping names, so a feature stays one."""
    return f'{{"type":"Feature","properties":{content}}}' if features else content
