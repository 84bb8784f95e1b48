"""A real broker: messages that wait for us, breaks, the broker's own death, and messages that come twice."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import cbor2
import pytest

from data_sources.engine.contract import DataSource, Rejected, SourceError
from data_sources.engine.declared import DeclaredError
from tests.data_sources.transports.desk import Place, again, feed, poll
from tests.data_sources.transports.mosquitto import ABSENT, PROGRAM, Broker, broker

START = 1_763_856_000
LINES = 'standard = "senml"\nurl = "{}"\ntopics = ["hue/+/level"]\n'
TABLE = """
standard = "table"
url = "{}"
topics = ["loras/#"]
[mapping]
kind = "observations"
timezone = "UTC"
[mapping.columns]
sensor_id = "topic_2"
observed_at = "at"
value = "payload.mm"
[mapping.defaults]
metric = "rain"
"""


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Broker]:
    if PROGRAM is None:
        pytest.skip(ABSENT)
    with broker(tmp_path) as running:
        yield running


def levels(first: int, count: int) -> list[tuple[str, bytes]]:
    """One reading a message, each a second after the other."""
    packs = [
        [{"n": "urn:dev:gauge/water_level", "u": "m", "v": i, "t": START + i}] for i in range(first, first + count)
    ]
    return [(f"hue/gauge-{i % 3}/level", json.dumps(p).encode()) for i, p in enumerate(packs)]


def stored(source: DataSource, store: set[float], *, commits: bool = True) -> int:
    """Poll until the broker has nothing more; how many rows came."""
    came = 0
    while found := poll(source, stored=commits).rows("observation"):
        came += len(found)
        if not commits:
            return came
        store |= {r["observed_at"].timestamp() - START for r in found}
    return came


def fault(source: DataSource) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("data_sources.transports.mqtt.PATIENCE", 0.3)
        try:
            poll(source)
        except SourceError as e:
            return str(e)
    return ""


def test_nothing_is_lost_while_we_are_away_and_the_broker_dies(peer: Broker) -> None:
    """The first poll opens the session. Then 300 messages wait for us; the broker is killed and starts again while we
    are away; 300 more come, are read, and never committed; again we go away and the broker dies."""
    store: set[float] = set()
    with closing(feed(LINES.format(peer.url))) as source:
        stored(source, store)
    peer.publish(levels(0, 300))
    peer.save()
    peer.kill()
    peer.start()
    with closing(feed(LINES.format(peer.url))) as source:
        assert stored(source, store) >= 300
        assert store == set(range(300))
        peer.publish(levels(300, 300))
        assert stored(source, store, commits=False) > 0
    peer.save()
    peer.kill()
    peer.start()
    with closing(feed(LINES.format(peer.url))) as source:
        stored(source, store)
        assert poll(source).answers == []
    assert store == set(range(600))


def test_messages_that_were_not_committed_come_again_and_not_after_they_were(peer: Broker) -> None:
    store: set[float] = set()
    with closing(feed(LINES.format(peer.url))) as source:
        stored(source, store)
        peer.publish(levels(0, 5))
        assert stored(source, store, commits=False) == 5
        assert stored(source, store) == 5  # in the same connection
        assert poll(source).answers == []
        peer.publish(levels(0, 5))  # the same again, as QoS 1 may bring it: the same rows
        assert stored(source, store) == 5
    assert store == set(range(5))


def test_a_broker_that_comes_back_is_found_again_by_itself(peer: Broker) -> None:
    store: set[float] = set()
    with closing(feed(LINES.format(peer.url))) as source:
        stored(source, store)
        peer.save()
        peer.kill()
        faults = [f for _ in range(3) if (f := fault(source))]
        assert "connection" in faults[-1]
        peer.start()
        peer.publish(levels(0, 5))
        deadline = time.monotonic() + 20
        while len(store) < 5 and time.monotonic() < deadline:
            stored(source, store)
    assert store == set(range(5))


def test_a_message_that_is_of_no_use_costs_itself_and_can_be_read_again(peer: Broker) -> None:
    good = cbor2.dumps([{-2: "urn:dev:gauge/", 0: "water_level", 1: "m", 2: 1.5, 6: START}])
    with closing(feed(LINES.format(peer.url))) as source:
        poll(source)
        peer.publish([("hue/a/level", b"<html>"), ("hue/b/level", good), ("hue/c/other", b"not subscribed")])
        polled = poll(source)
        assert [r["value"] for r in polled.rows("observation")] == [1.5]
        (reason,) = polled.reasons
        assert reason.startswith("hue/a/level: ")
        (refused,) = [f for f in polled.found if isinstance(f, Rejected)]
        with pytest.raises(SourceError):
            again(source, refused)


def test_plain_json_messages_are_rows_of_a_mapping(peer: Broker) -> None:
    with closing(feed(TABLE.format(peer.url))) as source:
        poll(source)
        rain = {"at": "2026-11-23T07:00:00Z", "payload": {"mm": 2.5}}
        peer.publish([("loras/a-1/up", json.dumps(rain).encode()), ("loras/a-2/up", b"12"), ("loras/a-3/up", b"\xff")])
        polled = poll(source)
        (row,) = polled.rows("observation")
        assert (row["sensor_id"], row["value"]) == ("a-1", 2.5)
        assert len(polled.reasons) == 2
        refused = [f for f in polled.found if isinstance(f, Rejected)]
        assert all([type(x) for x in again(source, r)] == [Rejected] for r in refused)


def test_no_broker_is_a_fault_in_words() -> None:
    with closing(feed(LINES.format("mqtt://127.0.0.1:1"))) as source, pytest.MonkeyPatch.context() as patch:
        patch.setattr("data_sources.transports.mqtt.PATIENCE", 0.5)
        with pytest.raises(SourceError, match=r"127\.0\.0\.1:1: no"):
            poll(source)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('topics = []', "topics: List should have at least 1 item"),
        ('topics = ["a"]\nkeep = "10 s"', "keep: the broker would forget messages"),
        ('topics = ["a"]\nqos = 2', "qos: Input should be 0 or 1"),
    ],
)  # fmt: skip
def test_a_subscription_that_can_not_keep_its_promise_is_a_mistake(lines: str, told: str) -> None:
    with pytest.raises(DeclaredError, match=told):
        feed(f'standard = "senml"\nurl = "mqtt://127.0.0.1"\n{lines}', Place())
