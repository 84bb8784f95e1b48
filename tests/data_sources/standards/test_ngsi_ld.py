import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources.engine.contract import SourceError
from data_sources.standards.dialect import PLAIN, Dialect
from data_sources.standards.ngsi_ld import decode
from tests.data_sources.standards.laws import decoded, reasons, rows
from tests.data_sources.standards.payloads import ALERT, COMPLAINT, NGSI, STATION, TRAFFIC, dumped

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)


def entity(**attributes: Any) -> dict[str, Any]:
    return {"id": "s1", "type": "Anything", "dateObserved": "2026-11-23T00:00:00Z", **attributes}


def values(*entities: dict[str, Any], dialect: Dialect = PLAIN) -> dict[str, tuple[float, str | None]]:
    found = decoded("ngsi_ld", dumped(list(entities)), dialect)
    assert reasons(found) == []
    return {r["metric"]: (r["value"], r.get("unit")) for r in rows(found, "observation")}


def why(dialect: Dialect = PLAIN, **attributes: Any) -> list[str]:
    return reasons(decoded("ngsi_ld", dumped(entity(**attributes)), dialect))


def test_readings_come_in_the_units_of_the_contract() -> None:
    assert values(STATION) == {
        "pm2_5": (35.5, "µg/m³"),
        "co": (400.0, "µg/m³"),
        "temperature": (pytest.approx(25.0), "°C"),
        "humidity": (81.0, "%"),
    }


def test_a_reading_has_the_sensor_the_place_and_the_end_of_its_period() -> None:
    found = decoded("ngsi_ld", dumped(TRAFFIC))
    for reading in rows(found, "observation"):
        assert reading["sensor_id"] == "loop-7"
        assert reading["observed_at"] == datetime(2026, 11, 23, 0, 5, tzinfo=UTC)
        assert (reading["latitude"], reading["longitude"]) == (pytest.approx(16.4), pytest.approx(107.55))
    (sensor,) = rows(found, "sensor")
    assert sensor["kind"] == "TrafficFlowObserved"
    assert sensor["attributes"] == {"laneId": 1}


def test_vehicles_counted_over_five_minutes_are_twelve_times_as_many_an_hour() -> None:
    assert values(TRAFFIC)["flow"] == (600.0, "vehicles/h")


def test_vehicles_counted_over_an_unknown_period_are_refused() -> None:
    assert why(intensity=50) == ["intensity: vehicles counted over a period that isn't given"]


FORMS: list[Any] = [
    25.5,
    {"type": "Property", "value": 25.5},
    {"value": 25.5, "unitCode": "CEL"},
    {"type": "Number", "value": 25.5, "metadata": {"unitCode": {"type": "Text", "value": "CEL"}}},
    {"type": "Property", "value": {"@type": "Number", "@value": 25.5}},
    "25.5",
    {"instValue": 25.5},
    [{"type": "Property", "value": 25.5}],
]


@pytest.mark.parametrize("form", FORMS)
def test_every_way_of_writing_an_attribute_says_the_same(form: Any) -> None:
    assert values(entity(temperature=form)) == {"temperature": (25.5, "°C")}


def test_the_time_of_an_attribute_outranks_the_entity_s() -> None:
    written = {"value": 25.5, "observedAt": "2026-11-22T23:00:00Z"}
    (reading,) = rows(decoded("ngsi_ld", dumped(entity(temperature=written))), "observation")
    assert reading["observed_at"].hour == 23


def test_instances_of_a_multi_attribute_are_sensors_of_their_own() -> None:
    written = [{"value": 25, "datasetId": None}, {"value": 26, "datasetId": "urn:roof"}]
    found = rows(decoded("ngsi_ld", dumped(entity(temperature=written))), "observation")
    assert [(r["sensor_id"], r["value"]) for r in found] == [("s1", 25), ("s1#urn:roof", 26)]


def test_a_temporal_evolution_gives_a_reading_for_each_time() -> None:
    pairs = [[25, "2026-11-23T00:00:00Z"], [26, "2026-11-23T01:00:00Z"]]
    found = rows(decoded("ngsi_ld", dumped(entity(temperature={"type": "Property", "values": pairs}))), "observation")
    assert [(r["value"], r["observed_at"].hour) for r in found] == [(25, 0), (26, 1)]


@pytest.mark.parametrize(
    "answer",
    [
        NGSI,
        {"type": "Notification", "id": "n1", "subscriptionId": "s", "notifiedAt": "2026-11-23T00:00:00Z", "data": NGSI},
        {"subscriptionId": "5aeb0ee97d4ef10a12a0262f", "data": NGSI},
        {"@context": [], "@graph": NGSI},
        {"type": "FeatureCollection", "features": NGSI},
    ],
)
def test_a_list_a_notification_and_a_collection_hold_the_same_entities(answer: Any) -> None:
    assert decoded("ngsi_ld", dumped(answer)) == decoded("ngsi_ld", dumped(NGSI))


def test_a_geojson_feature_is_its_entity() -> None:
    inside = {k: v for k, v in STATION.items() if k not in ("id", "location")}
    feature = {"id": STATION["id"], "type": "Feature", "geometry": STATION["location"], "properties": inside}
    assert decoded("ngsi_ld", dumped(feature)) == decoded("ngsi_ld", dumped(STATION))


def test_expanded_names_are_read_by_their_last_part() -> None:
    assert values(entity(**{"https://uri.etsi.org/ngsi-ld/default-context/temperature": 25})) == {
        "temperature": (25.0, "°C")
    }


def test_the_time_in_an_id_is_no_part_of_the_sensor() -> None:
    stamped = {**entity(temperature=25), "id": "urn:ngsi-ld:WeatherObserved:Hue-2026-11-23T00:00:00.00Z"}
    (sensor,) = rows(decoded("ngsi_ld", dumped(stamped)), "sensor")
    assert sensor["sensor_id"] == "urn:ngsi-ld:WeatherObserved:Hue"


def test_the_device_that_observed_is_the_sensor() -> None:
    (sensor,) = rows(decoded("ngsi_ld", dumped(entity(refDevice={"object": "urn:d7"}, temperature=25))), "sensor")
    assert sensor["sensor_id"] == "urn:d7"


def test_a_time_without_an_offset_is_refused_unless_the_feed_names_a_zone() -> None:
    naive = entity(temperature=25) | {"dateObserved": "2026-11-23T07:00:00"}
    found = decoded("ngsi_ld", dumped(naive))
    assert rows(found, "observation") == []
    assert reasons(found) == ["dateObserved: 2026-11-23T07:00:00 has no offset, and the feed names no time zone"]
    hue = Dialect(zone=ZoneInfo("Asia/Ho_Chi_Minh"))
    (reading,) = rows(decoded("ngsi_ld", dumped(naive), hue), "observation")
    assert reading["observed_at"] == MIDNIGHT


def test_one_bad_attribute_costs_its_own_reading() -> None:
    found = decoded("ngsi_ld", dumped(entity(temperature="warm", pm10=20)))
    assert [r["metric"] for r in rows(found, "observation")] == ["pm10"]
    assert reasons(found) == ["temperature: warm where a number belongs"]


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"temperature": True}, "True where a number belongs"),
        ({"pm10": {"value": 3, "unitCode": "XYZ"}}, "the unit XYZ is not known"),
        ({"co": {"value": 3, "unitCode": "59"}}, "ppm can't become µg/m³"),
        ({"relativeHumidity": 54}, "a share from 0 to 1"),
        ({"temperature": 1, "location": {"type": "Point", "coordinates": [16.46, 107.57]}}, "may be swapped"),
        ({"temperature": 1, "location": {"type": "Point", "coordinates": [190, 16]}}, "a longitude of 190"),
        ({"temperature": 1, "dateObserved": "yesterday"}, "yesterday is no time"),
        ({"temperature": 1, "dateObserved": None}, "no time of observation"),
    ],
)
def test_what_can_t_be_right_is_refused_with_its_reason(attributes: dict[str, Any], reason: str) -> None:
    (said,) = why(**attributes)
    assert reason in said


def test_null_island_is_no_position() -> None:
    found = decoded("ngsi_ld", dumped(entity(temperature=1, location={"type": "Point", "coordinates": [0, 0]})))
    assert not any("latitude" in r for r in rows(found, "observation"))


def test_a_feed_may_name_units_and_metrics_of_its_own() -> None:
    dialect = Dialect(units={"relativeHumidity": "P1"}, metrics={"depth": "flood_depth"})
    assert values(entity(relativeHumidity=54, depth={"value": 0.3, "unitCode": "MTR"}), dialect=dialect) == {
        "humidity": (54.0, "%"),
        "flood_depth": (30.0, "cm"),
    }


def test_a_number_of_no_listed_name_keeps_its_name() -> None:
    assert values(entity(mosquitoTotal=3)) == {"mosquito_total": (3.0, None)}


def test_an_alert_is_an_event_with_the_severity_and_the_domain_of_its_model() -> None:
    (event,) = rows(decoded("ngsi_ld", dumped(ALERT)), "event")
    assert (event["domain"], event["category"], event["severity"]) == ("environment", "flood", 1)
    assert event["opened_at"] == MIDNIGHT
    assert event["closed_at"] == datetime(2026, 11, 24, tzinfo=UTC)
    assert event["attributes"]["severity"] == "critical"


@pytest.mark.parametrize(("dead", "injured", "severity"), [(1, 0, 1), (0, 2, 2), (0, 0, 3), (None, None, None)])
def test_an_accident_is_as_severe_as_the_harm_to_people(dead: Any, injured: Any, severity: int | None) -> None:
    accident = {"id": "a", "accidentDate": "2026-11-23T00:00:00Z", "totalInjured": injured, "numPedestrianDead": dead}
    (event,) = rows(decoded("ngsi_ld", dumped(accident)), "event")
    assert event.get("severity") == severity


def test_an_accident_that_was_solved_at_no_time_is_refused() -> None:
    accident = {"id": "a", "accidentDate": "2026-11-23T00:00:00Z", "status": "solved"}
    assert reasons(decoded("ngsi_ld", dumped(accident))) == ["closed, but not when"]


def test_a_complaint_is_feedback_in_our_words() -> None:
    (ticket,) = rows(decoded("ngsi_ld", dumped(COMPLAINT)), "feedback")
    assert ticket["status"] == "in_progress"
    assert ticket["received_at"] == datetime(2026, 11, 20, 3, tzinfo=UTC)
    assert ticket["agency"] == "urn:ngsi-ld:Organization:water"


def test_a_status_that_nobody_listed_is_refused_until_the_feed_says_what_it_means() -> None:
    odd = dumped({**COMPLAINT, "status": "Ping-pong"})
    assert reasons(decoded("ngsi_ld", odd)) == ["status Ping-pong is not known"]
    (ticket,) = rows(decoded("ngsi_ld", odd, Dialect(status={"Ping-pong": "assigned"})), "feedback")
    assert ticket["status"] == "assigned"


@pytest.mark.parametrize(
    "answer",
    [
        {"type": "https://uri.etsi.org/ngsi-ld/errors/BadRequestData", "title": "bad query"},
        {"error": "NotFound", "description": "no such entity"},
        7,
    ],
)
def test_an_error_in_place_of_entities_fails_the_whole_answer(answer: Any) -> None:
    with pytest.raises(SourceError):
        decode(dumped(answer))


@given(st.floats(-90, 60), st.sampled_from(["CEL", "FAH", "KEL"]))
def test_a_temperature_is_the_same_in_every_unit(celsius: float, code: str) -> None:
    written = {"CEL": celsius, "FAH": celsius * 9 / 5 + 32, "KEL": celsius + 273.15}[code]
    found = values(entity(temperature={"value": written, "unitCode": code}))
    assert found["temperature"] == (pytest.approx(celsius, abs=1e-9), "°C")


@given(st.permutations(NGSI))
def test_the_order_of_entities_changes_nothing(entities: list[dict[str, Any]]) -> None:
    def said(some: list[dict[str, Any]]) -> list[str]:
        return sorted(json.dumps([r.table, r.values], default=str) for r in decode(dumped(some)))  # type: ignore[union-attr]

    assert said(entities) == said(NGSI)
