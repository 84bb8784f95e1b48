import json
from datetime import UTC, datetime

import pytest

from data_sources.engine.contract import SourceError
from data_sources.standards.datex2 import decode
from data_sources.standards.dialect import Dialect
from tests.data_sources.standards.laws import decoded, reasons, rows
from tests.data_sources.standards.payloads import DATEX, DATEX_JSON, MEASURED, dumped


def test_a_situation_record_is_an_event() -> None:
    (event,) = rows(decoded("datex2", DATEX), "event")
    assert (event["event_id"], event["domain"], event["category"]) == ("S1-1", "traffic", "road_closed")
    assert (event["severity"], event["status"]) == (2, "active")
    assert event["opened_at"] == datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    assert (event["latitude"], event["longitude"], event["summary"]) == (16.46, 107.57, "Cam duong")
    assert event["attributes"]["situation"] == "S1"


def test_a_record_that_can_t_be_right_does_not_cost_the_others() -> None:
    (reason,) = reasons(decoded("datex2", DATEX))
    assert "has no offset" in reason


def test_json_of_version_3_says_the_same_as_xml() -> None:
    (event,) = rows(decoded("datex2", dumped(DATEX_JSON)), "event")
    assert (event["event_id"], event["category"], event["severity"]) == ("S2-1", "flooded_road", 1)
    assert (event["latitude"], event["longitude"]) == (16.46, 107.57)


@pytest.mark.parametrize(("word", "severity"), [("highest", 1), ("medium", 3), ("lowest", 5), ("unknown", None)])
def test_severity_runs_from_1_worst_to_5(word: str, severity: int | None) -> None:
    raw = DATEX.replace(b"<overallSeverity>high<", f"<overallSeverity>{word}<".encode())
    (event,) = rows(decoded("datex2", raw), "event")
    assert event.get("severity") == severity


def test_a_planned_end_closes_and_an_end_told_by_management_closes_earlier() -> None:
    ends = DATEX.replace(
        b"00:30:00Z</overallStartTime>",
        b"00:30:00Z</overallStartTime><overallEndTime>2026-11-24T00:00:00Z</overallEndTime>",
    )
    (event,) = rows(decoded("datex2", ends), "event")
    assert event["closed_at"] == datetime(2026, 11, 24, tzinfo=UTC)
    told = b"<management><lifeCycleManagement><end>true</end></lifeCycleManagement></management><validity>"
    (event,) = rows(decoded("datex2", ends.replace(b"<validity>", told, 1)), "event")
    assert event["closed_at"] == datetime(2026, 11, 23, 1, tzinfo=UTC)


def test_a_test_situation_is_refused() -> None:
    (reason,) = reasons(decoded("datex2", DATEX.replace(b"Status>real<", b"Status>test<")))
    assert "informationStatus test" in reason


def test_a_line_places_its_record_and_is_kept() -> None:
    line = b"<groupOfLocations><gmlLineString><posList>16.4 107.5 16.4 107.6 16.4 107.7</posList></gmlLineString>"
    start, end = DATEX.index(b"<groupOfLocations"), DATEX.index(b"</groupOfLocations>")
    (event,) = rows(decoded("datex2", DATEX[:start] + line + DATEX[end:]), "event")
    assert (event["latitude"], event["longitude"]) == (pytest.approx(16.4), pytest.approx(107.6))
    assert event["attributes"]["geometry"]["coordinates"][0][0] == [107.5, 16.4]


def test_flows_and_speeds_of_a_lane_share_a_sensor() -> None:
    found = decoded("datex2", MEASURED)
    assert [(r["sensor_id"], r["metric"], r["value"], r["unit"]) for r in rows(found, "observation")] == [
        ("site-9/1", "flow", 240, "vehicles/h"),
        ("site-9/2", "flow", 360, "vehicles/h"),
        ("site-9/1", "speed", 52.5, "km/h"),
    ]
    assert reasons(found) == ["speed: -1, which stands for nothing measured"]


def test_measured_data_of_version_2_with_errors() -> None:
    raw = b"""<d2LogicalModel><payloadPublication type="MeasuredDataPublication"><siteMeasurements>
    <measurementSiteReference id="A7"/><measurementTimeDefault>2026-11-23T07:30:00+07:00</measurementTimeDefault>
    <measuredValue index="1"><measuredValue><basicData type="TrafficConcentration"><occupancy>
    <percentage>12</percentage>
    </occupancy></basicData></measuredValue></measuredValue>
    <measuredValue index="2"><measuredValue><basicData type="TrafficFlow"><vehicleFlow><dataError>true</dataError>
    <vehicleFlowRate>0</vehicleFlowRate></vehicleFlow></basicData></measuredValue></measuredValue>
    </siteMeasurements></payloadPublication></d2LogicalModel>"""
    found = decoded("datex2", raw)
    (reading,) = rows(found, "observation")
    assert (reading["sensor_id"], reading["metric"], reading["value"], reading["unit"]) == (
        "A7",
        "occupancy",
        0.12,
        "1",
    )
    assert reading["observed_at"] == datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    assert reasons(found) == ["flow: dataError"]


def test_a_table_of_sites_is_a_list_of_sensors() -> None:
    raw = b"""<payload><measurementSiteTable><measurementSite id="A7" version="2"><measurementSiteName><values>
    <value lang="vi">Cau Truong Tien</value></values></measurementSiteName><measurementSiteLocation>
    <pointByCoordinates><pointCoordinates><latitude>16.46</latitude><longitude>107.59</longitude></pointCoordinates>
    </pointByCoordinates></measurementSiteLocation></measurementSite></measurementSiteTable></payload>"""
    (sensor,) = rows(decoded("datex2", raw), "sensor")
    assert (sensor["sensor_id"], sensor["name"], sensor["latitude"]) == ("A7", "Cau Truong Tien", 16.46)


def test_a_zone_of_the_feed_reads_times_without_an_offset() -> None:
    from zoneinfo import ZoneInfo

    found = decoded("datex2", DATEX, Dialect(zone=ZoneInfo("Asia/Ho_Chi_Minh")))
    assert len(rows(found, "event")) == 2


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'<payload xmlns:x="y" x:type="TrafficRegulationPublication"/>', "a TrafficRegulationPublication"),
        (json.dumps({"payload": {"vmsVmsPublication": {}}}).encode(), "a vmsVmsPublication"),
        (b"<d2LogicalModel/>", "no publication"),
        (b'{"a": 1}', "no publication"),
        (b"<kml/>", "another document"),
    ],
)
def test_other_publications_fail_by_name(raw: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        decode(raw)


@pytest.mark.parametrize(
    "raw",
    [b'<payload x:type="sit:SituationPublication" xmlns:x="y"/>', b'{"payload":{"situationSituationPublication":{}}}'],
)
def test_nothing_to_tell_is_no_failure(raw: bytes) -> None:
    assert decoded("datex2", raw) == []
