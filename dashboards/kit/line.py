"""One page's end of Dash's socket: a frame and the question that follows it go as one message.

Dash would make two of them, each with a task and a wake-up of its own, and serialise frames its slow way: with fifty
screens most of what the server did. Its queue and its table of questions are used as it uses them itself, and its
worker's words stay the same; tests/dashboards/test_live.py fails when an upgrade changes them.
"""

import asyncio
import uuid
from typing import Any

import orjson
from dash.backends.ws import DISCONNECTED
from dash.exceptions import WebsocketDisconnected


class Line:
    """`socket` is Dash's own object of one page."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self._name, self._asked = uuid.uuid4().hex, 0

    @property
    def closed(self) -> bool:
        return bool(self.socket.is_shutdown)

    def send(self, frame: str) -> None:
        self._put([self._frame(frame)])

    async def ask(self, frame: str, patience_s: float) -> str | None:
        """Where the page is, after it took `frame` (none when empty). Raises TimeoutError, WebsocketDisconnected."""
        self._asked += 1
        request = f"{self._name}-{self._asked}"
        answer = self.socket._pending_get_props[request] = asyncio.get_running_loop().create_future()
        try:
            self._put([*([self._frame(frame)] if frame else []), self._question(request)])
            async with asyncio.timeout(patience_s):
                found = await answer
        finally:
            self.socket._pending_get_props.pop(request, None)
        if found == DISCONNECTED:
            raise WebsocketDisconnected
        return found.get("href") if found else None

    def _put(self, messages: list[dict[str, Any]]) -> None:
        if self.closed:
            raise WebsocketDisconnected
        told = messages if len(messages) > 1 else messages[0]
        self.socket._outbound_queue.sync_q.put_nowait(orjson.dumps(told).decode())

    def _frame(self, frame: str) -> dict[str, Any]:
        return self._message("set_props", {"componentId": "frame", "props": {"data-frame": frame}})

    def _question(self, request: str) -> dict[str, Any]:
        asked = {"componentId": "url", "properties": ["href"]}
        return {**self._message("get_props_request", asked), "requestId": request}

    def _message(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        return {"type": kind, "rendererId": self.socket._renderer_id, "payload": payload}
