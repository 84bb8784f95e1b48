"""Screens without a browser, in a thread of their own: they take frames as live.js does, come back as socket.js."""

import asyncio
import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import httpx
import websockets
from websockets.exceptions import ConnectionClosed, InvalidStatus

RETRY_S, SPREAD_S = 1.5, 1.5
"""assets/socket.js: RETRY_MS, SPREAD_MS."""
TILE = "incidents_open|"


@dataclass
class Screen:
    """`seen`: when (monotonic seconds) it first showed a value; `closed`: the codes its sockets were closed with."""

    url: str
    href: str
    output: str
    live: bool = False
    seen: dict[int, float] = field(default_factory=dict)
    closed: list[int] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)
    refused_in: float = 0.0

    async def run(self) -> None:
        """Until cancelled: one connection after the other, none after a 1013."""
        while True:
            with suppress(OSError, InvalidStatus, TimeoutError):
                began = time.monotonic()
                try:
                    await self._follow()
                except ConnectionClosed as e:
                    self.closed.append(e.rcvd.code if e.rcvd else 1006)
                    self.refused_in = time.monotonic() - began
            self.live = False
            if self.closed and self.closed[-1] == 1013:
                return
            await asyncio.sleep(RETRY_S + random.random() * SPREAD_S)

    async def _follow(self) -> None:
        where = self.url.replace("http", "ws") + "/_dash-ws-callback"
        self.arrived.append(time.monotonic())
        async with websockets.connect(where, origin=self.url, max_size=None, compression=None) as socket:  # type: ignore[arg-type]
            body = {"output": self.output, "inputs": [], "state": [], "changedPropIds": []}
            request = {"type": "callback_request", "rendererId": "r", "requestId": "1", "payload": body}
            await socket.send(json.dumps(request))
            async for text in socket:
                found = json.loads(text)
                for message in found if isinstance(found, list) else [found]:
                    if message["type"] == "get_props_request":
                        answer = {"type": "get_props_response", "rendererId": "r", "payload": {"href": self.href}}
                        await socket.send(json.dumps({**answer, "requestId": message["requestId"]}))
                    elif message["type"] == "set_props":
                        self._take(json.loads(message["payload"]["props"]["data-frame"]))

    def _take(self, frame: dict[str, object]) -> None:
        if "meta" in frame:
            self.live = frame["meta"]["connection"] == "live"  # type: ignore[index]
        value = frame.get("tiles", {}).get(TILE, {}).get("value")  # type: ignore[attr-defined]
        if isinstance(value, int | float):
            self.seen.setdefault(int(value), time.monotonic())


class Crowd:
    """Screens that run in a thread."""

    def __init__(self, url: str, href: str) -> None:
        self.url, self.href = url, href
        listed = httpx.get(url + "/_dash-dependencies", timeout=60).json()
        self.output = next(c["output"] for c in listed if c.get("persistent"))
        self.screens: list[Screen] = []
        self._loop = asyncio.new_event_loop()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def add(self, count: int, over: float) -> list[Screen]:
        """So many more, spread over so many seconds."""
        new = [Screen(self.url, self.href, self.output) for _ in range(count)]
        for i, screen in enumerate(new):
            self._loop.call_soon_threadsafe(self._loop.call_later, over * i / count, self._start, screen)
        self.screens += new
        return new

    def _start(self, screen: Screen) -> None:
        self._tasks[id(screen)] = self._loop.create_task(screen.run())

    def live(self) -> int:
        return sum(s.live for s in self.screens)

    def close(self) -> None:
        async def end() -> None:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@contextmanager
def crowd(url: str, href: str) -> Iterator[Crowd]:
    found = Crowd(url, href)
    try:
        yield found
    finally:
        found.close()
