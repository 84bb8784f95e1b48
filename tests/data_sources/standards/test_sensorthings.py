import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from data_sources.engine.contract import SourceError
from data_sources.standards.dialect import Dialect, Stream
from data_sources.standards.found import Link
from data_sources.standards.sensorthings import decode, streams
from tests.data_sources.standards.laws import decoded, reasons, rows
from tests.data_sources.standards.payloads import THING, THINGS, dumped

LEVEL = {"Datastreams(1)": (Stream("gauge", "water_level", "cm"),)}


def observation(**more: Any) -> dict[str, Any]:
    return {"phenomenonTime": "2026-11-23T00:20:00Z", "result": 152, **more}


def test_an_expanded_thing_is_a_sensor_with_its_readings_in_our_unit() -> None:
    found = decoded("sensorthings", dumped(THING))
    (sensor,) = rows(found, "sensor")
    assert (sensor["sensor_id"], sensor["latitude"], sensor["attributes"]["bd3"]) == ("12", 16.46, 3.5)
    (reading,) = rows(found, "observation")
    assert (reading["sensor_id"], reading["metric"], reading["value"], reading["unit"]) == (
        "12",
        "water_level",
        1.52,
        "m",
    )


def test_an_interval_is_known_at_its_end() -> None:
    (reading,) = rows(decoded("sensorthings", dumped(THING)), "observation")
    assert reading["observed_at"] == datetime(2026, 11, 23, 0, 10, tzinfo=UTC)


def test_a_result_that_is_no_number_is_refused_alone() -> None:
    assert reasons(decoded("sensorthings", dumped(THING))) == ["result: n/a where a number belongs"]


def test_further_pages_are_values_of_the_collection_and_of_what_is_expanded_in_it() -> None:
    links = [r.href for r in decoded("sensorthings", dumped(THINGS)) if isinstance(r, Link)]
    assert links == [
        "http://sensors.test/v1.1/Datastreams(1)/Observations?$skip=2",
        "http://sensors.test/v1.1/Things?$skip=1",
    ]


def test_an_observation_is_read_by_its_expanded_datastream() -> None:
    stream = {k: v for k, v in THING["Datastreams"][0].items() if k != "Observations"}
    (reading,) = rows(decoded("sensorthings", dumped({"value": [observation(Datastream=stream)]})), "observation")
    assert (reading["sensor_id"], reading["value"]) == ("Datastream 1", 1.52)


@pytest.mark.parametrize(
    "written",
    [
        observation(Datastream={"@iot.id": 1}),
        observation(**{"Datastream@iot.navigationLink": "http://sensors.test/v1.1/Datastreams(1)"}),
        {
            "Datastream@iot.navigationLink": "Datastreams(1)",
            "components": ["id", "phenomenonTime", "result"],
            "dataArray": [[1, "2026-11-23T00:20:00Z", 152]],
        },
    ],
)
def test_a_datastream_known_from_before_says_what_a_bare_observation_is(written: dict[str, Any]) -> None:
    unknown = decoded("sensorthings", dumped({"value": [written]}))
    assert reasons(unknown) == ["Datastreams(1) is not known: what it measures, and in which unit"]
    (reading,) = rows(decoded("sensorthings", dumped({"value": [written]}), Dialect(streams=LEVEL)), "observation")
    assert (reading["sensor_id"], reading["value"], reading["unit"]) == ("gauge", 1.52, "m")


def test_what_datastreams_measure_is_learnt_from_the_answer_that_describes_them() -> None:
    assert streams(dumped(THINGS)) == {"Datastreams(1)": (Stream("12", "water_level", "cm"),)}


MULTI = {
    "@iot.id": 4,
    "unitOfMeasurements": [{"symbol": "degF"}, {"symbol": "%"}, {"symbol": "null"}],
    "ObservedProperties": [{"name": "Air Temperature"}, {"name": "Relative Humidity"}, {"name": "Visibility"}],
    "Observations": [{"phenomenonTime": "2026-11-23T00:00:00Z", "result": [77, 65, "clear"]}],
}


def test_each_part_of_a_multidatastream_is_a_reading_or_refused() -> None:
    found = decoded("sensorthings", dumped(MULTI))
    assert [(r["metric"], r["value"], r["unit"]) for r in rows(found, "observation")] == [
        ("temperature", pytest.approx(25), "°C"),
        ("humidity", 65, "%"),
    ]
    assert reasons(found) == ["result: clear where a number belongs"]


def test_parts_that_are_not_described_are_refused() -> None:
    short = copy.deepcopy(MULTI)
    short["Observations"][0]["result"] = [77]  # type: ignore[index]
    assert reasons(decoded("sensorthings", dumped(short))) == ["a result of 1 parts where 3 are described"]


def test_two_datastreams_of_one_property_do_not_overwrite_each_other() -> None:
    twice = copy.deepcopy(THING)
    twice["Datastreams"].append(copy.deepcopy(twice["Datastreams"][0]) | {"@iot.id": 2})
    assert {r["sensor_id"] for r in rows(decoded("sensorthings", dumped(twice)), "observation")} == {"12", "12/2"}


def test_the_feature_of_interest_places_its_observation() -> None:
    feature = {"feature": {"type": "Feature", "geometry": {"type": "Point", "coordinates": [107.6, 16.5]}}}
    placed = copy.deepcopy(THING)
    placed["Datastreams"][0]["Observations"] = [observation(FeatureOfInterest=feature)]
    (reading,) = rows(decoded("sensorthings", dumped(placed)), "observation")
    assert (reading["latitude"], reading["longitude"]) == (16.5, 107.6)


@pytest.mark.parametrize(
    ("entity", "reason"),
    [
        (observation(), "the Datastream is not named: ask with $expand=Datastream"),
        ({"@iot.id": 1, "@iot.selfLink": "http://x/Sensors(1)"}, "Sensors: neither a sensor nor a reading"),
        ({"result": 1, "Datastream": {"@iot.id": 1}}, "no phenomenonTime"),
        ("x", "x is no entity"),
    ],
)
def test_what_holds_no_reading_is_refused(entity: Any, reason: str) -> None:
    assert reasons(decoded("sensorthings", dumped({"value": [entity]}), Dialect(streams=LEVEL))) == [reason]


@pytest.mark.parametrize(
    "document",
    [
        {"value": [{"name": "Things", "url": "http://x/Things"}]},
        {"requests": []},
        {"code": 404, "type": "error", "message": "Nothing found."},
        "Things",
    ],
)
def test_what_is_no_answer_fails_as_a_whole(document: Any) -> None:
    with pytest.raises(SourceError):
        decode(dumped(document))
