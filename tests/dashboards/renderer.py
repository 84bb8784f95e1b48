"""A browser's side of Dash's socket, as little of it as a test needs."""

import asyncio
import json
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.dashboards.serving import Running


async def opened(running: Running, origin: str | None = None, **headers: str) -> ClientConnection:
    address = running.url.replace("http", "ws") + "/_dash-ws-callback"
    own = {"additional_headers": headers} if headers else {}
    return await connect(address, origin=origin or running.url, max_size=None, **own)  # type: ignore[arg-type]


class Page:
    """One open page: it asks for the stream, says where it is, and keeps the frames it got."""

    def __init__(self, socket: ClientConnection, href: str, name: str = "page") -> None:
        self.socket, self.href, self.name = socket, href, name
        self.frames: list[dict[str, Any]] = []
        self.unanswered: list[str] = []
        self._heard: list[dict[str, Any]] = []

    async def start(self, output: str) -> None:
        body = {"output": output, "inputs": [], "state": [], "changedPropIds": []}
        await self._send({"type": "callback_request", "requestId": f"{self.name}-1", "payload": body})

    async def _send(self, message: dict[str, Any]) -> None:
        await self.socket.send(json.dumps({"rendererId": self.name, **message}))

    async def answer(self) -> None:
        """Say where the page is, for every time it was asked."""
        for request in self.unanswered:
            found = {"href": self.href}
            await self._send({"type": "get_props_response", "requestId": request, "payload": found})
        self.unanswered.clear()

    async def hear(self, seconds: float = 5.0) -> dict[str, Any]:
        """The next message that is a frame or a question; questions wait for `answer`."""
        if not self._heard:
            async with asyncio.timeout(seconds):
                found = json.loads(await self.socket.recv())
            self._heard = found if isinstance(found, list) else [found]
        message = self._heard.pop(0)
        if message["type"] == "get_props_request":
            self.unanswered.append(message["requestId"])
        elif message["type"] == "set_props":
            self.frames.append(json.loads(message["payload"]["props"]["data-frame"]))
        return dict(message)

    async def frame(self, seconds: float = 5.0, *, said: str = "meta") -> dict[str, Any]:
        """Answer questions until a frame arrives that says something new."""
        async with asyncio.timeout(seconds):
            while True:
                before = len(self.frames)
                await self.answer()
                await self.hear(seconds)
                if len(self.frames) > before and said in self.frames[-1]:
                    return self.frames[-1]
