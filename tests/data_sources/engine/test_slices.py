"""Slices of an answer: all of its rows, abreast where their order does not matter."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.batch import Columns
from data_sources.engine.slices import ABREAST, SLICE, done, slices
from tests.data_sources.engine.feeding import Count

PATIENCE = 20


def numbered(n: int) -> Columns:
    return {"value": np.arange(n)}


@given(st.integers(0, 6 * SLICE))
def test_every_row_is_in_one_slice_and_none_is_too_long(n: int) -> None:
    parts = slices(numbered(n), n)
    assert np.array_equal(np.concatenate([np.arange(0), *(p["value"] for p in parts)]), np.arange(n))
    assert all(0 < len(p["value"]) <= SLICE for p in parts)


def test_slices_are_written_abreast() -> None:
    together = threading.Barrier(ABREAST)

    def write(part: Columns) -> Count:
        together.wait(PATIENCE)
        return Count(len(part["value"]))

    found = list(done(write, slices(numbered(2 * SLICE), 2 * SLICE), in_order=False))
    assert sum(w.written for w in found) == 2 * SLICE


def test_slices_of_a_key_that_comes_twice_are_written_one_after_the_other() -> None:
    begun = list[int]()

    def write(part: Columns) -> Count:
        begun.append(part["value"][0])
        assert threading.current_thread() is threading.main_thread()
        return Count(len(part["value"]))

    list(done(write, slices(numbered(5 * SLICE), 5 * SLICE), in_order=True))
    assert begun == sorted(begun) and len(begun) > ABREAST


def test_a_slice_that_fails_is_told() -> None:
    def write(part: Columns) -> Count:
        raise RuntimeError("no room")

    with pytest.raises(RuntimeError, match="no room"):
        list(done(write, slices(numbered(9 * SLICE), 9 * SLICE), in_order=False))
