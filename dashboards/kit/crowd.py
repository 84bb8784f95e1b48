"""How many screens one process takes on. One more would make all of them late; it is told so at once instead.

A socket beyond the limit is closed with code 1013 ("try again later"): the browser keeps its last picture, says why,
and tries again after a while (assets/socket.js). A page that would need one is answered 503 and asks again by itself.
"""

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SCREENS = 200
AGAIN_S = 15
TRY_LATER = 1013
_PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="{AGAIN_S}">
<title>503</title></head><body><p lang="vi">Máy chủ đã đủ số màn hình; trang sẽ tự thử lại.</p>
<p>This server shows as many screens as it can; the page tries again by itself.</p></body></html>
"""


class Crowd:
    """ASGI, in front of an application: no more than `most` sockets at a time. A browser has one for all its pages."""

    def __init__(self, app: ASGIApp, most: int = SCREENS) -> None:
        self.app, self.most = app, most
        self.sockets = self.refused = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        full = self.sockets >= self.most
        if scope["type"] == "websocket":
            await (self._refuse(receive, send) if full else self._admit(scope, receive, send))
        elif full and _is_page(scope):
            self.refused += 1
            await HTMLResponse(_PAGE, 503, {"Retry-After": str(AGAIN_S)})(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.sockets += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.sockets -= 1

    async def _refuse(self, receive: Receive, send: Send) -> None:
        self.refused += 1
        await receive()
        await send({"type": "websocket.accept"})  # only an open socket can be told why it is closed
        await send({"type": "websocket.close", "code": TRY_LATER, "reason": "full"})


def _is_page(scope: Scope) -> bool:
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")
