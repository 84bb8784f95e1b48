"""Parquet: typed columns, row group by row group."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from repository.load.chunk import PLENTY, Chunk, counted
from repository.load.errors import LoadError


def read_parquet(name: str, file: Path | BytesIO) -> Iterator[Chunk]:
    """Raises LoadError: without its end, which holds its index, nothing of a Parquet file can be read."""
    try:
        found = parquet.ParquetFile(file)
        yield Chunk(found.schema_arrow.empty_table(), counted(1, 0))
        row = 1
        for batch in found.iter_batches(batch_size=PLENTY):
            table = pa.Table.from_batches([batch])
            yield Chunk(table, counted(row, table.num_rows))
            row += table.num_rows
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as e:
        raise LoadError(f"{name}: this Parquet file can't be read: {str(e).splitlines()[0]}") from e
