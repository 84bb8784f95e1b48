"""Small Parquet files that would not fit into memory."""

from io import BytesIO

import pyarrow as pa
import pytest
from pyarrow import parquet

from repository.load.errors import LoadError
from repository.load.parquet_file import read_parquet


def packed(*, dictionary: bool, rows: int = 2_000, words: int = 1) -> BytesIO:
    """Rows with a text of a megabyte each, one of so many."""
    texts = pa.array([f"{i}" + "x" * 1_000_000 for i in range(words)])
    table = pa.table({"i": range(rows), "text": texts.take(pa.array([i % words for i in range(rows)]))})
    file = BytesIO()
    parquet.write_table(table, file, use_dictionary=dictionary, compression="zstd")
    file.seek(0)
    return file


@pytest.mark.parametrize(
    ("dictionary", "told"), [(True, "bytes of text in 2,000 rows"), (False, "a row group unpacks")]
)
def test_a_text_that_every_row_repeats_is_refused_before_it_is_written_out(dictionary: bool, told: str) -> None:
    file = packed(dictionary=dictionary)
    assert len(file.getvalue()) < 200_000
    with pytest.raises(LoadError, match=told):
        list(read_parquet("bomb", file))


def test_texts_come_through_as_they_are() -> None:
    file = BytesIO()
    parquet.write_table(pa.table({"a": ["x", None, "x", "y"], "b": [1, 2, 3, None]}), file)
    file.seek(0)
    _, chunk = read_parquet("file", file)
    assert chunk.table.column("a").to_pylist() == ["x", None, "x", "y"]
    assert chunk.table.column("b").to_pylist() == [1, 2, 3, None]
