"""One page's end of Dash's socket: a frame and the question that follows it go as one message.

Dash would make two of them, each with a task and a wake-up of its own, and serialise frames its slow way: with fifty
screens most of what the server did. Its queue and its table of questions are used as it uses them itself, and its
worker's words stay the same; tests/dashboards/test_live.py fails when an upgrade changes them.
"""

import asyncio
import uuid
from dataclasses import dataclass
from typing import Any

from dash.backends.ws import DISCONNECTED
from dash.exceptions import WebsocketDisconnected

from dashboards.kit.sheet import Frame, quoted


@dataclass(frozen=True, slots=True)
class Sent:
    """A frame to one screen: `stamp` is its own and stands in place of the first brace, `frame` is everybody's."""

    stamp: str
    frame: Frame

    @property
    def quoted(self) -> str:
        """As it stands in a string of JSON: tens of kilobytes are not quoted again for each screen."""
        return quoted(self.stamp) + self.frame.quoted[1:]


class Line:
    """`socket` is Dash's own object of one page."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self._name, self._asked = uuid.uuid4().hex, 0
        self._page = quoted(str(socket._renderer_id))  # whatever the page calls itself

    @property
    def closed(self) -> bool:
        return bool(self.socket.is_shutdown)

    def send(self, sent: Sent) -> None:
        self._put(self._frame(sent))

    async def ask(self, sent: Sent | None, patience_s: float) -> str | None:
        """Where the page is, after it took a frame, if any. Raises TimeoutError, WebsocketDisconnected."""
        self._asked += 1
        request = f"{self._name}-{self._asked}"
        answer = self.socket._pending_get_props[request] = asyncio.get_running_loop().create_future()
        try:
            question = self._question(request)
            self._put(f"[{self._frame(sent)},{question}]" if sent else question)
            async with asyncio.timeout(patience_s):
                found = await answer
        finally:
            self.socket._pending_get_props.pop(request, None)
        if found == DISCONNECTED:
            raise WebsocketDisconnected
        return found.get("href") if found else None

    def _put(self, text: str) -> None:
        if self.closed:
            raise WebsocketDisconnected
        self.socket._outbound_queue.async_q.put_nowait(text)  # we are on its loop: no thread has to be woken

    def _frame(self, sent: Sent) -> str:
        head = f'{{"type":"set_props","rendererId":"{self._page}","payload":{{"componentId":"frame",'
        return f'{head}"props":{{"data-frame":"{sent.quoted}"}}}}}}'

    def _question(self, request: str) -> str:
        asked = '{"componentId":"url","properties":["href"]}'
        head = f'{{"type":"get_props_request","rendererId":"{self._page}","requestId":"{request}",'
        return f'{head}"payload":{asked}}}'
