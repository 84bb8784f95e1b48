import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources.engine.contract import Patch, Rejected, Row
from data_sources.standards.found import Found
from data_sources.standards.rows import DEEPEST, RowError, as_json, each, kept, plain, row, settle, shown, text

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=20,
)


def test_a_row_that_fails_is_kept_beside_the_others_with_its_reason() -> None:
    def read(item: int) -> Iterator[Found]:
        yield row("observation", sensor_id=str(item), value=10 / item, unit=None)

    def refuse(_: int) -> list[Found]:
        raise RowError("not today")

    first, second = each([5, 0], read, str)
    assert first == Row("observation", {"sensor_id": "5", "value": 2.0})
    assert isinstance(second, Rejected) and second.row == "0"
    assert "ZeroDivisionError" in second.reason
    assert each([5], refuse, str) == [Rejected("5", "not today")]


def test_a_mistake_of_ours_is_not_hidden_as_a_refusal() -> None:
    def mistaken(_: int) -> list[Found]:
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        each([1], mistaken, str)


def test_a_patch_is_applied_to_a_row_of_the_same_answer_and_else_comes_last() -> None:
    known = Row("event", {"event_id": "a", "category": "flood"})
    found = settle([Patch("event", {"event_id": "a", "status": "over"}), Patch("event", {"event_id": "b"}), known])
    assert found == [
        Row("event", {"event_id": "a", "category": "flood", "status": "over"}),
        Patch("event", {"event_id": "b"}),
    ]


def test_what_was_over_already_does_not_last_until_it_is_told() -> None:
    early, late = (datetime(2026, 11, 23, h, tzinfo=UTC) for h in (8, 9))
    (event,) = settle(
        [row("event", event_id="a", closed_at=early), Patch("event", {"event_id": "a", "closed_at": late})]
    )
    assert isinstance(event, Row) and event.values["closed_at"] == early


@given(anything)
def test_attributes_are_json_that_a_database_takes(value: object) -> None:
    with suppress(RowError):  # nested too deep, which another test is about
        assert "\\u0000" not in json.dumps(plain(value), allow_nan=False)


def test_attributes_nested_too_deep_are_refused() -> None:
    deep: object = 1
    for _ in range(DEEPEST + 1):
        deep = [deep]
    with pytest.raises(RowError, match="nested deeper"):
        plain(deep)


def test_empty_attributes_are_left_out() -> None:
    assert kept({"a": None, "b": "", "c": [], "d": 0, "e": False}) == {"d": 0, "e": False}
    assert kept({"a": None}) is None


@given(anything)
def test_what_is_shown_in_a_reason_is_short_and_on_one_line(value: object) -> None:
    assert len(shown(value)) <= 60
    assert "\n" not in shown(value)


def test_a_refused_row_shows_nan_and_is_not_longer_than_a_page() -> None:
    assert as_json({"v": float("nan")}) == '{"v": NaN}'
    assert len(as_json(["x" * 1_000_000])) <= 1 << 16


@pytest.mark.parametrize("value", [True, [], {}, "a\0b"])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(RowError):
        text(value)
