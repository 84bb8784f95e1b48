from collections.abc import Callable
from datetime import timedelta

import pytest

from data_sources.engine.contract import Patch, SourceError
from tests.data_sources.standards.payloads import CAP
from tests.data_sources.transports.desk import NOW, Place, feed, poll
from tests.data_sources.transports.server import Asked, Reply, serving

ATOM = {"content-type": "application/atom+xml"}
LINES = 'standard = "cap"\nurl = "{}/index.atom"\n'
ONE = CAP[CAP.index(b" <alert>") : CAP.index(b"</alert>") + 8].replace(
    b"<alert>", b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">', 1
)


def index(*names: str) -> bytes:
    entries = "".join(
        f'<entry><id>{n}</id><link type="application/cap+xml" href="alerts/{n}.cap"/></entry>' for n in names
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()


def authority(*names: str, gone: str = "") -> Callable[[Asked, str], Reply]:
    def respond(asked: Asked, url: str) -> Reply:
        if asked.path == "/index.atom":
            return 200, ATOM, index(*names)
        name = asked.path.rpartition("/")[2].removesuffix(".cap")
        if name == gone:
            return 404, {}, b""
        return 200, {"content-type": "application/cap+xml"}, ONE.replace(b"flood-1", name.encode())

    return respond


def test_the_alerts_of_an_index_are_read_and_not_again_for_an_hour() -> None:
    place = Place()
    with serving(authority("a", "b", "c")) as server:
        source = feed(LINES.format(server.url), place)
        assert {r["event_id"] for r in poll(source).rows("event")} == {f"hydro@test,{n}" for n in "abc"}
        assert len(server.asked) == 4
        assert poll(source, NOW + timedelta(minutes=59)).rows("event") == []
        assert len(server.asked) == 5
        assert len(poll(source, NOW + timedelta(minutes=61)).rows("event")) == 3
    assert set(place.kept["read"]) == {f"{server.url}/alerts/{n}.cap" for n in "abc"}


def test_what_was_not_stored_is_read_again() -> None:
    with serving(authority("a")) as server:
        source = feed(LINES.format(server.url))
        poll(source, stored=False)
        assert len(poll(source).rows("event")) == 1


def test_an_alert_that_is_gone_hides_no_other_and_is_told() -> None:
    place = Place()
    told = pytest.raises(SourceError, match=r"1 alerts of the index can't be read: .*404")
    with serving(authority("a", "b", "c", gone="b")) as server, told:
        poll(feed(LINES.format(server.url), place))
    assert {h.rpartition("/")[2] for h in place.kept["read"]} == {"a.cap", "c.cap"}


def test_an_index_longer_than_a_poll_may_read_is_read_in_several() -> None:
    with serving(authority(*"abcde")) as server:
        source = feed(LINES.format(server.url) + "alerts = 2")
        found = [len(poll(source).rows("event")) for _ in range(4)]
    assert found == [2, 2, 1, 0]


def test_one_document_needs_no_index() -> None:
    with serving(lambda asked, url: (200, {"content-type": "text/xml"}, CAP)) as server:
        polled = poll(feed(LINES.format(server.url)))
    assert len(polled.rows("event")) == 2
    assert sum(isinstance(f, Patch) for f in polled.found) == 1
