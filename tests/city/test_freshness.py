from datetime import timedelta

import numpy as np

from city.city import picture
from city.freshness import FRESHNESS, lived, sensed
from tests.city.makers import NOON, TOWN, ago, batch, place, reading

PLACES = [place("a"), place("b")]


def scene_of(city=TOWN, at=NOON, **tables):
    return picture(city, batch(whole=True, place=PLACES, **tables), at).scene


def words(fresh):
    """For a, b, the unlocated and the city."""
    return [FRESHNESS[s] for s in fresh.state]


def test_a_place_without_sensors_is_missing_its_numbers():
    found = sensed(scene_of(observation=[reading("x", "rain", NOON, 1, place_code="a")]), ("rain",))
    assert words(found) == ["fresh", "missing", "missing", "fresh"]
    assert found.expected.tolist() == [1, 0, 0, 1]


def test_a_place_is_stale_when_none_of_its_sensors_is_fresh():
    rows = [reading("x", "rain", NOON, 1, place_code="a"), reading("y", "rain", ago(hours=2), 1, place_code="b")]
    found = sensed(scene_of(observation=rows), ("rain",))
    assert words(found) == ["fresh", "stale", "missing", "fresh"]
    assert found.fresh.tolist() == [1, 0, 0, 1]
    assert found.observed_at[1] == np.datetime64(ago(hours=2).replace(tzinfo=None), "us")


def test_the_city_is_stale_when_a_whole_source_has_fallen_silent():
    rows = [
        reading("x", "rain", NOON, 1, place_code="a"),
        reading("y", "rain", ago(hours=2), 1, place_code="b", source="z"),
    ]
    assert words(sensed(scene_of(observation=rows), ("rain",))) == ["fresh", "stale", "missing", "stale"]


def test_a_retired_sensor_is_no_longer_expected():
    rows = [reading("x", "rain", NOON, 1, place_code="a"), reading("y", "rain", ago(days=31), 1, place_code="a")]
    found = sensed(scene_of(observation=rows), ("rain",))
    assert words(found)[0] == "fresh"
    assert found.expected.tolist() == [1, 0, 0, 1]


def test_a_station_of_several_metrics_counts_once():
    rows = [reading("x", m, NOON, 1, place_code="a") for m in ("pm2_5", "pm10", "o3")]
    assert sensed(scene_of(observation=rows), ("pm2_5", "pm10", "o3")).expected.tolist() == [1, 0, 0, 1]


def test_without_any_reading_all_is_missing():
    assert set(words(sensed(scene_of(), ("rain",)))) == {"missing"}


def tickets(*ages, source="test", **more):
    return [
        {"feedback_id": f"{source}{i}", "source": source, "received_at": ago(hours=h), **more}
        for i, h in enumerate(ages)
    ]


def test_tickets_are_fresh_while_each_source_was_heard_of_within_a_day():
    assert set(words(lived(scene_of(feedback=tickets(24, 40)), "feedback"))) == {"fresh"}
    assert set(words(lived(scene_of(feedback=tickets(25)), "feedback"))) == {"stale"}
    both = [*tickets(1), *tickets(25, source="other")]
    found = lived(scene_of(feedback=both), "feedback")
    assert set(words(found)) == {"stale"}
    assert (found.fresh[0], found.expected[0]) == (1, 2)


def test_whatever_happened_to_a_ticket_is_hearing_of_it_but_not_what_is_promised():
    assert set(words(lived(scene_of(feedback=tickets(90, closed_at=ago(hours=2))), "feedback"))) == {"fresh"}
    promised = tickets(90, due_at=ago(hours=2), extended_to=ago(hours=1))
    assert set(words(lived(scene_of(feedback=promised), "feedback"))) == {"stale"}


def test_what_is_still_to_happen_was_not_heard_of():
    rows = tickets(90, first_response_at=ago(hours=30), closed_at=ago(hours=-2))
    found = lived(scene_of(feedback=rows), "feedback")
    assert set(words(found)) == {"stale"}
    assert found.observed_at[0] == np.datetime64(ago(hours=30).replace(tzinfo=None), "us")


def test_a_source_silent_for_thirty_days_is_retired_unless_all_are():
    rows = [*tickets(1), *tickets(24 * 31, source="old")]
    assert lived(scene_of(feedback=rows), "feedback").expected[0] == 1
    assert set(words(lived(scene_of(feedback=tickets(24 * 31)), "feedback"))) == {"stale"}


def test_the_city_file_says_how_old_a_table_may_be():
    city = TOWN.model_copy(update={"stale_after": {"feedback": timedelta(hours=2)}})
    assert set(words(lived(scene_of(city, feedback=tickets(3)), "feedback"))) == {"stale"}


def test_without_any_row_all_is_missing():
    assert set(words(lived(scene_of(feedback=tickets(-3)), "feedback"))) == {"missing"}
