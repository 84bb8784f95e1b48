"""One page as one address shows it: its newest sheets, and the screens that wait for the next."""

import asyncio
import threading
from collections import deque

from city.snapshot import Snapshot
from dashboards.kit.address import Address
from dashboards.kit.contract import Page
from dashboards.kit.hub import State
from dashboards.kit.sheet import Frame, Sheet, delta, whole

REMEMBERED = 4


class UnpaintableError(Exception):
    """Something in the picture breaks the page; the log says what, once."""


class Channel:
    """Sheets are put in by painting threads; frames are taken out on the event loop."""

    def __init__(self, address: Address, page: Page, fixed: Snapshot | None = None) -> None:
        self.address, self.page, self.fixed = address, page, fixed
        self.screens = 0
        self.painted: State | None = None
        """What the newest sheet was painted of; None before the first, and of one that could not be painted anew."""
        self.failed_at: float | None = None
        """When painting it last failed (monotonic seconds); None once it is painted again."""
        self._counting = threading.Lock()
        self.codes: list[str] = []
        self._sheets: deque[Sheet] = deque(maxlen=REMEMBERED)
        self._made: tuple[int, dict[int, Frame]] = (0, {})
        self._waiting: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}

    def join(self) -> None:
        """One more screen looks at it. Any thread may call this, and `leave`."""
        with self._counting:
            self.screens += 1

    def leave(self) -> None:
        with self._counting:
            self.screens -= 1

    @property
    def failing(self) -> bool:
        return self.failed_at is not None

    @property
    def sheet(self) -> Sheet | None:
        return self._sheets[-1] if self._sheets else None

    @property
    def number(self) -> int:
        return self._sheets[-1].number if self._sheets else 0

    def put(self, sheet: Sheet) -> None:
        """The next sheet; whoever waits is woken."""
        self._sheets.append(sheet)
        for loop in set(self._waiting.copy().values()):
            loop.call_soon_threadsafe(self._wake, loop)  # once for all of them: each call is a system call

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        for event, its in self._waiting.items():
            if its is loop:
                event.set()

    async def newer(self, than: int, patience_s: float) -> bool:
        """Wait for a sheet after number `than`; False when none came in time."""
        event = asyncio.Event()
        self._waiting[event] = asyncio.get_running_loop()
        try:
            if self.number > than:
                return True
            async with asyncio.timeout(patience_s):
                await event.wait()
        except TimeoutError:
            return self.number > than
        finally:
            del self._waiting[event]
        return True

    def shown(self, number: int) -> int:
        """The version of the picture on sheet `number`; 0 for one that is forgotten, or none."""
        return next((int(s.meta["version"]) for s in list(self._sheets) if s.number == number), 0)

    def frame(self, since: int) -> tuple[int, Frame | None]:
        """The newest sheet's number, and what a screen that shows sheet `since` needs (0: it shows none), if anything.

        Made once for all screens that stand at the same sheet.
        """
        sheets = list(self._sheets)
        new = sheets[-1]
        if since == new.number:
            return since, None
        if self._made[0] != new.number:
            self._made = (new.number, {})
        made = self._made[1]
        if since not in made:
            old = next((s for s in sheets if s.number == since), None)
            made[since] = Frame(delta(old, new) if old else whole(new))
        return new.number, made[since]
