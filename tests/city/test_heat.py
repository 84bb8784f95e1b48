"""Against the heat index chart of the US National Weather Service (whole °F)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.heat import heat_index
from tests.city.naive_sensors import felt


def fahrenheit(t, rh):
    return heat_index(np.array([(t - 32) / 1.8]), np.array([float(rh)]))[0] * 1.8 + 32


@pytest.mark.parametrize(
    ("t", "rh", "chart"),
    [
        (80, 40, 80),
        (80, 80, 84),
        (86, 90, 105),
        (90, 50, 95),
        (90, 70, 105),
        (96, 50, 108),
        (100, 40, 109),
        (110, 40, 136),
    ],
)
def test_it_is_the_chart_of_the_weather_service(t, rh, chart):
    assert fahrenheit(t, rh) == pytest.approx(chart, abs=1.0)


def test_very_dry_air_feels_cooler_and_very_humid_air_hotter():
    assert fahrenheit(95, 5) < fahrenheit(95, 13) - 2
    assert fahrenheit(82, 99) > fahrenheit(82, 85) + 2


def test_a_mild_day_feels_like_itself():
    assert fahrenheit(68, 50) == pytest.approx(0.5 * (68 + 61 + 0 + 50 * 0.094))


@given(st.floats(-40, 60), st.floats(0, 100))
def test_it_agrees_with_plain_arithmetic(celsius, humidity):
    assert heat_index(np.array([celsius]), np.array([humidity]))[0] == pytest.approx(felt(celsius, humidity), abs=1e-8)


def test_more_than_all_humidity_is_all():
    assert fahrenheit(90, 109) == fahrenheit(90, 100)
