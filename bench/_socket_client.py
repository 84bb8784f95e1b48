"""Screens without a browser: they speak Dash's WebSocket protocol as its renderer does, and note when frames come.

`python -m bench._socket_client URL COUNT` opens COUNT pages, prints `ready` when each has had a frame, and at the
end of its input the sightings of every screen as one JSON line.
"""

import asyncio
import json
import sys
import uuid
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.typing import Origin

from bench._sightings import TILE, Sighting
from city.clock import WorldClock

HEARTBEAT_S = 4.0
SPREAD_S = 0.1
DEADLINE_S = 900.0
KEY = f"{TILE}|"


class Screen:
    """One page that is open: it takes each frame, then answers where it is, which asks for the next."""

    def __init__(self, href: str, callback: str) -> None:
        self.href, self.callback = href, callback
        self.renderer = uuid.uuid4().hex
        self.lit = asyncio.Event()
        self.seen: list[Sighting] = []
        self.clock = WorldClock()

    @property
    def noted(self) -> Any:
        """What is told at the end."""
        return self.seen

    async def run(self) -> None:
        where = urlsplit(self.href)
        origin = f"{where.scheme}://{where.netloc}"
        url = f"ws://{where.netloc}/_dash-ws-callback"
        async with websockets.connect(
            url, origin=Origin(origin), max_size=None, compression=None, ping_interval=None
        ) as socket:
            request = {"output": self.callback, "outputs": [], "inputs": [], "changedPropIds": []}
            await self._send(socket, "callback_request", "1", {**request, "parsedChangedPropsIds": []})
            beat = asyncio.create_task(self._beat(socket))
            try:
                async for text in socket:
                    await self._take(socket, text)
            finally:
                beat.cancel()

    async def _send(self, socket: ClientConnection, kind: str, request: str, payload: object) -> None:
        message = {"type": kind, "rendererId": self.renderer, "requestId": request, "payload": payload}
        await socket.send(orjson.dumps(message).decode())

    async def _beat(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            await socket.send('{"type":"heartbeat"}')

    async def _take(self, socket: ClientConnection, text: str | bytes) -> None:
        at = self.clock.now().timestamp() * 1000
        found = orjson.loads(text)
        for message in found if isinstance(found, list) else [found]:
            if message["type"] == "get_props_request":
                await self._send(socket, "get_props_response", message["requestId"], {"href": self.href})
            elif message["type"] == "set_props":
                self._note(at, message["payload"]["props"])
            elif message["type"] in ("error", "callback_response"):
                raise RuntimeError(f"the stream ended: {text!r:.300}")

    def _note(self, at: float, props: dict[str, str]) -> None:
        frame = orjson.loads(props.get("data-frame", "{}"))
        tile = frame.get("tiles", {}).get(KEY)
        if tile is not None:
            value = tile["value"]
            self.seen.append((at, None if value == "" else float(value)))
            self.lit.set()


async def open_page(client: httpx.AsyncClient, href: str) -> str:
    """What a browser asks for before it opens the socket; the name of the callback that streams."""
    where = urlsplit(href)
    for path in (where.path or "/", "/_dash-layout"):
        (await client.get(path)).raise_for_status()
    known = (await client.get("/_dash-dependencies")).raise_for_status().json()
    for callback in known:
        if callback["output"].startswith("page."):
            await _route(client, (where.path or "/") + (f"?{where.query}" if where.query else ""), callback)
    return str(next(c["output"] for c in known if c.get("no_output") and not c["inputs"]))


async def _route(client: httpx.AsyncClient, href: str, callback: dict[str, object]) -> None:
    inputs = [{**i, "value": href} for i in callback["inputs"]]  # type: ignore[attr-defined]
    name, prop = str(callback["output"]).split(".")
    body = {
        "output": callback["output"],
        "outputs": {"id": name, "property": prop},
        "inputs": inputs,
        "changedPropIds": [],
        "parsedChangedPropsIds": [],
    }
    (await client.post("/_dash-update-component", json=body)).raise_for_status()


async def main(href: str, count: int, kind: type[Screen] = Screen) -> None:
    where = urlsplit(href)
    screens = []
    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
        async with httpx.AsyncClient(base_url=f"{where.scheme}://{where.netloc}", timeout=60) as client:
            for _ in range(count):
                screens.append(kind(href, await open_page(client, href)))
                screens[-1].task = group.create_task(screens[-1].run())  # type: ignore[attr-defined]
                await asyncio.sleep(SPREAD_S)
        await asyncio.gather(*(s.lit.wait() for s in screens))
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        print(json.dumps([s.noted for s in screens]), flush=True)
        for screen in screens:
            screen.task.cancel()  # type: ignore[attr-defined]


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
