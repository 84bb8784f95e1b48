from datetime import UTC, datetime

import pytest

from data_sources.engine.contract import Patch, SourceError
from data_sources.standards.cap import decode
from data_sources.standards.dialect import Dialect
from data_sources.standards.found import Link
from tests.data_sources.standards.laws import decoded, reasons, rows
from tests.data_sources.standards.payloads import CAP

ALERT = b"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a1</identifier><sender>s@test</sender>
<sent>2026-11-23T07:00:00+07:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
<info><category>Fire</category><event>Fire</event><urgency>Immediate</urgency><severity>Extreme</severity>
<certainty>Observed</certainty></info></alert>"""


def test_an_alert_is_an_event_in_the_first_of_our_languages_with_the_worst_severity() -> None:
    first, second = rows(decoded("cap", CAP), "event")
    assert (first["event_id"], first["category"], first["severity"]) == ("hydro@test,flood-1", "met", 1)
    assert first["summary"] == "Nuoc song dang len"
    assert first["opened_at"] == datetime(2026, 11, 23, tzinfo=UTC)
    assert first["attributes"]["languages"] == {"en-US": "River rising", "vi-VN": "Nuoc song dang len"}
    assert second["severity"] == 4


def test_a_feed_may_prefer_another_language() -> None:
    first, _ = rows(decoded("cap", CAP, Dialect(languages=("en",))), "event")
    assert first["summary"] == "River rising"


def test_an_update_closes_what_it_refers_to_here_and_elsewhere() -> None:
    found = decoded("cap", CAP)
    first, _ = rows(found, "event")
    at = datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert (first["status"], first["closed_at"]) == ("superseded", at)
    (elsewhere,) = [r for r in found if isinstance(r, Patch)]
    assert elsewhere.values == {"event_id": "hydro@test,flood-0", "closed_at": at, "status": "superseded"}


def test_a_cancellation_closes_and_is_no_event_itself() -> None:
    raw = ALERT.replace(b"<msgType>Alert", b"<msgType>Cancel").replace(
        b"<info>", b"<references>s@test,a0,2026-11-22T07:00:00+07:00</references><info>"
    )
    (patch,) = decoded("cap", raw)
    assert isinstance(patch, Patch)
    assert patch.values["status"] == "cancelled"


def test_polygons_and_circles_are_kept_and_place_the_alert() -> None:
    first, _ = rows(decoded("cap", CAP), "event")
    assert 16.4 < first["latitude"] < 16.5 and 107.5 < first["longitude"] < 107.6
    assert first["attributes"]["geometry"]["coordinates"][0][0][0] == [107.5, 16.4]
    assert first["attributes"]["circles"] == [{"center": [107.55, 16.45], "radius_km": 12.5}]


def test_a_circle_alone_places_the_alert() -> None:
    raw = ALERT.replace(b"</info>", b"<area><areaDesc>x</areaDesc><circle>16.4,107.5 0</circle></area></info>")
    (event,) = rows(decoded("cap", raw), "event")
    assert (event["latitude"], event["longitude"]) == (16.4, 107.5)


@pytest.mark.parametrize(
    ("category", "domain"), [("Fire", "public_order"), ("Met", "environment"), ("Health", "health")]
)
def test_the_category_gives_the_domain(category: str, domain: str) -> None:
    (event,) = rows(decoded("cap", ALERT.replace(b"Fire</category", category.encode() + b"</category")), "event")
    assert (event["domain"], event["category"]) == (domain, category.lower())


def test_a_signature_is_noted_and_not_trusted() -> None:
    signed = ALERT.replace(b"</alert>", b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></alert>')
    (event,) = rows(decoded("cap", signed), "event")
    assert event["attributes"]["signature"] == "present, not verified"


def test_version_1_1_is_read_too() -> None:
    assert rows(decoded("cap", ALERT.replace(b"cap:1.2", b"cap:1.1")), "event")


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (b"<scope>Public</scope>", b"", "no scope"),
        (b"Actual", b"Test", "status Test"),
        (b"Public", b"Restricted", "scope Restricted"),
        (b"<msgType>Alert", b"<msgType>Ack", "msgType Ack"),
        (b"+07:00", b"", "has no offset"),
        (b"<identifier>a1</identifier>", b"", "no identifier"),
        (b"<msgType>Alert", b"<msgType>Update", "no references"),
        (b"</info>", b"<area><polygon>95,200</polygon></area></info>", "a latitude of 95"),
    ],
)
def test_what_can_t_be_right_is_refused(before: bytes, after: bytes, reason: str) -> None:
    (said,) = reasons(decoded("cap", ALERT.replace(before, after)))
    assert reason in said


def test_a_drill_is_shown_where_the_feed_says_so() -> None:
    drill = ALERT.replace(b"Actual", b"Exercise")
    accepts = Dialect().accepts | {"exercise"}
    (event,) = rows(decoded("cap", drill, Dialect(accepts=accepts)), "event")
    assert event["status"] == "exercise"


def test_an_alert_without_info_is_still_an_alert() -> None:
    bare = ALERT[: ALERT.index(b"<info>")] + b"</alert>"
    (event,) = rows(decoded("cap", bare), "event")
    assert "severity" not in event


def test_an_atom_index_lists_where_its_alerts_are() -> None:
    raw = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><link href="http://x/a" rel="self"/>
    <link type="application/cap+xml" href="http://x/a.cap"/></entry><entry><id>http://x/b</id></entry></feed>"""
    assert decoded("cap", raw) == [Link("alert", "http://x/a.cap"), Link("alert", "http://x/b")]


def test_another_namespace_fails_alone_and_is_refused_in_a_bundle() -> None:
    foreign = ALERT.replace(b"emergency:cap:1.2", b"emergency:alerts:1.2")
    with pytest.raises(SourceError, match="another namespace"):
        decode(foreign)
    (reason,) = reasons(decoded("cap", b"<alerts>" + foreign + b"</alerts>"))
    assert "another namespace" in reason


def test_other_encodings_are_read() -> None:
    latin = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + ALERT.replace(b"<event>Fire", b"<event>Usulut\xe1n")
    (event,) = rows(decoded("cap", latin), "event")
    assert event["summary"] == "Usulután"
    assert rows(decoded("cap", ALERT.decode().encode("utf-16")), "event")
