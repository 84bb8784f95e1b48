"""Delimited files: blocks of whole records through Arrow's parser, and the slow way where it disagrees."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from repository.load.chunk import Bad, Chunk, texts
from repository.load.csv_cells import cells
from repository.load.csv_head import Buffer, head, plain
from repository.load.csv_lines import LONGEST, Dialect
from repository.load.csv_records import SHOWN, Records, records
from repository.load.errors import CutShortError
from repository.load.options import FileOptions

BLOCK = 4 << 20


def read_csv(name: str, data: Iterator[bytes], options: FileOptions, wanted: tuple[str, ...]) -> Iterator[Chunk]:
    """Chunks of a delimited file; the first is empty, so that its columns are known. Raises LoadError."""
    buffer = Buffer(data)
    names, line = head(name, buffer, options, wanted)
    dialect = Dialect(options.delimiter, options.quote, len(names))
    row, need = 1, BLOCK
    yield Chunk(texts({n: [] for n in names}), np.empty(0, dtype=np.int64))
    while not (buffer.ended and not buffer.held):
        buffer.fill(need)
        block = buffer.take()
        used = 0
        if block:
            found = records(block, row, line, dialect, plain(options.encoding), buffer.ended)
            row, line, used = row + len(found.row) + len(found.bad), line + found.lines_used, found.lines_used
            buffer.held = found.carry + buffer.held
            yield parsed(found, names, dialect)
        if not used and len(buffer.held) > LONGEST:
            raise CutShortError(f"{name}: line {line} is longer than 64 MB; the {row - 1} rows before it were read")
        # a record longer than what is held waits for more
        need = BLOCK if used else len(buffer.held) + BLOCK
    if buffer.cut:
        raise CutShortError(f"{buffer.cut}; the {row - 1} whole rows before that were read")


def parsed(found: Records, names: list[str], dialect: Dialect) -> Chunk:
    """Records as a table of texts; those with too few or too many cells are set aside."""
    ragged: list[Bad] = []

    def ragged_row(invalid: Any) -> str:
        i = invalid.number - 1
        ragged.append(_ragged(found, i, invalid.actual_columns, invalid.text, dialect))
        return "skip"

    if not len(found.row):
        return Chunk(texts({n: [] for n in names}), found.row, found.line, found.bad)
    try:
        table = csv.read_csv(
            BytesIO(found.data),
            csv.ReadOptions(use_threads=False, column_names=names, block_size=len(found.data) + 1),
            csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=dialect.quote,
                newlines_in_values=True,
                invalid_row_handler=ragged_row,
            ),
            csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return _slowly(found, names, dialect)
    if table.num_rows + len(ragged) != len(found.row):
        return _slowly(found, names, dialect)
    if ragged:
        keep = ~np.isin(found.row, [b.row for b in ragged])
        found.row, found.line = found.row[keep], found.line[keep]
    return Chunk(table, found.row, found.line, [*found.bad, *ragged])


def _ragged(found: Records, i: int, actual: int, text: str, dialect: Dialect) -> Bad:
    reason = f"{actual} cells where the header has {dialect.width}"
    return Bad(int(found.row[i]), int(found.line[i]), text[:SHOWN], reason)


def _slowly(found: Records, names: list[str], dialect: Dialect) -> Chunk:
    """Record by record, by our own reading of quotes: a quote left open in one line can't swallow the next."""
    good: list[tuple[str, ...]] = []
    keep = np.zeros(len(found.row), dtype=bool)
    bad = list(found.bad)
    ends = [*found.start[1:].tolist(), len(found.data)]
    for i, (start, end) in enumerate(zip(found.start.tolist(), ends, strict=True)):
        text = found.data[start:end].decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
        one = cells(text, dialect)
        keep[i] = not one.open and one.count == dialect.width
        if keep[i]:
            good.append(one.values)
        elif one.open:
            bad.append(Bad(int(found.row[i]), int(found.line[i]), text[:SHOWN], "a quote that is never closed"))
        else:
            bad.append(_ragged(found, i, one.count, text, dialect))
    columns = list(zip(*good, strict=True)) or [()] * len(names)
    table = texts({n: list(c) for n, c in zip(names, columns, strict=True)})
    return Chunk(table, found.row[keep], found.line[keep], bad)
