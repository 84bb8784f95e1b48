"""How many screens one process takes on. One more would make all of them late; it is told so at once instead.

A socket beyond the limit is closed with code 1013 ("try again later"): the browser keeps its last picture, says why,
and tries again after a while (assets/socket.js). A page that would need one is answered 503 and asks again by itself.
"""

import structlog
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboards.kit.apology import Refusal

SCREENS = 200
AGAIN_S = 15
TRY_LATER = 1013
ROOM = 0.95
"""Of the limit: with fewer there is room again. A screen that goes and comes at the limit is no news."""


class Crowd:
    """ASGI, in front of an application: no more than `most` sockets at a time. A browser has one for all its pages."""

    def __init__(self, app: ASGIApp, most: int = SCREENS, refusal: Refusal = lambda scope, status: None) -> None:
        self.app, self.most, self.refusal = app, most, refusal
        self.sockets = self.refused = 0
        self._full = False
        self._log = structlog.get_logger("dashboards.crowd")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        full = self.sockets >= self.most
        if scope["type"] == "websocket":
            await (self._refuse(receive, send) if full else self._admit(scope, receive, send))
        elif full and _is_page(scope):
            self._count()
            answer = self.refusal(scope, 503) or PlainTextResponse("no room for another screen\n", 503)
            answer.headers["Retry-After"] = str(AGAIN_S)
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.sockets += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.sockets -= 1
            if self._full and self.sockets <= self.most * ROOM:
                self._full = False
                self._log.info("there is room for screens again", sockets=self.sockets)

    async def _refuse(self, receive: Receive, send: Send) -> None:
        self._count()
        await receive()
        await send({"type": "websocket.accept"})  # only an open socket can be told why it is closed
        await send({"type": "websocket.close", "code": TRY_LATER, "reason": "full"})

    def _count(self) -> None:
        """Told once when the first is refused, and not again before there was room for a while."""
        self.refused += 1
        if not self._full:
            self._full = True
            self._log.warning("screens are refused", limit=self.most)


def _is_page(scope: Scope) -> bool:
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")
