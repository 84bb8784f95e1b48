from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from structlog.testing import capture_logs

from city.indicators import registry
from city.scene import instant
from dashboards.kit.trends import REFRESH, Trends, moments
from tests.dashboards import scenes

CITY = 41


def filled(trends: Trends, code: str) -> None:
    snapshot = scenes.calm()
    for missing in trends.missing(snapshot, [code]):
        trends.work_out(snapshot, *missing)


def test_what_changes_by_the_hour_is_shown_for_a_day_and_the_rest_for_two_weeks() -> None:
    hourly, daily = moments("environment", scenes.EVENING), moments("feedback", scenes.EVENING)
    assert instant(scenes.EVENING) - hourly[0] == np.timedelta64(24, "h")
    assert timedelta(days=14) <= (instant(scenes.EVENING) - daily[0]).astype(timedelta) < timedelta(days=15)
    assert (np.diff(hourly) == np.timedelta64(1, "h")).all() and hourly[-1] < instant(scenes.EVENING)


def test_a_line_is_the_indicator_at_its_moments_and_ends_with_the_number_shown() -> None:
    trends, snapshot, code = Trends(), scenes.calm(), "feedback_open"
    assert trends.line(snapshot, code, CITY) is None, "what is not worked out yet is not drawn"
    filled(trends, code)
    line = trends.line(snapshot, code, CITY)
    grid = moments("feedback", snapshot.at)
    assert line and len(line) == len(grid) + 1
    assert line[-1] == snapshot.number(code, CITY).value
    assert line[3] == registry()[code].compute(snapshot.scene.earlier(grid[3])).values[CITY]


def test_only_the_newest_moment_is_worked_out_as_time_goes_on() -> None:
    trends = Trends()
    filled(trends, "incidents_open")
    later = scenes.calm(scenes.EVENING + timedelta(minutes=10))
    assert len(trends.missing(later, ["incidents_open"])) == 1


def test_lines_are_worked_out_again_for_corrections() -> None:
    trends = Trends()
    filled(trends, "incidents_open")
    later = scenes.calm(scenes.EVENING + REFRESH + timedelta(minutes=1))
    assert len(trends.missing(later, ["incidents_open"])) > 20


def test_one_that_cannot_be_worked_out_is_unknown_told_once_and_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    trends, code = Trends(), "incidents_open"

    def none(scene: object) -> object:
        raise ValueError("a number nobody thought of")

    broken = replace(registry()[code], compute=none)
    monkeypatch.setattr("dashboards.kit.trends.registry", lambda: {**registry(), code: broken})
    with capture_logs() as told:
        filled(trends, code)
    assert [t["event"] for t in told] == ["a trend can't be worked out"]
    line = trends.line(scenes.calm(), code, CITY)
    assert line and set(line[:-1]) == {None} and line[-1] is not None
    assert trends.missing(scenes.calm(), [code]) == []
