from datetime import timedelta

import numpy as np

from city.city import picture
from city.newest import newest, together
from tests.city.makers import NOON, TOWN, ago, batch, place, reading

PLACES = [place("a"), place("b")]


def seen(readings, sensors=(), metric="rain", at=NOON, city=TOWN):
    shot = picture(city, batch(whole=True, place=PLACES, sensor=sensors, observation=readings), at)
    return shot, newest(shot.scene, metric)


def test_it_is_each_sensors_newest_reading_not_after_the_moment():
    _, found = seen(
        [reading("x", "rain", ago(minutes=m), m) for m in (-5, 3, 9)] + [reading("y", "rain", ago(days=3), 7)]
    )
    assert found.sensor.tolist() == ["x", "y"]
    assert found.value.tolist() == [3, 7]


def test_a_sensor_yet_to_report_is_not_there():
    assert seen([reading("x", "rain", ago(minutes=-5), 1)])[1].sensor.tolist() == []


def test_it_is_fresh_up_to_the_metrics_limit():
    rows = [reading("x", "rain", ago(hours=1), 1), reading("y", "rain", ago(hours=1, microseconds=1), 1)]
    assert seen(rows)[1].fresh.tolist() == [True, False]


def test_it_is_fresh_up_to_twice_what_the_sensor_promises():
    sensors = [{"sensor_id": "x", "expected_every": 300.0}, {"sensor_id": "y", "expected_every": 7200.0}]
    rows = [reading(s, "rain", ago(minutes=11), 1) for s in "xyz"]
    assert seen(rows, sensors)[1].fresh.tolist() == [False, True, True]


def test_an_endless_promise_is_no_fault():
    sensors = [{"sensor_id": "x", "expected_every": float("inf")}, {"sensor_id": "y", "expected_every": 5e15}]
    rows = [reading(s, "rain", ago(minutes=11), 1) for s in "xy"]
    assert seen(rows, sensors)[1].fresh.tolist() == [True, True]


def test_the_city_file_goes_before_both():
    city = TOWN.model_copy(update={"stale_after": {"rain": timedelta(minutes=12)}})
    rows = [reading("x", "rain", ago(minutes=11), 1), reading("y", "rain", ago(minutes=13), 1)]
    sensors = [{"sensor_id": s, "expected_every": 60.0} for s in "xy"]
    assert seen(rows, sensors, city=city)[1].fresh.tolist() == [True, False]


def test_a_sensor_silent_for_thirty_days_is_retired_unless_all_are():
    old, new = reading("x", "rain", ago(days=30), 1), reading("y", "rain", ago(days=29), 1)
    assert seen([old, new])[1].retired.tolist() == [True, False]
    assert seen([old])[1].retired.tolist() == [False]


def test_a_reading_that_names_no_place_is_where_its_sensor_is():
    sensors = [{"sensor_id": "x", "place_code": "b"}, {"sensor_id": "y", "place_code": "b"}]
    rows = [reading("x", "rain", ago(minutes=1), 1), reading("y", "rain", ago(minutes=1), 1, place_code="a")]
    shot, found = seen([*rows, reading("z", "rain", ago(minutes=1), 1)], sensors)
    assert [shot.places.code(s) for s in found.slot] == ["b", "a", "unlocated"]


def test_names_rank_sensors_before_their_sources():
    rows = [reading(s, "rain", NOON, 1, source=o) for o, s in (("o1", "b"), ("o2", "a"), ("o1", "c"), ("o2", "b"))]
    found = seen(rows)[1]
    by_rank = np.argsort(found.rank)
    assert [(found.sensor[i], found.source[i]) for i in by_rank] == [("a", "o2"), ("b", "o1"), ("b", "o2"), ("c", "o1")]


def test_a_station_of_several_metrics_is_one_and_as_fresh_as_its_freshest():
    rows = [
        reading("x", "pm10", ago(hours=1), 1, place_code="a"),
        reading("x", "pm2_5", ago(hours=5), 1, place_code="b"),
        reading("y", "pm2_5", ago(hours=5), 1),
    ]
    shot, _ = seen(rows, metric="pm10")
    found = together(shot.scene, ("pm2_5", "pm10"))
    assert found.sensor.tolist() == ["x", "y"]
    assert found.fresh.tolist() == [True, False]
    assert shot.places.code(found.slot[0]) == "a"


def test_a_station_of_several_metrics_is_one_sensor_with_its_newest_fresh_reading():
    metrics, rows = ("rain", "pm2_5", "temperature"), []
    for n, (sensor, metric) in enumerate((s, m) for s in ("b", "a", "c") for m in metrics[: 1 + "bac".index(s)]):
        rows.append(reading(sensor, metric, ago(minutes=7 * n % 90), n))
    shot, _ = seen(rows)
    found = together(shot.scene, metrics)
    assert found.sensor.tolist() == ["a", "b", "c"] and found.rank.tolist() == [0, 1, 2]
    each = [newest(shot.scene, m) for m in metrics]
    for i, key in enumerate(found.keys):
        own = [(e.fresh[k], e.at[k]) for e in each for k, other in enumerate(e.keys) if other == key]
        assert (found.fresh[i], found.at[i]) == max(own)
