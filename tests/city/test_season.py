"""Cases against their season: the historical limits worked out by hand."""

from datetime import timedelta
from statistics import mean, stdev

import numpy as np
import pytest

from city.city import picture
from city.former_years import back
from city.indicators import registry
from city.level import LEVELS
from city.season import usual
from tests.city.makers import NOON, TOWN, ago, batch, place, reading

WEEKS = [[n + 10 * y for n in (4, 6, 5, 7, 3)] for y in range(5)]
"""Cases of place a in the five weeks around this one, a row a year back."""


def history(years, skip=()):
    """Weekly totals of former years, each told at the end of its week and by a sensor that stands in place a."""
    return [
        reading("s", "cases_dengue", NOON - back(y + 1) + timedelta(weeks=w - 2), WEEKS[y][w], place_code="a")
        for y in range(years)
        for w in range(5)
        if (y, w) not in skip
    ]


def shown(cases, past=(), before=()):
    weeks = [
        reading("s", "cases_dengue", ago(days=7 * n + 7, hours=1), x, place_code="a") for n, x in enumerate(before)
    ]
    rows = [*past, *weeks, reading("s", "cases_dengue", ago(hours=1), cases, place_code="a")]
    towns = [place("a", population=100_000.0), place("b", population=50_000.0)]
    return picture(TOWN, batch(whole=True, place=towns, observation=rows), NOON)


@pytest.mark.parametrize("years", [3, 5])
def test_a_week_is_held_against_the_same_weeks_of_former_years(years):
    told = [x for year in WEEKS[:years] for x in year]
    limit = mean(told) + 2 * stdev(told)
    for cases, level in ((int(limit), "ok"), (int(limit) + 1, "watch")):
        shot = shown(cases, history(years), before=[1, 1, 1, 1])
        found = usual(shot.scene, "cases_dengue")
        assert (found.years, found.mean[0], found.limit[0]) == (years, pytest.approx(mean(told)), pytest.approx(limit))
        assert LEVELS[shot.outcome("dengue_7d_per_100k").levels[0]] == level
        assert found.mean[1] == 0 and found.mean[-1] == pytest.approx(mean(told))


def test_with_too_little_history_the_four_weeks_before_stand_for_it():
    for past in (history(2), history(3, skip={(0, 0), (0, 1), (0, 2)})):
        found = usual(shown(20, past, before=[2, 2, 2, 2]).scene, "cases_dengue")
        assert (found.years, found.mean[0], bool(found.unusual[0])) == (0, 2, True)


def test_a_handful_of_cases_is_no_epidemic():
    none = [{**r, "value": 0.0} for r in history(5)]
    assert [usual(shown(n, none).scene, "cases_dengue").unusual[0] for n in (4, 5)] == [False, True]


def test_weeks_are_half_open_and_those_beside_the_season_do_not_count():
    edge = NOON - back(1) - timedelta(weeks=3)
    outside = [reading("s", "cases_dengue", t, 900.0) for t in (edge, NOON - back(1) + timedelta(weeks=2, seconds=1))]
    found = usual(shown(1, [*history(5), *outside]).scene, "cases_dengue")
    assert found.mean[0] == pytest.approx(np.mean(WEEKS)) == found.mean[-1]


def test_the_tile_says_what_it_is_held_against():
    told = registry()["dengue_7d_per_100k"].beside(shown(3, history(5)).scene)
    assert (told.words, told.n) == ("mean, {n} years", 5) and told.values[0] == pytest.approx(np.mean(WEEKS))
