"""Worked by hand from the decision's tables."""

import numpy as np
import pytest

from city.vn_aqi import BREAKPOINTS, INDEX, nowcast, station_index, sub_index


def hours(*means):
    """One station; None where the hour is missing."""
    return np.array([[np.nan if m is None else float(m) for m in means] + [np.nan] * (24 - len(means))])


def cast(*means):
    return nowcast(hours(*means))[0]


@pytest.mark.parametrize(
    ("pollutant", "concentration", "index"),
    [
        ("pm2_5", 25, 50), ("pm2_5", 30.5, 61), ("pm2_5", 65, 125), ("pm2_5", 115, 175), ("pm2_5", 200, 250),
        ("pm10", 100, 75), ("pm10", 385, 250), ("o3", 240, 120), ("no2", 150, 75), ("so2", 60, 24), ("co", 37_500, 125),
        ("pm2_5", 0, 0), ("pm2_5", -3, 0), ("pm2_5", 500, 500), ("pm2_5", 5000, 500),
    ],
)  # fmt: skip
def test_a_sub_index_lies_on_the_line_between_its_breakpoints(pollutant, concentration, index):
    assert sub_index(pollutant, np.array([float(concentration)]))[0] == pytest.approx(index)


def test_every_pollutant_has_a_breakpoint_for_every_index():
    assert len(BREAKPOINTS) == 6
    for steps in BREAKPOINTS.values():
        assert len(steps) == len(INDEX)
        assert list(steps) == sorted(set(steps))


def test_a_steady_concentration_is_its_own_nowcast():
    assert cast(*[40] * 12) == pytest.approx(40)


def test_weights_are_powers_of_least_over_greatest():
    # 60 and 80: w = 3/4; (60 + 80·0.75) / 1.75
    assert cast(60, 80) == pytest.approx(120 / 1.75)


def test_weights_are_at_least_one_half():
    # 10 and 100: w = 1/10, so one half; (100 + 10/2) / 1.5
    assert cast(100, 10) == pytest.approx(70)
    assert cast(0, 0, 0) == 0
    assert cast(-2, -1) == pytest.approx((-2 - 0.5) / 1.5)


def test_a_missing_hour_keeps_the_others_weights():
    # the hours present are the first and the third: weights 1 and w²
    assert cast(60, None, 80) == pytest.approx((60 + 80 * 0.75**2) / (1 + 0.75**2))


def test_only_twelve_hours_count():
    assert cast(*[40] * 12, 400) == pytest.approx(40)


@pytest.mark.parametrize(
    ("means", "known"),
    [((1, 1), True), ((None, 1, 1), True), ((1, None, 1), True), ((1, None, None, 1), False), ((None,) * 12, False)],
)
def test_two_of_the_last_three_hours_are_needed(means, known):
    assert np.isfinite(cast(*means)) == known


def index(**sub):
    full = {p: np.array([sub.get(p, np.nan)]) for p in BREAKPOINTS}
    return station_index(full)[0]


def test_the_index_is_the_greatest_sub_index_rounded_half_up():
    assert index(pm2_5=61.2, pm10=40, o3=99.5) == 100
    assert index(pm2_5=50.5) == 51
    assert index(pm10=50.499) == 50
    assert index(pm2_5=0.1 * 505) == 51  # 50.5 but for the last bit


def test_without_dust_there_is_no_index():
    assert np.isnan(index(o3=300, no2=40))
    assert index(pm10=1, o3=300) == 300
