"""Cells of a record: what is written comes back."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from repository.load.csv_cells import cells
from repository.load.csv_lines import Dialect

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=12)


def as_csv(row: list[str], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(row)
    return out.getvalue()


@given(st.lists(TEXT, min_size=1, max_size=6), st.sampled_from(",;\t|"))
def test_a_written_row_comes_back(row: list[str], delimiter: str) -> None:
    found = cells(as_csv(row, delimiter), Dialect(delimiter, '"', len(row)))
    assert (found.values, found.open) == (tuple(row), False)


@given(st.text('a",', max_size=12))
def test_any_line_reads_as_python_reads_it(line: str) -> None:
    found = cells(line, Dialect(",", '"', 1))
    if not found.open and line:
        assert list(found.values) == next(csv.reader([line]))


def test_a_quote_that_is_never_closed_is_told() -> None:
    assert cells('1,"two,3', Dialect(",", '"', 3)).open


def test_a_quote_inside_a_cell_is_a_letter() -> None:
    assert cells('1,5" pipe,3', Dialect(",", '"', 3)).values == ("1", '5" pipe', "3")
