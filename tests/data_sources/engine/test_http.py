"""The door to the network, tried on a server that does what it likes."""

import logging
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpcore
import pytest

from city.clock import FrozenClock
from data_sources.engine.addresses import networks
from data_sources.engine.contract import LaterError, SourceError
from data_sources.engine.http import Door, Request
from data_sources.engine.secrets import Auth, Secrets
from tests.data_sources.engine.stub import MB, Stub

CLOCK = FrozenClock(datetime(2026, 9, 16, 5, tzinfo=UTC))
SECRET = "tập/mật?&= %20"
JSON = ("application/json",)


@pytest.fixture
def door() -> Iterator[Door]:
    made = Door(CLOCK, Secrets({"key": SECRET, "token": "s3cret-token"}))
    yield made
    made.close()


def ask(stub: Stub, path: str, **more: object) -> Request:
    return replace(Request(stub.url + path, private=True, accept=JSON, seconds=5), **more)


def test_an_answer_comes_with_its_kind_and_its_moment(door: Door, stub: Stub) -> None:
    found = door.get(ask(stub, "/ok", params={"a": "b c"}))
    assert (found.body, found.status, found.content_type) == (b'{"ok": true}', 200, "application/json")
    assert found.received_at == CLOCK.now() and found.url == f"{stub.url}/ok?a=b+c"
    ((path, headers),) = stub.seen
    assert path == "/ok?a=b+c" and headers["user-agent"].startswith("HueIOC/")


def test_what_has_not_changed_is_not_sent_again(door: Door, stub: Stub) -> None:
    tag = door.get(ask(stub, "/old")).headers["etag"]
    again = door.get(ask(stub, "/old", headers={"if-none-match": tag}))
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/500", "500 Internal Server Error"),
        ("/401", "401 Unauthorized: the secret is missing, wrong or too weak"),
        ("/403", "403 Forbidden: the secret"),
        ("/404", "404 Not Found"),
        ("/302", "302 Found"),
        ("/page", r"a web page \(Site under maintenance\) with status 200"),
        ("/hidden-page", r"a web page \(Site under maintenance\) with status 200"),
        ("/picture", "an answer of type image/png, where application/json belongs"),
        ("/brotli", "packed as br"),
        ("/loop", "more than 5 redirects"),
        ("/file", "only http and https"),
    ],
)
def test_what_is_no_success_says_why(door: Door, stub: Stub, path: str, why: str) -> None:
    with pytest.raises(SourceError, match=why) as e:
        door.get(ask(stub, path))
    assert str(e.value).startswith("127.0.0.1:") and "\n" not in str(e.value)


@pytest.mark.parametrize(("path", "wait"), [("/pause", timedelta(minutes=2)), ("/busy", timedelta(minutes=10))])
def test_who_asks_for_a_pause_gets_it(door: Door, stub: Stub, path: str, wait: timedelta) -> None:
    with pytest.raises(LaterError) as e:
        door.get(ask(stub, path))
    assert e.value.after == wait


def test_who_refuses_the_connection_is_named(door: Door) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(SourceError, match=f"127.0.0.1:{port}: .*refused"):
        door.get(Request(f"http://127.0.0.1:{port}/", private=True))


@pytest.mark.parametrize("path", ["/hang", "/trickle", "/trickled-head"])
def test_an_answer_may_not_take_longer_than_its_time(door: Door, stub: Stub, path: str) -> None:
    begun = time.monotonic()
    with pytest.raises(SourceError, match=r"no whole answer in 0\.5 s"):
        door.get(ask(stub, path, seconds=0.5))
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("path", ["/huge", "/endless"])
def test_an_answer_of_a_gigabyte_is_left_where_it_is(door: Door, stub: Stub, path: str) -> None:
    with pytest.raises(SourceError, match="bytes"):
        door.get(ask(stub, path, most=4 * MB))
    assert stub.sent < 40 * MB  # what the sockets between us hold


def test_a_bomb_is_unpacked_no_further_than_the_limit(door: Door, stub: Stub) -> None:
    with pytest.raises(SourceError, match="more than 4,194,304 bytes once unpacked"):
        door.get(ask(stub, "/bomb", most=4 * MB))
    assert len(door.get(ask(stub, "/bomb", most=64 * MB)).body) == 64 * MB


def test_bare_deflate_is_understood(door: Door, stub: Stub) -> None:
    assert door.get(ask(stub, "/deflated")).body == b"[7]"


def test_redirects_on_the_same_server_are_followed(door: Door, stub: Stub) -> None:
    assert door.get(ask(stub, "/moved")).url == f"{stub.url}/ok?a=b"


def test_nobody_is_led_to_another_private_address(door: Door, stub: Stub) -> None:
    with pytest.raises(SourceError, match="is a private address"):
        door.get(ask(stub, "/inward"))
    with pytest.raises(SourceError, match=r"169\.254\.169\.254 is no address of a source"):
        door.get(ask(stub, "/metadata"))
    assert stub.asked["/ok"] == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1"])
def test_private_addresses_need_leave(door: Door, stub: Stub, host: str) -> None:
    with pytest.raises(SourceError, match="private address"):
        door.get(Request(f"http://{host}:{stub.server_port}/ok"))
    assert not stub.asked


def test_a_network_that_the_settings_name_needs_no_leave(stub: Stub) -> None:
    door = Door(CLOCK, Secrets({}), networks(["127.0.0.0/8"]))
    assert door.get(Request(stub.url + "/ok")).status == 200
    door.close()


def test_a_name_that_answers_differently_the_second_time_gains_nothing(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [["198.51.100.7", "93.184.215.14"], ["127.0.0.1"]]  # one not routed and one public; then our own
    connected = []

    def resolve(host: str, port: int, **_: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in answers.pop(0)]

    def connect(self: object, host: str, *_: object) -> None:
        connected.append(host)
        raise httpcore.ConnectError("far away")

    monkeypatch.setattr("data_sources.engine.wire.socket.getaddrinfo", resolve)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    with pytest.raises(SourceError, match="far away"):
        door.get(Request("http://rebinding.example/ok"))
    assert connected == ["93.184.215.14"], "the address that was checked, not a name to look up again"
    with pytest.raises(SourceError, match="is a private address"):
        door.get(Request("http://rebinding.example/ok"))
    assert connected == ["93.184.215.14"]


@pytest.mark.parametrize(
    "auth",
    [Auth("bearer", "token"), Auth("header", "token", "x-key"), Auth("basic", "key", "me"), Auth("query", "key", "k")],
)
def test_a_secret_is_shown_to_its_own_server_and_to_nobody_else(
    door: Door, stub: Stub, auth: Auth, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with_it = ask(stub, "/ok", auth=auth)
    assert SECRET not in door.get(with_it).url and "%2F" not in door.get(with_it).url
    path, headers = stub.seen[0]
    assert "k=" in path or "s3cret-token" in str(headers) or "Basic" in str(headers)
    elsewhere = ask(stub, "/ok", auth=auth, home="http://other.example/", private=False)
    with pytest.raises(SourceError) as e:
        door.get(elsewhere)
    wrong = ask(stub, "/401", auth=auth)
    with pytest.raises(SourceError) as refused:
        door.get(wrong)
    for text in (str(e.value), str(refused.value), caplog.text, repr(wrong), repr(Secrets({"key": SECRET}))):
        assert SECRET not in text and "s3cret-token" not in text


def test_a_link_to_another_server_does_not_take_the_secret_along(stub: Stub) -> None:
    door = Door(CLOCK, Secrets({"token": "s3cret-token"}), networks(["127.0.0.0/8", "::1"]))
    door.get(Request(stub.url + "/ok", home="http://localhost/", auth=Auth("bearer", "token")))
    door.close()
    assert "authorization" not in stub.seen[0][1]


def test_a_secret_that_nobody_told_is_named(door: Door, stub: Stub) -> None:
    with pytest.raises(SourceError, match="IOC_SECRET_MISSING"):
        door.get(ask(stub, "/ok", auth=Auth("bearer", "missing")))


def test_a_server_that_repeats_the_secret_does_not_bring_it_into_the_card(door: Door, stub: Stub) -> None:
    found = door.get(ask(stub, "/echo", auth=Auth("query", "token", "key")))
    assert found.url == f"{stub.url}/ok?key=***"


def test_cookies_are_not_kept(door: Door, stub: Stub) -> None:
    door.get(ask(stub, "/cookie"))
    door.get(ask(stub, "/ok"))
    assert "cookie" not in stub.seen[-1][1]


@pytest.mark.parametrize("url", ["ftp://example.org/x", "file:///etc/passwd", "nonsense", "http://", "http://[1"])
def test_only_the_web_is_read(door: Door, url: str) -> None:
    with pytest.raises(SourceError):
        door.get(Request(url))
