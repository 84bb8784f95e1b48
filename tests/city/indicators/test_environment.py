"""Air, rivers and streets: the worst sensor and its name, one reading at a time."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from city.city import picture
from city.config import Threshold
from city.freshness import FRESHNESS
from city.level import LEVELS
from tests.city.makers import NOON, TOWN, ago, batch, place, reading

PLACES = [place("a"), place("b")]
LEVELS_OF_KIM_LONG = {"bd1": 1.0, "bd2": 2.0, "bd3": 3.5}


def shown(readings, sensors=(), at=NOON, city=TOWN):
    rows = [{"place_code": "a", **r} for r in readings]
    return picture(city, batch(whole=True, place=PLACES, sensor=sensors, observation=rows), at)


def number(code, readings, sensors=(), slot=None, **more):
    shot = shown(readings, sensors, **more)
    return shot.number(code, shot.places.slot(slot))


def hourly(sensor, metric, values, **more):
    """One reading an hour, the last hour first; None where the hour is missing."""
    return [reading(sensor, metric, ago(hours=h), v, **more) for h, v in enumerate(values) if v is not None]


def gauge(sensor, **attributes):
    return {"sensor_id": sensor, "attributes": attributes}


# air


def test_the_index_names_the_worst_station_of_each_place():
    rows = [*hourly("x", "pm2_5", [20] * 3), *hourly("y", "pm2_5", [65] * 3, place_code="b"), *hourly("y", "o3", [300])]
    one, city = number("vn_aqi", rows, slot="a"), number("vn_aqi", rows)
    assert (one.value, one.sensor, LEVELS[one.level]) == (40, "x", "ok")
    assert (city.value, city.sensor, LEVELS[city.level]) == (150, "y", "warning")
    assert number("vn_aqi", rows, slot="unlocated").value is None


def test_stations_of_one_value_go_by_name():
    rows = [*hourly("z", "pm10", [50] * 3, source="a"), *hourly("m", "pm10", [50] * 3, source="b")]
    assert number("vn_aqi", rows).sensor == "m"


def test_gases_alone_make_no_index_and_stations_do_not_lend_each_other_dust():
    rows = [*hourly("x", "pm2_5", [20] * 3), *hourly("x", "no2", [100], source="other")]
    assert number("vn_aqi", rows).value == 40


@pytest.mark.parametrize(("hours", "known"), [(18, True), (17, False)])
def test_a_day_needs_eighteen_hours(hours, known):
    rows = hourly("x", "pm2_5", [30.0] * hours)
    assert number("pm2_5_24h", rows).value == (30 if known else None)


def test_a_day_is_the_mean_of_hours_and_not_of_readings():
    rows = [*hourly("x", "pm10", [10.0] * 24), *(reading("x", "pm10", ago(minutes=m), 250.0) for m in range(1, 60))]
    assert number("pm10_24h", rows).value == pytest.approx((10 * 23 + (10 + 59 * 250) / 60) / 24)


def test_an_hour_begins_after_its_start():
    late = [reading("x", "pm2_5", ago(hours=24), 900.0), *hourly("x", "pm2_5", [30.0] * 20)]
    assert number("pm2_5_24h", late).value == 30


def test_an_old_mean_keeps_its_value_without_a_level():
    stale = number("pm2_5_24h", hourly("x", "pm2_5", [60.0] * 24), at=NOON + timedelta(hours=4))
    assert (stale.value, LEVELS[stale.level], FRESHNESS[stale.freshness]) == (60, "unknown", "stale")


# rivers


def test_a_gauge_at_a_higher_alarm_level_is_worse_than_one_with_more_metres():
    rows = [reading("kim_long", "water_level", NOON, 2.1), reading("phu_oc", "water_level", NOON, 2.4)]
    sensors = [gauge("kim_long", **LEVELS_OF_KIM_LONG), gauge("phu_oc", bd1=1.5, bd2=3, bd3=4.5)]
    level, alarm = number("river_level", rows, sensors), number("river_alarm_level", rows, sensors)
    assert (level.value, level.sensor, LEVELS[level.level]) == (2.1, "kim_long", "warning")
    assert (alarm.value, alarm.sensor, LEVELS[alarm.level]) == (2, "kim_long", "warning")


@pytest.mark.parametrize(("metres", "level"), [(0.99, 0), (1.0, 1), (1.99, 1), (2, 2), (3.5, 3), (5.05, 3)])
def test_an_alarm_level_is_reached_at_its_own_metres(metres, level):
    rows = [reading("kim_long", "water_level", NOON, metres)]
    found = number("river_alarm_level", rows, [gauge("kim_long", **LEVELS_OF_KIM_LONG)])
    assert (found.value, LEVELS[found.level]) == (level, ["ok", "watch", "warning", "alarm"][level])


def test_a_gauge_without_alarm_levels_has_metres_and_no_alarm():
    rows = [reading("x", "water_level", NOON, 9.0)]
    assert (number("river_level", rows).value, LEVELS[number("river_level", rows).level]) == (9, "ok")
    assert number("river_alarm_level", rows).value is None


@pytest.mark.parametrize("attributes", [{}, {"bd1": None}, {"bd1": "n/a", "bd2": True}, {"other": 1}])
def test_attributes_that_are_no_levels_are_none(attributes):
    assert (
        number("river_alarm_level", [reading("x", "water_level", NOON, 9.0)], [gauge("x", **attributes)]).value is None
    )


def test_levels_may_be_written_as_text_and_some_may_lack():
    sensors = [gauge("x", bd2="2.0", bd3=3.5)]
    assert number("river_alarm_level", [reading("x", "water_level", NOON, 2.0)], sensors).value == 2
    assert number("river_alarm_level", [reading("x", "water_level", NOON, 1.0)], sensors).value == 0


def test_a_fresh_gauge_goes_before_an_old_flood():
    rows = [reading("x", "water_level", ago(hours=5), 9.0), reading("y", "water_level", NOON, 1.0)]
    found = number("river_level", rows)
    assert (found.value, found.sensor, found.fresh, found.expected) == (1, "y", 1, 2)


def test_a_rise_is_over_the_real_gap():
    rows = [reading("x", "water_level", ago(minutes=m), v) for m, v in ((0, 2.0), (20, 9.0), (50, 1.5), (80, 0.0))]
    assert number("river_rise_rate", rows).value == pytest.approx(0.5 / (50 / 60))


@pytest.mark.parametrize(("minutes", "known"), [(44.9, False), (45, True), (75, True), (75.1, False)])
def test_a_rise_needs_a_reading_about_an_hour_before(minutes, known):
    rows = [reading("x", "water_level", ago(minutes=m), 1.0) for m in (0, minutes)]
    assert number("river_rise_rate", rows).value == (0 if known else None)


def test_the_next_alarm_level_is_so_many_hours_away():
    rows = [reading("kim_long", "water_level", ago(minutes=m), v) for m, v in ((0, 1.4), (60, 1.1))]
    sensors = [gauge("kim_long", **LEVELS_OF_KIM_LONG)]
    assert number("river_hours_to_next_level", rows, sensors).value == pytest.approx(2.0)
    assert LEVELS[number("river_rise_rate", rows, sensors).level] == "ok"
    falling = [reading("kim_long", "water_level", ago(minutes=m), v) for m, v in ((0, 1.1), (60, 1.4))]
    assert number("river_hours_to_next_level", falling, sensors).value is None
    above = [reading("kim_long", "water_level", ago(minutes=m), v) for m, v in ((0, 4.0), (60, 3.9))]
    assert number("river_hours_to_next_level", above, sensors).value is None


# streets


def test_rain_is_the_sum_of_the_window_at_the_wettest_gauge():
    rows = [reading("x", "rain", ago(minutes=m), 5.0) for m in (0, 30, 60)] + [
        reading("y", "rain", ago(hours=30), 40.0)
    ]
    assert [number(c, rows).value for c in ("rain_1h", "rain_24h", "rain_72h")] == [10, 15, 40]
    assert number("rain_72h", rows).sensor == "y"


def test_no_reading_is_no_rain_gauge_and_not_a_dry_hour():
    assert number("rain_1h", [reading("x", "rain", ago(hours=2), 5.0)]).value is None


def test_the_deepest_street_is_among_those_still_measured():
    rows = [reading("x", "flood_depth", ago(minutes=1), 30.0), reading("y", "flood_depth", ago(hours=9), 90.0)]
    assert (number("flood_depth_max", rows).value, LEVELS[number("flood_depth_max", rows).level]) == (30, "watch")
    only_old = number("flood_depth_max", rows[1:])
    assert (only_old.value, FRESHNESS[only_old.freshness]) == (90, "stale")


def test_heat_is_of_one_sensor_and_of_about_one_time():
    warm, humid = reading("x", "temperature", NOON, 35.0), reading("x", "humidity", ago(minutes=20), 70.0)
    found = number("heat_index", [warm, humid])
    assert found.value == pytest.approx(50.35, abs=0.05)
    assert (found.observed_at, LEVELS[found.level]) == (ago(minutes=20), "warning")
    assert number("heat_index", [warm, {**humid, "sensor_id": "y"}]).value is None
    assert number("heat_index", [warm, {**humid, "observed_at": ago(hours=3)}]).value is None


def test_noise_is_the_mean_of_energy():
    rows = [reading("x", "noise_laeq", ago(minutes=m), v) for m, v in ((0, 60.0), (30, 70.0), (60, 99.0))]
    assert number("noise_laeq_1h", rows).value == pytest.approx(67.4036, abs=1e-4)


@pytest.mark.parametrize(("hour", "level"), [(21, "ok"), (22, "watch"), (6, "watch"), (7, "ok")])
def test_nights_have_a_lower_limit_of_noise(hour, level):
    """The limit is that of the hour which ends at the moment."""
    at = NOON.astimezone(ZoneInfo(TOWN.timezone)).replace(hour=hour).astimezone(UTC)
    assert LEVELS[number("noise_laeq_1h", [reading("x", "noise_laeq", at, 60.0)], at=at).level] == level


def test_a_city_may_set_its_own_limit_of_noise():
    city = TOWN.model_copy(update={"thresholds": {"noise_laeq_1h": Threshold(alarm=60)}})
    assert LEVELS[number("noise_laeq_1h", [reading("x", "noise_laeq", NOON, 60.0)], city=city).level] == "alarm"
