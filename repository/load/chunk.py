"""What every reader hands over: rows of a file as a table, where each stands, and those that could not be read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa

from city.batch import Array
from repository.load.options import FileOptions

PLENTY = 65_536
"""Rows a chunk, about."""


@dataclass(slots=True)
class Bad:
    """A row that could not be read: its number from 1, its line in the file if it has one, its text, and why."""

    row: int
    line: int | None
    text: str
    reason: str


@dataclass(slots=True)
class Chunk:
    """`table` holds their columns, texts or types of the file's own; `row` and `line` say where each row stands."""

    table: pa.Table
    row: Array
    line: Array | None = None
    bad: list[Bad] = field(default_factory=list)
    features: bool = False
    """True of GeoJSON features, whose geometry needs no mapping to be one."""

    def where(self, i: int) -> tuple[int, int | None]:
        return int(self.row[i]), None if self.line is None else int(self.line[i])


class Reader(Protocol):
    """Reads a file's bytes. `wanted` are the columns that the mapping names."""

    def __call__(
        self, name: str, data: Iterator[bytes], options: FileOptions, wanted: tuple[str, ...]
    ) -> Iterator[Chunk]:
        """Raises LoadError when the file is not what it should be, and CutShortError after its last good row."""


def texts(columns: dict[str, list[str | None]]) -> pa.Table:
    """A table of text columns."""
    return pa.table({k: pa.array(v, type=pa.string()) for k, v in columns.items()})


def counted(first: int, n: int) -> Array:
    """`n` numbers from `first` on."""
    return np.arange(first, first + n, dtype=np.int64)
