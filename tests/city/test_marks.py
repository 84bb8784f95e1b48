import numpy as np
import pytest

from city.batch import BEGINS, CARRIED
from city.marks import in_group, marks
from city.rows import Rows
from tests.city.makers import ago, change


@pytest.mark.parametrize(
    "category", ["crime", "crime_theft", "crime.theft", "crime/theft", "crime:theft", "crime-x", "crime x"]
)
def test_a_group_holds_its_word_and_what_follows_a_separator(category):
    assert in_group(category, "crime")


@pytest.mark.parametrize("category", ["crimea", "crimes", "a crime", "Crime", "", None, "c"])
def test_a_group_holds_nothing_else(category):
    assert not in_group(category, "crime")


def test_what_is_heard_of_a_row_is_its_newest_happening_and_no_promise():
    row = {"feedback_id": "1", "received_at": ago(hours=5), "closed_at": ago(hours=2), "due_at": ago(hours=1)}
    made = marks("feedback", change("feedback", [row]).rows)
    assert made["heard"][0] == np.datetime64(ago(hours=2).replace(tzinfo=None), "us")


def test_duplicates_and_rejected_tickets_do_not_count():
    rows = [{"feedback_id": str(i), "status": s, "duplicate_of": d} for i, (s, d) in enumerate([
        ("received", None), ("rejected", None), ("received", "0"), (None, None)])]  # fmt: skip
    made = marks("feedback", change("feedback", rows).rows)
    assert made["counts"].tolist() == [True, False, False, True]
    assert made["original"].tolist() == [True, True, False, True]


def test_rows_of_one_source_share_an_origin():
    rows = [{"event_id": str(i), "source": s} for i, s in enumerate("aab")]
    origin = marks("event", change("event", rows).rows)["origin"]
    assert origin[0] == origin[1] != origin[2]


@pytest.mark.parametrize("table", sorted(BEGINS))
def test_no_rows_have_the_same_columns_as_some(table):
    none, some = Rows.none(table), change(table, [{}])
    assert set(none.columns) >= {*CARRIED[table], "slot", *marks(table, some.rows)}
    for name, made in marks(table, some.rows).items():
        assert none[name].dtype == made.dtype, name


def test_tables_without_a_life_have_no_marks():
    assert marks("sensor", change("sensor", [{}]).rows) == {}
