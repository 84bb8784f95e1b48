import json
from datetime import timedelta

import pytest

from data_sources.engine.contract import LaterError, SourceError
from data_sources.engine.declared import DeclaredError
from tests.data_sources.standards.payloads import TRAFFIC
from tests.data_sources.standards.samples import SHARED
from tests.data_sources.transports.desk import NOW, Place, feed, poll
from tests.data_sources.transports.peers import broker
from tests.data_sources.transports.server import serving

LOOPS = [{**TRAFFIC, "id": f"loop-{i}"} for i in range(25)]
LINES = 'standard = "ngsi_ld"\nurl = "{}/ngsi-ld/v1/entities"\nlimit = 10\n[params]\ntype = "TrafficFlowObserved"\n'


@pytest.mark.parametrize("told", ["link", "count", "nothing"])
def test_all_pages_are_read_however_the_broker_tells_of_them(told: str) -> None:
    with serving(broker(LOOPS, told)) as server:
        polled = poll(feed(LINES.format(server.url)))
    assert len(server.asked) == 3
    assert {r["sensor_id"] for r in polled.rows("sensor")} == {f"loop-{i}" for i in range(25)}
    assert all(a.query["type"] == "TrafficFlowObserved" for a in server.asked)


def test_a_broker_that_asks_for_a_pause_is_left_alone() -> None:
    with (
        serving(lambda asked, url: (429, {"retry-after": "120"}, b"")) as server,
        pytest.raises(LaterError) as told,
    ):
        poll(feed(LINES.format(server.url)))
    assert told.value.after == timedelta(seconds=120)


def test_more_pages_than_a_poll_may_read_are_told() -> None:
    with serving(broker(LOOPS, "count")) as server, pytest.raises(SourceError, match="more than 2 pages"):
        poll(feed(LINES.format(server.url).replace("limit = 10", "limit = 10\npages = 2")))


def test_only_what_changed_is_asked_for_once_the_newest_is_in() -> None:
    changed = [{**e, "modifiedAt": f"2026-11-23T00:{i:02d}:00Z"} for i, e in enumerate(LOOPS)]
    place = Place()
    with serving(broker(changed)) as server:
        source = feed(LINES.format(server.url).replace("limit = 10", 'limit = 50\ndelta = "modifiedAt"'), place)
        poll(source)
        assert "q" not in server.asked[0].query
        assert server.asked[0].query["options"] == "sysAttrs"
        poll(source)
    assert place.kept == {"newest": "2026-11-23T00:24:00+00:00"}
    assert server.asked[1].query["q"] == 'modifiedAt>"2026-11-23T00:19:00.000Z"'


def test_a_wrong_clock_ahead_of_time_does_not_hide_what_comes_after() -> None:
    place = Place()
    with serving(broker([{**TRAFFIC, "modifiedAt": "2099-01-01T00:00:00Z"}])) as server:
        poll(feed(LINES.format(server.url).replace("limit = 10", 'delta = "modifiedAt"'), place))
    assert place.kept == {"newest": NOW.isoformat()}


def test_a_key_that_the_transport_does_not_know_is_a_mistake() -> None:
    with pytest.raises(DeclaredError, match=r"city\.toml: feed test: page_size: there is no such key"):
        feed('standard = "ngsi_ld"\nurl = "http://127.0.0.1/"\npage_size = 3')


def test_the_official_samples_come_through_a_broker() -> None:
    if not SHARED.exists():
        pytest.skip(f"the official samples are not at {SHARED}")
    found = [json.loads(p.read_text("utf-8")) for p in sorted((SHARED / "ngsi_ld").glob("*/example-normalized.jsonld"))]
    entities = [{**e, "id": f"{e['id']}-{i}"} for i in range(40) for e in found]
    with serving(broker(entities, "count")) as server:
        polled = poll(feed(LINES.format(server.url).replace("limit = 10", "limit = 100").partition("[params]")[0]))
    assert len(found) >= 8
    assert len(server.asked) == -(-len(entities) // 100)
    assert len(polled.rows("event")) == 2 * 40  # an alert and an accident of each copy
    assert len(polled.rows("observation")) >= 40
