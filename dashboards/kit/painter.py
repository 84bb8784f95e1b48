"""One thread that paints every page somebody looks at: words at once, the rest at most twice a second.

Whatever the number of screens, a picture is painted once a page, place and language. Between pictures the thread
works out trend lines, one moment of one indicator at a time, so that a new picture never waits for them long.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from city.snapshot import Snapshot
from dashboards.kit import panels
from dashboards.kit.address import Address
from dashboards.kit.channel import Channel, UnpaintableError
from dashboards.kit.channels import Channels
from dashboards.kit.contract import Page, View
from dashboards.kit.hub import Hub, State, same
from dashboards.kit.language import Language
from dashboards.kit.meta import failing, meta
from dashboards.kit.sheet import Sheet
from dashboards.kit.tile import key, record
from dashboards.kit.trend_work import TrendWork
from dashboards.kit.trends import Trends

REST_S = 0.5
AGAIN_S = 2.0
"""After a page failed, who opens it is answered so long without another try."""
IDLE_S = 1.0


class Painter:
    """Holds a channel for each address that is looked at."""

    def __init__(self, hub: Hub, pages: Mapping[str, Page], languages: Mapping[str, Language]) -> None:
        self.hub, self.pages, self.languages = hub, pages, languages
        self.trend_work = TrendWork(Trends())
        self.log = structlog.get_logger("dashboards.painter")
        self.channels = Channels()
        self._painting = threading.RLock()
        self._told, self._painted, self._rested = hub.state, hub.state, 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="painter", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        with self.hub.changed:
            self.hub.changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def view(self, address: Address, snapshot: Snapshot) -> View:
        """Raises KeyError when the city has no such place."""
        slot = snapshot.places.slot(address.place)
        if slot is None:
            raise KeyError(address.place)
        return View(snapshot, slot, self.languages[address.lang], address.words, self.hub.shelf)

    def open(self, address: Address, fixed: Snapshot | None = None, *, joins: bool = False) -> Channel:
        """The channel of an address, painted as of now; `fixed` is the picture of a past moment.

        `joins`: a screen looks at it from now on. Blocks while it paints. Raises KeyError when the city has no such
        place, and UnpaintableError.
        """
        with self._painting:
            channel = self.channels.get(address.key) or Channel(address, self.pages[address.page], fixed)
            if joins:  # before the state is read: whatever comes after it is the painting thread's
                channel.join()
            self.channels.keep(channel)
            state = State(fixed) if fixed else self.hub.state
            try:
                self.view(address, state.snapshot)
                if channel.painted is None or not (fixed or same(channel.painted, state)):
                    self._try(channel, state)
            except (KeyError, UnpaintableError):
                if joins:
                    channel.leave()
                raise
            return channel

    def _try(self, channel: Channel, state: State) -> None:
        """Paint for who opens it. Raises UnpaintableError, without a try where one failed just now: many may ask."""
        failed = channel.failed_at
        if failed is not None and time.monotonic() - failed < AGAIN_S:
            raise UnpaintableError(channel.address.page)
        try:
            self._paint(channel, state)
        except Exception as e:
            self._fail(channel)
            raise UnpaintableError(channel.address.page) from e

    def _looked_at(self) -> list[Channel]:
        """Live channels with screens whose place still exists."""
        places = self.hub.state.snapshot.places
        found = [c for c in self.channels if c.screens and c.fixed is None]
        return [c for c in found if places.slot(c.address.place) is not None]

    def _each(self, work: Callable[[Channel], None]) -> None:
        """Every page that is looked at; one that can't be painted says so, and keeps no other waiting."""
        for channel in self._looked_at():
            try:
                work(channel)
            except Exception:  # noqa: BLE001  whatever it is, it is told on the page and in the log
                self._fail(channel)

    def _fail(self, channel: Channel) -> None:
        """In an except clause. The last picture stays, with since when it is the last; the next is tried again."""
        before, channel.failed_at, channel.painted = channel.failed_at, time.monotonic(), None
        if before is not None:
            return
        self.log.exception("a page can't be painted", page=channel.address.page, place=channel.address.place)
        if sheet := channel.sheet:
            told = failing(sheet.meta, self.languages[channel.address.lang], self.hub.world.now())
            channel.put(replace(sheet, number=sheet.number + 1, meta=told))

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn()
            except Exception:
                self.log.exception("painting failed")  # no page of its own: those fail one by one
                self._stopping.wait(REST_S)

    def _turn(self) -> None:
        state = self.hub.state
        if not same(state, self._told):
            before, self._told = self._told, state
            self._tell(before, state)
        due = self._rested + REST_S - time.monotonic()
        if not same(self._told, self._painted) and due <= 0:
            self._each(lambda channel: self._paint(channel, self._told))
            self._painted, self._rested = self._told, time.monotonic()
        elif not self._work_out_a_trend():
            with self.hub.changed:
                self.hub.changed.wait_for(self._called, due if 0 < due < IDLE_S else IDLE_S)

    def _called(self) -> bool:
        return self._stopping.is_set() or not same(self.hub.state, self._told)

    def _tell(self, before: State, state: State) -> None:
        """The words of the indicators whose rows changed, ahead of everything else."""
        snapshot = state.snapshot
        touched = set(snapshot.touched(before.snapshot)) if snapshot is not before.snapshot else set()
        if not touched and state.lost == before.lost:
            return
        self._each(lambda channel: self._reword(channel, state, touched))

    def _reword(self, channel: Channel, state: State, touched: set[str]) -> None:
        with self._painting:
            sheet, view = channel.sheet, self.view(channel.address, state.snapshot)
            if sheet is None or channel.failing:  # it is live again when all of it is painted
                return
            tiles = {**sheet.tiles, **self._tiles([c for c in channel.codes if c in touched], view)}
            new = meta(channel.address, view, state, self.hub)
            channel.put(replace(sheet, number=sheet.number + 1, meta=new, tiles=tiles))

    def _paint(self, channel: Channel, state: State) -> None:
        """Everything on the page."""
        with self._painting:
            view = self.view(channel.address, state.snapshot)
            new = meta(channel.address, view, state, self.hub, fixed=channel.fixed is not None)
            if channel.sheet is None or channel.sheet.meta["skeleton"] != new["skeleton"]:
                channel.codes = panels.codes(channel.page, view)
            drawn = panels.drawn(channel.page, view)
            channel.put(
                Sheet(
                    channel.number + 1,
                    new,
                    self._tiles(channel.codes, view),
                    self._lines(channel.codes, view),
                    drawn.components,
                    drawn.figures,
                )
            )
            if channel.failing:
                self.log.info("a page is painted again", page=channel.address.page, place=channel.address.place)
            channel.failed_at, channel.painted = None, state

    @staticmethod
    def _tiles(codes: list[str], view: View) -> dict[str, Any]:
        return {key(c, view.place): record(view.snapshot.number(c, view.slot), view) for c in codes}

    def _lines(self, codes: list[str], view: View) -> dict[str, Any]:
        lines = {key(c, view.place): self.trend_work.trends.line(view.snapshot, c, view.slot) for c in codes}
        return {k: line for k, line in lines.items() if line}

    def _work_out_a_trend(self) -> bool:
        """When the lines of a picture are whole, its page is painted again."""
        began = time.monotonic()
        done = self.trend_work.step(self.channels, self.hub.state.snapshot)
        if done is None:
            return False
        self._stopping.wait(min(0.05, time.monotonic() - began))  # half of one core's time at most
        if done.last and done.channel.fixed is not None:
            self._paint(done.channel, State(done.channel.fixed))
        elif done.last:
            self._painted = State(done.snapshot)  # so that the next turn paints the finished lines
        return True
