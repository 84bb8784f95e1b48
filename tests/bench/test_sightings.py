"""How long commits took to be seen is told from what a screen showed, however it came there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench._sightings import shown
from bench._writer import WARDS

BASE = 300.0


def after(commits: int) -> float:
    return BASE + WARDS * commits


def test_each_commit_is_timed_to_the_first_value_that_holds_it() -> None:
    found = shown([1000.0, 2000.0], [(0.0, BASE), (1030.0, after(1)), (2050.0, after(2))])
    assert found.delays == [30.0, 50.0]
    assert found.unseen == 0


def test_a_value_that_holds_two_commits_shows_both() -> None:
    found = shown([1000.0, 1100.0], [(0.0, BASE), (1200.0, after(2))])
    assert found.delays == [200.0, 100.0]


def test_a_commit_that_never_came_is_counted_and_not_timed() -> None:
    found = shown([1000.0, 2000.0], [(0.0, BASE), (1030.0, after(1))])
    assert (found.delays, found.unseen) == ([30.0], 1)


def test_a_screen_that_never_had_a_value_saw_nothing() -> None:
    assert shown([1000.0], [(0.0, None)]).unseen == 1


@given(
    st.lists(st.floats(1, 900), min_size=1, max_size=30),
    st.lists(st.floats(-0.45, 0.45), min_size=1, max_size=30),
)
def test_old_tickets_that_leave_the_window_do_not_hide_a_commit(delays: list[float], drift: list[float]) -> None:
    commits = [1000.0 * n for n in range(1, len(delays) + 1)]
    values = [after(n) + round(WARDS * drift[n % len(drift)]) for n in range(1, len(delays) + 1)]
    seen = [(0.0, BASE), *((at + late, value) for at, late, value in zip(commits, delays, values, strict=True))]
    found = shown(commits, seen)
    assert found.unseen == 0
    assert found.delays == pytest.approx(delays)
