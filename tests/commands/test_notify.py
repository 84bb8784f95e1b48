"""Notifications of a broker, posted as it posts them, into a repository that may be away."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest

from city.clock import FrozenClock
from city.feeds import FeedRun
from commands._notify import Notifications
from data_sources.engine.contract import DataSource
from data_sources.engine.declared import DeclaredError
from tests.data_sources.engine.feeding import Kept
from tests.data_sources.standards.payloads import STATION
from tests.data_sources.transports.desk import NOW, feed, poll

TOKEN = "a-long-and-random-word"
LINES = 'standard = "ngsi_ld_notification"\nauth = {kind = "bearer", secret = "broker"}\n'
NOTIFICATION = {
    "id": "urn:ngsi-ld:Notification:1",
    "type": "Notification",
    "subscriptionId": "urn:ngsi-ld:Subscription:1",
    "notifiedAt": "2026-11-23T00:00:05Z",
    "data": [STATION],
}


async def page(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"a page"})


def posted(
    kept: Kept, *bodies: Any, path: str = "test", token: str = TOKEN, lines: str = "", method: str = "POST"
) -> list[httpx.Response]:
    source = feed(LINES + lines, broker=TOKEN)
    app = Notifications(page, [source], kept.store(), FrozenClock(NOW))

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc") as client:
            headers = {"authorization": f"Bearer {token}"}
            url = f"/ngsi-ld/notify/{path}"
            return [await client.request(method, url, content=b, headers=headers) for b in bodies]

    return asyncio.run(ask())


def test_what_a_notification_says_is_committed_before_it_is_answered() -> None:
    kept = Kept()
    (answer,) = posted(kept, orjson.dumps(NOTIFICATION))
    assert answer.status_code == 204
    assert {(r["source"], r["metric"], round(r["value"], 9)) for r in kept.rows("observation")} == {
        ("test", "pm2_5", 35.5),
        ("test", "co", 400.0),
        ("test", "temperature", 25.0),
        ("test", "humidity", 81.0),
    }
    (run,) = kept.runs
    assert (run.source, run.outcome, run.new) == ("test", "ok", 5)


def test_a_repository_that_is_away_asks_the_broker_to_come_again() -> None:
    kept = Kept(fail=ConnectionError("gone"))
    (answer,) = posted(kept, orjson.dumps(NOTIFICATION))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert kept.runs == []


@pytest.mark.parametrize(
    ("path", "token"), [("test", "another"), ("test", ""), ("nobody", TOKEN), ("test/x", TOKEN), ("", TOKEN)]
)
def test_without_the_token_nobody_learns_which_feeds_there_are(path: str, token: str) -> None:
    kept = Kept()
    (answer,) = posted(kept, orjson.dumps(NOTIFICATION), path=path, token=token)
    assert (answer.status_code, answer.text) == (401, "no such feed, or another token\n")
    assert kept.tables == {}


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"<html>", 400, "where JSON belongs"),
        (b"[" * 20_000, 400, "not JSON"),
        (b"x" * 1_048_577, 413, "more than 1048576 bytes"),
    ],
)
def test_what_is_of_no_use_is_refused_and_the_feed_says_so(body: bytes, status: int, told: str) -> None:
    kept = Kept()
    (answer,) = posted(kept, body)
    assert answer.status_code == status
    assert told in answer.text
    assert [r.outcome for r in kept.runs] == (["failed"] if status == 400 else [])


def test_a_body_without_a_length_is_cut_off_at_the_limit() -> None:
    pieces, told = [], []

    async def receive() -> dict[str, Any]:
        pieces.append(1)
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": len(pieces) < 1000}

    async def send(message: Any) -> None:
        told.append(message)

    headers = [(b"authorization", f"Bearer {TOKEN}".encode())]
    scope = {"type": "http", "method": "POST", "path": "/ngsi-ld/notify/test", "headers": headers}
    app = Notifications(page, [feed(LINES, broker=TOKEN)], Kept().store(), FrozenClock(NOW))
    asyncio.run(app(scope, receive, send))
    assert told[0]["status"] == 413
    assert len(pieces) == 17


def test_more_than_a_minute_allows_is_put_off() -> None:
    answers = posted(Kept(), *[orjson.dumps(NOTIFICATION)] * 4, lines="per_minute = 3\n")
    assert [a.status_code for a in answers] == [204, 204, 204, 429]


def test_the_pages_do_not_notice() -> None:
    assert posted(Kept(), b"", method="GET")[0].text == "a page"


def test_a_pushed_feed_asks_nobody_and_is_marked_so() -> None:
    source: DataSource = feed(LINES, broker=TOKEN)
    assert source.info.pushed
    assert poll(source).answers == []


def test_a_feed_without_a_token_is_a_mistake() -> None:
    with pytest.raises(DeclaredError, match="auth: name the secret that the broker shows"):
        feed('standard = "ngsi_ld_notification"')


def test_runs_are_accounts_of_pushes() -> None:
    kept = Kept()
    posted(kept, orjson.dumps(NOTIFICATION), orjson.dumps(NOTIFICATION))
    assert [(type(r), r.new, r.unchanged) for r in kept.runs] == [(FeedRun, 5, 0), (FeedRun, 0, 5)]
