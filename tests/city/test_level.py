import numpy as np
import pytest

from city.config import Threshold
from city.level import LEVELS, levels

LIMITS = Threshold(watch=3, warning=7, alarm=14)
RATE = Threshold(watch=90, warning=80, alarm=60)


def words(values, limits, better="lower"):
    return [LEVELS[i] for i in levels(np.array(values, float), limits, better)]


def test_a_limit_is_reached_at_its_own_value_where_lower_is_better():
    assert words([2.9, 3, 6.9, 7, 14, 1e9], LIMITS) == ["ok", "watch", "watch", "warning", "alarm", "alarm"]


def test_a_limit_is_kept_at_its_own_value_where_higher_is_better():
    assert words([100, 90, 89.9, 80, 79.9, 60, 59.9], RATE, "higher") == [
        *("ok", "ok", "watch", "watch", "warning", "warning", "alarm")
    ]


def test_who_meets_the_target_has_kept_a_limit_of_the_same():
    limits = Threshold(watch=6, warning=9, target=6)
    assert words([5.9, 6, 6.1, 9], limits) == ["ok", "ok", "watch", "warning"]
    assert words([99, 100], Threshold(watch=100, target=100), "higher") == ["watch", "ok"]


def test_the_unknown_has_no_level():
    assert words([np.nan], LIMITS) == ["unknown"]
    assert words([np.nan], Threshold()) == ["unknown"]


@pytest.mark.parametrize("better", ["lower", "higher"])
def test_without_limits_all_is_well(better):
    assert words([-1, 0, 1e12], Threshold(), better) == ["ok"] * 3


def test_a_single_limit_stands_alone():
    assert words([0.29, 0.3], Threshold(watch=0.3)) == ["ok", "watch"]
    assert words([1, 2], Threshold(alarm=2)) == ["ok", "alarm"]
