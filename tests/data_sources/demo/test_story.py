from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from city.places import Places
from data_sources.demo.story import DRY_PLACES, PEAK, Story
from tests.data_sources.demo.conftest import Stored

AT_PEAK = PEAK.replace(tzinfo=None) - timedelta(hours=7)  # UTC, as columns have it


def series(flood: dict[str, Stored], sensor: str, metric: str) -> list[tuple[datetime, float]]:
    rows = flood["observation"].values()
    return sorted((r["observed_at"], r["value"]) for r in rows if (r["sensor_id"], r["metric"]) == (sensor, metric))


def open_at_peak(flood: dict[str, Stored], category: str) -> list[dict[str, Any]]:
    rows = [r for r in flood["event"].values() if r["category"] == category and r["opened_at"] <= AT_PEAK]
    return [r for r in rows if r["closed_at"] is None or r["closed_at"] > AT_PEAK]


def test_kim_long_peaks_at_5_05_metres_at_eight_in_the_evening(flood: dict[str, Stored]) -> None:
    levels = dict(series(flood, "MN-KIMLONG", "water_level"))
    assert levels[AT_PEAK] == 5.05 == max(levels.values())
    around = [at for at, level in levels.items() if level == 5.05]
    assert max(abs(at - AT_PEAK) for at in around) <= timedelta(minutes=30)


def test_the_river_rises_without_wavering_and_falls_more_slowly(flood: dict[str, Stored]) -> None:
    levels = series(flood, "MN-KIMLONG", "water_level")
    before = [level for at, level in levels if AT_PEAK - timedelta(hours=24) < at <= AT_PEAK]
    after = [level for at, level in levels if AT_PEAK <= at < AT_PEAK + timedelta(hours=24)]
    assert before == sorted(before) and after == sorted(after, reverse=True)
    assert before[-1] - before[0] > after[0] - after[-1]
    assert max(np.diff(before)) < 0.15  # metres in ten minutes


def test_the_curve_is_the_knots_and_nowhere_above_them(story: Story) -> None:
    t = story.peak + np.linspace(-200, 300, 4001)
    level = story.level(t)
    assert level.max() == pytest.approx(5.05) and level.min() == pytest.approx(0.45)
    assert story.level(np.array([story.peak])) == pytest.approx([5.05])
    assert (np.diff(story.rain_share(t)) >= 0).all()


def test_more_than_a_metre_of_rain_falls_upstream_in_a_day(flood: dict[str, Stored]) -> None:
    day = timedelta(hours=24)
    total: dict[str, float] = {}
    for row in flood["observation"].values():
        if row["metric"] == "rain" and AT_PEAK - day < row["observed_at"] <= AT_PEAK:
            total[row["sensor_id"]] = total.get(row["sensor_id"], 0) + row["value"]
    assert len(total) == 20
    assert 1000 < max(total.values()) < 1700
    assert 300 < min(total.values()) < 600


def test_32_of_40_communes_stand_under_water(flood: dict[str, Stored], hue: Places) -> None:
    sensors = {r["sensor_id"] for r in flood["observation"].values() if r["metric"] == "flood_depth"}
    deep = set()
    for sensor in sensors:
        newest = [(at, v) for at, v in series(flood, sensor, "flood_depth") if at <= AT_PEAK]
        if newest and newest[-1][1] > 0:
            deep |= {
                r["place_code"] for r in flood["observation"].values() if r["sensor_id"] == sensor and r["place_code"]
            }
    assert deep == {p.code for p in hue.all} - DRY_PLACES
    assert len(deep) == 32


def test_people_wait_for_rescue_and_roads_are_closed(flood: dict[str, Stored]) -> None:
    assert len(open_at_peak(flood, "rescue")) >= 10
    assert len(open_at_peak(flood, "flooded_road")) >= 10


def test_citizens_report_several_times_as_much_as_on_other_days(flood: dict[str, Stored]) -> None:
    days = [(r["received_at"] + timedelta(hours=7)).date() for r in flood["feedback"].values()]
    assert days.count(PEAK.date()) > 3 * days.count(PEAK.date() - timedelta(days=2))
    wet = [r for r in flood["feedback"].values() if r["category"] == "Ngập úng, thoát nước"]
    assert sum(r["received_at"] > AT_PEAK - timedelta(hours=24) for r in wet) > 0.7 * len(wet)


def test_traffic_comes_nearly_to_a_stand(flood: dict[str, Stored]) -> None:
    def mean(at: datetime) -> float:
        rows = flood["observation"].values()
        hour = [r["value"] for r in rows if r["metric"] == "speed" and abs(r["observed_at"] - at) < timedelta(hours=1)]
        return float(np.mean(hour))

    assert mean(AT_PEAK) < 0.6 * mean(AT_PEAK - timedelta(days=2))
