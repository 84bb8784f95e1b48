"""Push: one persistent callback of the whole application streams frames to each page that is open.

A page has at most one unanswered frame: the question where the browser is comes back only after it took the last
one, so a sleeping tab costs nothing, and a screen that fell behind gets the newest state and nothing in between.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from dash import Dash, ctx
from dash.exceptions import PreventUpdate, WebsocketDisconnected

from city.snapshot import Snapshot
from dashboards.kit.address import Address, AddressError, read
from dashboards.kit.channel import Channel, UnpaintableError
from dashboards.kit.contract import Page
from dashboards.kit.hub import Hub, Lost
from dashboards.kit.line import Line, Sent
from dashboards.kit.meta import lost, speed
from dashboards.kit.painter import Painter
from dashboards.kit.past import PastError
from dashboards.kit.sheet import Frame

ANSWER_S, PATIENCE = 25.0, 3
BEAT_S = 3.0
ERROR_REST_S = 1.0


def add(app: Dash, hub: Hub, painter: Painter, pages: Mapping[str, Page]) -> None:
    """No Input and no Output: only such a callback is started again when a browser comes back."""

    async def stream() -> None:
        stream = Stream(ctx.websocket, hub, painter, pages)
        try:
            await stream.run()
        except WebsocketDisconnected:
            raise PreventUpdate from None
        finally:
            stream.leave()

    app.callback(websocket=True, persistent=True)(stream)


class Stream:
    """One open page."""

    def __init__(self, socket: Any, hub: Hub, painter: Painter, pages: Mapping[str, Page]) -> None:
        self.line, self.hub, self.painter, self.pages = Line(socket), hub, painter, pages
        self.channel: Channel | None = None
        self._read: tuple[str, Address] | None = None
        self._since: datetime | None = None
        self.seen = 0
        self.log = structlog.get_logger("dashboards.live")

    async def run(self) -> None:
        """Until the browser is gone, or has not answered for long."""
        silent, frame = 0, None
        while silent < PATIENCE and not self.line.closed:
            try:
                href = await self.line.ask(frame, ANSWER_S)
            except TimeoutError:
                silent += 1
                continue
            finally:
                frame = None
            silent = 0
            try:
                frame = await self._turn(href or "/")
            except (AddressError, PastError):
                self._beat()  # the page says what is wrong; the server is there all the same
                await asyncio.sleep(BEAT_S)
            except (KeyError, UnpaintableError):
                self._beat(self._gone())  # it may still show what it was
                await asyncio.sleep(BEAT_S)
            except (WebsocketDisconnected, asyncio.CancelledError):
                raise
            except Exception:
                self.log.exception("a screen could not be served")  # the next turn may do better
                self._beat(self._gone())
                await asyncio.sleep(ERROR_REST_S)

    async def _turn(self, href: str) -> Sent:
        """The next frame for a page that is there: what is new, or a beat."""
        if self._read is None or self._read[0] != href:
            self._read = (href, read(href, self.pages, self.hub.file.zone, self.hub.file.locale))
        address = self._read[1]
        if not address.at and self.hub.state.snapshot.places.slot(address.place) is None:
            raise KeyError(address.place)
        channel = await self._go(address)
        self._since = None
        await channel.newer(self.seen, BEAT_S)
        before = channel.shown(self.seen)
        self.seen, frame = channel.frame(self.seen)
        if frame and channel.fixed is None and channel.shown(self.seen) != before:
            self.hub.meters.pushed(time.monotonic() - self.hub.made_at)
        return Sent(stamp(self.hub, channel.fixed), frame or BEAT)

    async def _go(self, address: Address) -> Channel:
        """Follow an address from now on."""
        if self.channel is not None and self.channel.address.key == address.key:
            return self.channel
        channel = await opened(address, self.hub, self.painter, joins=True)  # where that fails, the last picture stays
        self.leave()
        self.channel, self.seen = channel, 0
        return channel

    def _beat(self, beat: Frame | None = None) -> None:
        fixed = self.channel.fixed if self.channel else None
        self.line.send(Sent(stamp(self.hub, fixed), beat or BEAT))

    def _gone(self) -> Frame:
        """A beat that says since when there is no picture for the page: its place went, it can't be painted, or no
        picture was made yet."""
        self._since = self._since or self.hub.world.now()
        lang = self._read[1].lang if self._read else ""
        say = self.painter.languages.get(lang) or self.painter.languages[self.hub.file.locale]
        told = lost(self.hub.state.lost or Lost(self._since, "silent"), say)
        return Frame(json.dumps({"beat": True, "lost": told}).encode())

    def leave(self) -> None:
        if self.channel is not None:
            self.channel.leave()
        self.channel = None


async def opened(address: Address, hub: Hub, painter: Painter, *, joins: bool = False) -> Channel:
    """The painted channel of an address; `joins`: a screen looks at it. Raises KeyError for a place that is not,
    PastError, UnpaintableError."""
    fixed = await hub.then(address.at, address.known) if address.at else None
    return await asyncio.to_thread(painter.open, address, fixed, joins=joins)


BEAT = Frame(b'{"beat":true}')
"""A frame that says nothing new: the server is there."""


def stamped(frame: bytes, hub: Hub, fixed: Snapshot | None = None) -> str:
    """With the stamp of the moment of sending, which every screen gets its own of."""
    return stamp(hub, fixed) + frame[1:].decode()


def stamp(hub: Hub, fixed: Snapshot | None = None) -> str:
    """How a frame begins, in place of its first brace: the world's and the city's time (ms).

    On the page of a past moment, `fixed`, the city's time is that moment and stands still.
    """
    now = round(1000 * hub.world.now().timestamp())
    city = round(1000 * (fixed.at if fixed else hub.clock.now()).timestamp())
    pace = 0.0 if fixed else speed(hub.clock)
    return f'{{"now":{now},"city":{city},"speed":{pace},"build":"{hub.build}",'
