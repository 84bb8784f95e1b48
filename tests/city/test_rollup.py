import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from city.rollup import count, latest, quantile, quantiles, rate, ratio, total

SLOTS = 5
rows = st.lists(st.tuples(st.integers(0, SLOTS - 2), st.floats(-1e6, 1e6)), max_size=30)


def columns(listed):
    return np.array([s for s, _ in listed], np.int32), np.array([v for _, v in listed], float)


def groups(listed):
    """The values of each slot; the last has all."""
    return [[v for s, v in listed if s == i] for i in range(SLOTS - 1)] + [[v for _, v in listed]]


def same(ours, wanted):
    np.testing.assert_allclose(ours, [np.nan if w is None else w for w in wanted], rtol=1e-9, atol=1e-9)


@given(rows)
def test_counts_of_places_add_up_to_the_city(listed):
    found = count(columns(listed)[0], SLOTS)
    assert found.tolist() == [len(g) for g in groups(listed)]
    assert found[:-1].sum() == found[-1]


@given(rows)
def test_a_sum_of_nothing_is_unknown(listed):
    same(total(*columns(listed), SLOTS), [sum(g) if g else None for g in groups(listed)])


@given(rows)
def test_a_rate_of_nothing_is_unknown(listed):
    slot, values = columns(listed)
    same(rate(slot, values > 0, SLOTS), [100 * sum(v > 0 for v in g) / len(g) if g else None for g in groups(listed)])


def test_nothing_divides_by_nothing_or_by_the_unknown():
    found = ratio(np.array([1.0, 0.0, 1.0, 4.0]), np.array([0.0, 0.0, np.nan, 2.0]))
    same(found, [None, None, None, 2.0])


@given(rows, st.lists(st.floats(0, 1), min_size=1, max_size=3).map(tuple))
def test_quantiles_are_numpys(listed, qs):
    found = quantiles(*columns(listed), qs, SLOTS)
    for row, q in zip(found, qs, strict=True):
        same(row, [np.quantile(g, q) if g else None for g in groups(listed)])
    same(quantile(*columns(listed), qs[0], SLOTS), found[0])


def test_quantiles_hold_for_more_slots_than_sixteen_bits():
    slots = 40_000
    slot = np.array([39_000, 1, 39_000], np.int32)
    found = quantile(slot, np.array([1.0, 5.0, 3.0]), 0.5, slots)
    assert (found[1], found[39_000], found[-1]) == (5.0, 2.0, 3.0)


@given(rows)
def test_latest_is_the_newest_time_of_each_slot(listed):
    slot, values = columns(listed)
    times = np.datetime64("2026-01-01", "us") + values.astype("timedelta64[s]")
    found = latest(slot, times, SLOTS)
    for i, group in enumerate(groups(listed)):
        assert np.isnat(found[i]) if not group else found[i] == times[values == max(group)].max()
