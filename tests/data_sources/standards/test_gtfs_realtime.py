from base64 import b64decode
from datetime import UTC, datetime

import pytest
from google.protobuf import json_format
from google.transit import gtfs_realtime_pb2 as gtfs

from data_sources.engine.contract import Patch, Rejected, SourceError
from data_sources.standards.gtfs_realtime import decode
from tests.data_sources.standards.laws import decoded, reasons, rows
from tests.data_sources.standards.payloads import transit

MADE = datetime.fromtimestamp(1_763_856_000, UTC)


def test_a_vehicle_is_a_sensor_that_moves() -> None:
    found = decoded("gtfs_realtime", transit())
    (sensor,) = rows(found, "sensor")
    assert (sensor["sensor_id"], sensor["kind"]) == ("bus-1", "vehicle")
    readings = [r for r in rows(found, "observation") if r["sensor_id"] == "bus-1"]
    assert {r["metric"]: (r["value"], r["unit"]) for r in readings} == {
        "vehicle_reporting": (1, "1"),
        "vehicle_speed": (36.0, "km/h"),
    }
    assert all(r["latitude"] == pytest.approx(16.46) for r in readings)
    assert (MADE - readings[0]["observed_at"]).total_seconds() == 5


def test_a_trip_is_as_late_as_the_first_stop_that_says_so() -> None:
    (late,) = [r for r in rows(decoded("gtfs_realtime", transit()), "observation") if r["metric"] == "trip_delay"]
    assert (late["sensor_id"], late["value"], late["unit"], late["observed_at"]) == ("trip trip-1", 95, "s", MADE)


def test_a_cancelled_trip_is_told() -> None:
    told = [
        r["sensor_id"]
        for r in rows(decoded("gtfs_realtime", transit()), "observation")
        if r["metric"] == "trip_cancelled"
    ]
    assert told == ["trip trip-2"]


def test_an_alert_is_an_event_in_our_language() -> None:
    (event,) = rows(decoded("gtfs_realtime", transit()), "event")
    assert (event["event_id"], event["category"], event["summary"]) == ("a1", "detour", "Di vong qua Le Loi")
    assert (event["closed_at"] - event["opened_at"]).total_seconds() == 7200
    assert event["attributes"]["cause"] == "WEATHER"


def test_an_entity_that_is_gone_closes_its_event() -> None:
    (patch,) = [r for r in decoded("gtfs_realtime", transit()) if isinstance(r, Patch)]
    assert patch.values == {"event_id": "a0", "status": "deleted", "closed_at": MADE}


def test_a_vehicle_without_a_position_is_refused_and_can_be_read_again() -> None:
    (refused,) = [r for r in decoded("gtfs_realtime", transit()) if isinstance(r, Rejected)]
    assert refused.reason == "a vehicle without a position"
    assert reasons(decoded("gtfs_realtime", b64decode(refused.row))) == [refused.reason]


def test_no_time_anywhere_is_refused() -> None:
    assert "no timestamp, neither of its own nor the feed's" in reasons(decoded("gtfs_realtime", transit(0)))


def test_the_json_form_says_the_same() -> None:
    feed = gtfs.FeedMessage()
    feed.ParseFromString(transit())
    assert decoded("gtfs_realtime", json_format.MessageToJson(feed).encode()) == decoded("gtfs_realtime", transit())


@pytest.mark.parametrize("raw", [b"", b"<html>", b"\x0a\x00", b"{}", b"{", b"\x00" * 10, transit()[:50]])
def test_what_is_no_feed_fails_as_a_whole(raw: bytes) -> None:
    with pytest.raises(SourceError):
        decode(raw)
