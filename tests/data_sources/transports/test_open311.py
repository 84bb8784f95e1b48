from datetime import UTC, datetime, timedelta

import pytest

from data_sources.engine.contract import SourceError
from tests.data_sources.standards.payloads import REQUESTS_XML
from tests.data_sources.standards.samples import SHARED
from tests.data_sources.transports.desk import Place, feed, poll
from tests.data_sources.transports.peers import reporting
from tests.data_sources.transports.server import serving

LINES = 'standard = "open311"\nurl = "{}/requests.json"\n'
XML = {"content-type": "text/xml; charset=utf-8"}


def requests(n: int) -> list[dict[str, str]]:
    """Ever closer together, so that windows of one length hold very different numbers."""
    start = datetime(2026, 9, 1, tzinfo=UTC)
    moments = [start + timedelta(days=80) * (i / n) ** 0.3 for i in range(n)]
    return [
        {"service_request_id": str(i), "status": "open", "requested_datetime": m.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
        for i, m in enumerate(moments)
    ]


def test_a_window_that_is_full_is_halved_until_nothing_is_cut_off() -> None:
    with serving(reporting(requests(900), limit=100)) as server:
        polled = poll(feed(LINES.format(server.url) + "limit = 100"))
    assert {r["feedback_id"] for r in polled.rows("feedback")} == {str(i) for i in range(900)}
    assert 9 < len(server.asked) < 80


def test_what_changed_is_asked_for_where_the_server_can_tell() -> None:
    known = [{**r, "updated_datetime": "2026-11-22T10:00:00.000Z"} for r in requests(50)]
    place = Place()
    with serving(reporting(known)) as server:
        source = feed(LINES.format(server.url) + 'updated = "updated_after"', place)
        poll(source)
        windows = len(server.asked)
        known[7] |= {"status": "closed", "updated_datetime": "2026-11-23T09:00:00.000Z"}
        second = poll(source)
    assert windows == 3
    assert place.kept == {"newest": "2026-11-23T09:00:00+00:00"}
    assert server.asked[-1].query == {"updated_after": "2026-11-22T09:00:00.000Z"}
    closed = [r for r in second.rows("feedback") if r["status"] == "closed"]
    assert [r["feedback_id"] for r in closed] == ["7"]


def test_more_pages_than_a_poll_may_read_are_told() -> None:
    with serving(reporting(requests(900), limit=5)) as server, pytest.raises(SourceError, match="more than 20 pages"):
        poll(feed(LINES.format(server.url) + "limit = 5\npages = 20"))


def test_requests_in_xml_are_read_and_counted() -> None:
    with serving(lambda asked, url: (200, XML, REQUESTS_XML)) as server:
        polled = poll(feed(LINES.format(server.url) + 'again = "20 d"\nlimit = 3'))
    assert len(polled.rows("feedback")) == 2
    assert len(server.asked) == 1


@pytest.mark.parametrize(("suffix", "headers"), [("json", {"content-type": "application/json"}), ("xml", XML)])
def test_the_official_samples_come_through_a_server(suffix: str, headers: dict[str, str]) -> None:
    if not SHARED.exists():
        pytest.skip(f"the official samples are not at {SHARED}")
    (path,) = (SHARED / "open311").glob(f"georeport_v2_spec_{suffix}-service-requests.*")
    with serving(lambda asked, url: (200, headers, path.read_bytes())) as server:
        polled = poll(feed(LINES.format(server.url) + 'again = "20 d"'))
    assert len(polled.rows("feedback")) == 2
