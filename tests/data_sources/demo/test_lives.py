from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data_sources.demo.frame import moments
from data_sources.demo.lives import Lives, Shape

SHAPE = Shape("event", {"closed_at": "closed", "rating": "rated"}, {"opened": "open", "closed": "closed"})
hours = st.floats(0, 100) | st.just(float("nan"))


def lives(opened: list[float], closed: list[float], rated: list[float]) -> Lives:
    known = {
        "opened": moments(np.array(opened)),
        "closed": moments(np.array(closed)),
        "rated": moments(np.array(rated)),
    }
    n = len(opened)
    columns: dict[str, Any] = {"closed_at": moments(np.full(n, 7.0)), "rating": np.full(n, 5.0)}
    return Lives(SHAPE, columns, known)


def at(hour: float) -> np.datetime64:
    return moments(np.array([hour]))[0]


def test_each_happening_is_a_version_that_shows_no_more_than_was_known() -> None:
    turns = list(lives([1], [5], [9]).versions(at(0), at(10)).turns())
    assert [t.columns["status"].tolist() for t in turns] == [["open"], ["closed"], ["closed"]]
    assert [np.isnat(t.columns["closed_at"][0]) for t in turns] == [True, False, False]
    assert [np.isnan(t.columns["rating"][0]) for t in turns] == [True, True, False]


def test_happenings_recorded_together_come_one_after_the_other() -> None:
    frame = lives([1], [1], [1]).versions(at(0), at(10))
    assert sorted(frame.turn.tolist()) == [0, 1, 2]
    assert all(len(turn) == 1 for turn in frame.turns())


@given(st.lists(st.tuples(st.floats(0, 100), hours, hours), min_size=1, max_size=8), st.floats(0, 100))
def test_two_spans_after_each_other_give_the_versions_of_both_together(
    rows: list[tuple[float, float, float]], cut: float
) -> None:
    some = lives(*map(list, zip(*rows, strict=True)))
    whole = some.versions(at(-1), at(200))
    parts = [some.versions(at(-1), at(cut)), some.versions(at(cut), at(200))]
    for name in ("row", "turn", "recorded_at"):
        both = np.concatenate([getattr(p, name) for p in parts])
        assert sorted(both.tolist()) == sorted(getattr(whole, name).tolist())
    assert len(whole) == sum(x == x for row in rows for x in row)


@given(st.lists(st.tuples(st.floats(0, 100), hours, hours), min_size=1, max_size=8))
def test_the_last_version_shows_everything_that_was_ever_recorded(rows: list[tuple[float, float, float]]) -> None:
    some = lives(*map(list, zip(*rows, strict=True)))
    found = some.versions(at(-1), at(200)).last()
    last = found.only(np.argsort(found.row))
    assert last.row.tolist() == list(range(len(rows)))
    assert [not np.isnat(c) for c in last.columns["closed_at"]] == [c == c for _, c, _ in rows]
    assert [not np.isnan(r) for r in last.columns["rating"]] == [r == r for _, _, r in rows]
