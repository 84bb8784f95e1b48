"""`make bench` runs every measurement there is: one that needs more than it is given would fail, once a run is over."""

import inspect

import pytest

from bench.__main__ import measurements

FOUND = measurements()


@pytest.mark.parametrize("name", FOUND)
def test_a_measurement_can_be_run_as_it_is(name: str) -> None:
    needed = [p for p in inspect.signature(FOUND[name].measure).parameters.values() if p.default is p.empty]
    assert needed == []


def test_all_that_the_scoreboard_promises_is_measured() -> None:
    promised = {"pixel", "screens", "paint", "poll", "past", "load", "indicators", "decode", "feeds", "report"}
    assert FOUND.keys() == promised
