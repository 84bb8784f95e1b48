"""One line in the log when what pages say of this system itself begins, and one when it ends.

What the watcher and the feeds log by themselves (the repository lost, nothing stored, a source down) is not said twice.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import structlog

from city.automation import stopped_since
from dashboards.kit.hub import Hub, State
from dashboards.kit.meta import APART_S

EVERY_S, AGAIN_S = 1.0, 60.0
WORDS = {
    "silent": ("no new picture", "pictures are made again"),
    "clocks": ("the database's clock is not ours", "the database's clock is ours again"),
    "automation": ("automation stopped", "automation goes on"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """Something that is so now, and what the log says beside it."""

    key: str
    facts: dict[str, Any]


class Changes:
    """Remembers what was said, so that each change is said once. Asked from one thread."""

    def __init__(self, hub: Hub) -> None:
        self._hub, self._begun, self._ready = hub, time.monotonic(), False
        self._said: set[str] = set()
        self._log = structlog.get_logger("commands.live")

    def look(self) -> None:
        """Log what has changed since the last look."""
        if self._hub.ready and not self._ready:
            self._ready = True
            self._log.info("the first picture is made", seconds=round(time.monotonic() - self._begun, 1))
        now = {t.key: t.facts for t in _so(self._hub)}
        for key in sorted(now.keys() - self._said):
            self._log.warning(WORDS[key][0], **now[key])
            if key == "silent":  # a database that is away is counted where that is noticed
                self._hub.meters.lost()
        for key in sorted(self._said - now.keys()):
            self._log.info(WORDS[key][1])
        self._said = set(now)


def _so(hub: Hub) -> Iterator[Told]:
    state = hub.state
    if state.lost and state.lost.reason == "silent":
        yield Told("silent", {"since": state.lost.since.isoformat()})
    if abs(hub.ahead) > APART_S:
        yield Told("clocks", {"seconds_ahead": round(hub.ahead, 1)})
    if hub.ready and hub.clock.live and (since := _stopped(state)):
        yield Told("automation", {"since": since})


def _stopped(state: State) -> str:
    since = stopped_since(state.snapshot.scene)
    return "" if np.isnat(since) else f"{since.astype('datetime64[s]')}Z"


def follow(hub: Hub, stopped: threading.Event) -> None:
    """Until `stopped`."""
    changes = Changes(hub)
    while not stopped.wait(EVERY_S):
        try:
            changes.look()
        except Exception:  # noqa: BLE001  what is wrong with one picture must not end the lines of the next
            structlog.get_logger("commands.live").exception("the state of the system could not be told")
            stopped.wait(AGAIN_S)
