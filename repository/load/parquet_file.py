"""Parquet: typed columns, row group by row group."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from repository.load.chunk import PLENTY, Chunk, counted
from repository.load.errors import LoadError

MOST_GROUP = 1 << 30
"""Bytes of a row group, unpacked; a few hundred million are usual."""
MOST_TEXT = 1 << 28
"""Bytes of a chunk's texts. A text of a megabyte that each row repeats is a few kilobytes of file."""


def read_parquet(name: str, file: Path | BytesIO) -> Iterator[Chunk]:
    """Raises LoadError: without its end, which holds its index, nothing of a Parquet file can be read."""
    try:
        texts = [f.name for f in parquet.read_schema(file) if _is_text(f.type)]
        found = parquet.ParquetFile(file, read_dictionary=texts)
        _check_groups(name, found.metadata)
        yield Chunk(found.schema_arrow.empty_table(), counted(1, 0))
        row = 1
        for batch in found.iter_batches(batch_size=PLENTY):
            table = pa.Table.from_batches([batch])
            _check_texts(name, table)
            yield Chunk(table, counted(row, table.num_rows))
            row += table.num_rows
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as e:
        raise LoadError(f"{name}: this Parquet file can't be read: {str(e).splitlines()[0]}") from e


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind))


def _check_groups(name: str, about: parquet.FileMetaData) -> None:
    for i in range(about.num_row_groups):
        if (size := about.row_group(i).total_byte_size) > MOST_GROUP:
            raise LoadError(f"{name}: a row group unpacks to {size:,} bytes; at most {MOST_GROUP:,} are read")


def _check_texts(name: str, table: pa.Table) -> None:
    """How much the texts would come to, written out, before they are."""
    total = 0
    for column in table.columns:
        for part in column.chunks if pa.types.is_dictionary(column.type) else ():
            lengths = pc.binary_length(part.dictionary).cast(pa.int64())
            total += pc.sum(lengths.take(part.indices)).as_py() or 0
    if total > MOST_TEXT:
        raise LoadError(f"{name}: {total:,} bytes of text in {table.num_rows:,} rows; at most {MOST_TEXT:,} are read")
