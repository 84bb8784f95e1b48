"""Cells: text from outside can neither become a formula nor move a cursor."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.cell import FORMULA, safe
from commands._table import print_csv, print_table


@pytest.mark.parametrize("start", FORMULA)
def test_text_that_would_start_a_formula_opens_as_text(start: str) -> None:
    assert safe(f"{start}cmd|' /C calc'!A0").startswith("'")
    assert safe(f"  {start}1+1").startswith("'")
    assert safe(f"\ufeff\u200b\u202e{start}1+1").startswith("'")


def test_marks_that_turn_the_writing_are_left_out() -> None:
    assert safe("Kim\u202e Long") == "Kim Long"


def test_negative_numbers_stay_numbers_and_unknown_is_empty() -> None:
    assert [safe(-1.5), safe(-3), safe(None), safe("plain")] == [-1.5, -3, "", "plain"]


@given(st.lists(st.tuples(st.text(st.characters(exclude_characters="\0")), st.floats(allow_nan=False)), max_size=5))
def test_csv_is_read_back_as_it_was(rows: list[tuple[str, float]]) -> None:
    out = io.StringIO(newline="")
    with pytest.MonkeyPatch.context() as m:
        m.setattr("sys.stdout", out)
        print_csv(["text", "number"], rows)
    back = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert back[0] == ["text", "number"]
    assert [(t, float(n)) for t, n in back[1:]] == [(safe(t), n) for t, n in rows]


def test_a_table_shows_every_row_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["name", "value"], [["a\nb\x1b[31m", -1.25], ["Thuận Hóa", None]])
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["name       value", "a·b·[31m   -1.25", "Thuận Hóa      –"]
