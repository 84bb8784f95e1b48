"""The door for notifications: `POST /ngsi-ld/notify/<feed>`, in front of the pages and apart from them.

A broker is no browser: it shows a token instead of an origin, and what it sends is committed before it is answered.
"""

import asyncio
import hmac
from collections.abc import Mapping, Sequence

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from city.clock import Clock
from data_sources.engine.contract import Answer, DataSource, NotStoredError, SourceError
from data_sources.engine.push import Push, Rate
from data_sources.engine.store import Store
from data_sources.transports.notified import Notified

PATH = "/ngsi-ld/notify/"
SECONDS = 30.0
"""For the whole of a notification to arrive."""
AT_ONCE = 8
"""Notifications that are read at the same time; more are asked to come again."""
HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class Desk:
    """One feed's door: its token, its limits, its way into the repository."""

    def __init__(self, source: Notified, store: Store, clock: Clock) -> None:
        self.limits, self._source = source.limits, source
        self._push, self.rate, self.clock = Push(source, store, clock), Rate(source.limits.per_minute), clock

    def knows(self, headers: Headers) -> bool:
        """Did the sender show the token? Raises SourceError when nobody told us which."""
        name, word = self._source.token()
        return hmac.compare_digest(headers.get(name, "").encode(), word.encode())

    def take(self, body: bytes, headers: Mapping[str, str]) -> None:
        self._push.take(Answer(body, self.clock.now(), self._source.info.url, 200, headers))


class Notifications:
    """ASGI, around another application, which gets whatever is no notification."""

    def __init__(self, app: ASGIApp, sources: Sequence[DataSource], store: Store, clock: Clock) -> None:
        self.app = app
        self._desks = {s.info.key: Desk(s, store, clock) for s in sources if isinstance(s, Notified)}
        self._free = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith(PATH):
            answer = await self._answer(scope, receive)
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        headers, desk = Headers(scope=scope), self._desks.get(scope["path"].removeprefix(PATH))
        try:
            if desk is None or not desk.knows(headers):  # the same answer: it tells nobody which feeds there are
                return _told(401, "no such feed, or another token")
            if not desk.rate.allows():
                return _told(429, f"more than {desk.limits.per_minute} a minute", after=10)
            if self._free.locked():
                return _told(503, "busy", after=2)
            async with self._free:
                body = await asyncio.wait_for(_body(headers, receive, desk.limits.most), SECONDS)
                if body is None:
                    return _told(413, f"more than {desk.limits.most} bytes")
                await asyncio.to_thread(desk.take, body, dict(headers))
        except TimeoutError:
            return _told(408, "too slow")
        except NotStoredError:
            return _told(503, "the repository takes nothing at the moment", after=30)
        except SourceError as e:
            return _told(400, str(e))
        return Response(status_code=204, headers=HEADERS)


async def _body(headers: Headers, receive: Receive, most: int) -> bytes | None:
    """None when it is longer than `most`; no more than that is ever held."""
    said = headers.get("content-length", "")
    if said.isdecimal() and int(said[:18]) > most:
        return None
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise SourceError("gone before it said all")
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _told(status: int, why: str, after: int | None = None) -> Response:
    headers = HEADERS | ({"retry-after": str(after)} if after else {})
    return PlainTextResponse(f"{why}\n", status, headers)
