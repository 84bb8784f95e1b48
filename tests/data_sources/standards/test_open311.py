from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from data_sources.engine.contract import SourceError
from data_sources.standards.dialect import Dialect
from data_sources.standards.open311 import decode, services
from tests.data_sources.standards.laws import decoded, reasons, rows
from tests.data_sources.standards.payloads import REQUESTS, REQUESTS_XML, dumped


def request(**more: Any) -> bytes:
    return dumped([{"service_request_id": 1, "status": "open", "requested_datetime": "2026-11-19T00:00:00Z", **more}])


def test_a_request_is_feedback() -> None:
    first, second = rows(decoded("open311", dumped(REQUESTS)), "feedback")
    assert first == {
        "feedback_id": "638344",
        "category": "Street light out",
        "channel": "open311",
        "status": "closed",
        "received_at": datetime(2026, 11, 13, 23, 37, 38, tzinfo=UTC),
        "due_at": datetime(2026, 11, 15, 23, 37, 38, tzinfo=UTC),
        "closed_at": datetime(2026, 11, 14, 23, 37, 38, tzinfo=UTC),
        "updated_at": datetime(2026, 11, 14, 23, 37, 38, tzinfo=UTC),
        "agency": "Lighting",
        "latitude": 16.46,
        "longitude": 107.57,
        "summary": "Dark since <b>Monday</b>",
    }
    assert (second["status"], second["category"], "closed_at" in second) == ("received", "006", False)


def test_json_and_xml_say_the_same() -> None:
    def bare(raw: bytes) -> list[dict[str, Any]]:
        kept = ("feedback_id", "status", "received_at", "closed_at", "latitude", "longitude")
        return [{k: r.get(k) for k in kept} for r in rows(decoded("open311", raw), "feedback")]

    assert bare(REQUESTS_XML) == bare(dumped(REQUESTS))


def test_leading_zeros_of_a_code_stay_in_xml() -> None:
    found = rows(
        decoded("open311", REQUESTS_XML.replace(b"<service_name>Street light out</service_name>", b"")), "feedback"
    )
    assert found[0]["category"] == "006"


@pytest.mark.parametrize(
    ("written", "ours"),
    [("open", "received"), ("OPEN", "received"), ("In progress", "in_progress"), ("acknowledged", "verified")],
)
def test_a_status_becomes_our_word(written: str, ours: str) -> None:
    (ticket,) = rows(decoded("open311", request(status=written)), "feedback")
    assert ticket["status"] == ours


def test_closed_at_no_known_time_is_refused_since_it_would_stay_open_for_ever() -> None:
    assert reasons(decoded("open311", request(status="closed"))) == ["closed, but not when"]


def test_the_receipt_of_a_new_request_is_no_request_yet() -> None:
    found = decoded("open311", dumped([{"service_request_id": 638344, "token": 12345}]))
    assert reasons(found) == ["the receipt of a new request: neither status nor requested_datetime"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"status": "lost"}, "status lost is not known"),
        ({"requested_datetime": "2026-11-19T00:00:00"}, "has no offset"),
        ({"requested_datetime": None}, "no requested_datetime"),
        ({"service_request_id": ""}, "no service_request_id"),
        ({"lat": 95, "long": 1}, "a latitude of 95"),
        ({"lat": "north", "long": 1}, "latitude: north where a number belongs"),
        ({"service_name": {"a": 1}}, "dict where a text belongs"),
    ],
)
def test_what_can_t_be_right_is_refused(more: dict[str, Any], reason: str) -> None:
    (said,) = reasons(decoded("open311", request(**more)))
    assert reason in said


def test_a_zone_of_the_feed_reads_times_without_an_offset() -> None:
    dialect = Dialect(zone=ZoneInfo("Asia/Ho_Chi_Minh"))
    (ticket,) = rows(decoded("open311", request(requested_datetime="2026-11-19T07:00:00"), dialect), "feedback")
    assert ticket["received_at"] == datetime(2026, 11, 19, tzinfo=UTC)


SERVICES = [{"service_code": "001", "service_name": "Cans left out"}]
SERVICES_XML = b"""<services><service><service_code>001</service_code><service_name>Cans left out</service_name>
</service></services>"""


@pytest.mark.parametrize("raw", [dumped(SERVICES), SERVICES_XML])
def test_services_name_the_codes_of_requests(raw: bytes) -> None:
    named = services(raw)
    assert named == {"001": "Cans left out"}
    (ticket,) = rows(decoded("open311", request(service_code="001"), Dialect(services=named)), "feedback")
    assert ticket["category"] == "Cans left out"


@pytest.mark.parametrize(
    "raw",
    [
        dumped(SERVICES),
        SERVICES_XML,
        dumped([{"code": 403, "description": "Invalid api_key"}]),
        b"<errors><error><code>403</code><description>Invalid api_key</description></error></errors>",
        dumped({"service_code": "DMV66", "attributes": []}),
        b'[{"service_code":001,"service_name":"Cans"}]',
        b"HTTP/1.1 403 Forbidden",
    ],
)
def test_what_is_no_list_of_requests_fails_as_a_whole(raw: bytes) -> None:
    with pytest.raises(SourceError):
        decode(raw)
