"""Delimited files: whatever is broken costs its own row and no other."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.load.csv_file import read_csv
from repository.load.errors import LoadError
from repository.load.options import FileOptions
from tests.repository.load.makers import chunks, rows, written

CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8) | st.sampled_from(
    ["", " ", 'a "quoted" word', "two\nlines", "a,b", '"', "\n", 'x"\n"y', '5" pipe']
)


def read_pieces(data: bytes, size: int) -> tuple[list[tuple[str, ...]], list[tuple[int, str]]]:
    pieces = (data[i : i + size] for i in range(0, len(data), size))
    found = list(read_csv("f", pieces, FileOptions(), ()))
    good = [tuple(r.values()) for c in found for r in c.table.to_pylist()]
    return good, [(b.row, b.reason) for c in found for b in c.bad]


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=12), st.integers(1, 40), st.sampled_from(["\n", "\r\n"]))
def test_a_written_table_comes_back_in_whatever_pieces_it_arrives(
    table: list[tuple[str, str, str]], size: int, newline: str
) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator=newline, quoting=csv.QUOTE_ALL).writerows([("a", "b", "c"), *table])
    good, bad = read_pieces(out.getvalue().encode(), size)
    assert (good, bad) == (table, [])


def test_a_broken_quote_costs_one_row_in_a_hundred_thousand(tmp_path: Path) -> None:
    lines = [f'{i},"a, b {i}",{i}.5' for i in range(1, 100_001)]
    lines[69_999] = '70000,"never closed,70000.5'
    found = chunks(written(tmp_path, "id,text,value\n" + "\n".join(lines), pack=True))
    assert sum(c.table.num_rows for c in found) == 99_999
    (bad,) = [b for c in found for b in c.bad]
    assert (bad.row, bad.line, bad.reason) == (70_000, 70_001, "a quote that is never closed")


@pytest.mark.parametrize("after", ['5,"x ""y""",6', '5,"two\nlines",6', '5,6" and 7",6', "5,plain,6"])
def test_rows_after_a_broken_quote_are_good(tmp_path: Path, after: str) -> None:
    path = written(tmp_path, f'a,b,c\n1,2,3\n4,"broken,5\n{after}\n7,8,9\n')
    found = chunks(path)
    assert [r["a"] for r in rows(found)] == ["1", "5", "7"]
    assert [(b.row, b.line) for c in found for b in c.bad] == [(2, 3)]


def test_two_broken_quotes_cost_two_rows(tmp_path: Path) -> None:
    found = chunks(written(tmp_path, 'a,b\n1,"x\n2,y\n3,"z\n4,w\n'))
    assert [r["a"] for r in rows(found)] == ["2", "4"]
    assert [b.row for c in found for b in c.bad] == [1, 3]


def test_a_quote_left_open_in_a_line_with_another_does_not_swallow_the_next(tmp_path: Path) -> None:
    found = chunks(written(tmp_path, 'a,b,c\n1,5" pipe,"abc\n2,3,4\n'))
    assert [r["a"] for r in rows(found)] == ["2"]
    assert [b.reason for c in found for b in c.bad] == ["a quote that is never closed"]


def test_a_row_in_another_encoding_is_refused_with_its_number(tmp_path: Path) -> None:
    found = chunks(written(tmp_path, "a,b\n1,Huế\n".encode() + "2,café\n".encode("latin-1") + "3,ö\n".encode()))
    assert rows(found) == [{"a": "1", "b": "Huế"}, {"a": "3", "b": "ö"}]
    assert [(b.row, b.reason) for c in found for b in c.bad] == [(2, "not in the encoding utf-8")]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8-sig", "utf-16", "utf-16-le"])
def test_other_encodings_are_read_when_named(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, "a,b\n1,café\n".encode(encoding))
    assert rows(chunks(path, encoding=encoding)) == [{"a": "1", "b": "café"}]


def test_marks_of_an_encoding_need_no_naming(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        assert rows(chunks(written(tmp_path, "a\ncafé\n".encode(encoding)))) == [{"a": "café"}]


def test_ragged_rows_are_refused_and_blank_lines_are_none(tmp_path: Path) -> None:
    found = chunks(written(tmp_path, "a,b\r\n1,2\r\n\r\n3\r\n4,5,6\r\n7,8\r\n\r\n"))
    assert rows(found) == [{"a": "1", "b": "2"}, {"a": "7", "b": "8"}]
    bad = {(b.row, b.line, b.reason) for c in found for b in c.bad}
    assert bad == {(2, 4, "1 cells where the header has 2"), (3, 5, "3 cells where the header has 2")}


def test_a_cell_of_ten_megabytes_is_one_cell(tmp_path: Path) -> None:
    long = "x" * 5_000_000 + "\n" + "y" * 5_000_000
    found = rows(chunks(written(tmp_path, f'a,b\n1,2\n3,"{long}"\n4,5\n')))
    assert [(r["a"], len(r["b"])) for r in found] == [("1", 1), ("3", 10_000_001), ("4", 1)]


def test_a_header_may_stand_lower_and_take_several_rows(tmp_path: Path) -> None:
    path = written(tmp_path, 'A report\nof 2026\n"a\nname",b\nm,°C\n1,2\n')
    (row,) = rows(chunks(path, skip_rows=2, header_rows=2))
    assert row == {"a\nname": "1", "b": "2"}


def test_columns_without_a_header_are_named_or_numbered(tmp_path: Path) -> None:
    path = written(tmp_path, "1,2\n3,4\n")
    assert rows(chunks(path, columns=["x", "y"])) == [{"x": "1", "y": "2"}, {"x": "3", "y": "4"}]
    assert rows(chunks(path, header=["x", "y"]))[0] == {"x": "1", "y": "2"}
    assert rows(chunks(path, header=False))[0] == {"1": "1", "2": "2"}
    assert rows(chunks(path, ("0",), header_rows=0))[0] == {"0": "1", "1": "2"}


def test_a_name_that_stands_twice_is_told_apart(tmp_path: Path) -> None:
    assert rows(chunks(written(tmp_path, "a,a\n1,2\n"))) == [{"a": "1", "a (2)": "2"}]


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="file is empty"):
        chunks(written(tmp_path, b"\n\n"))
