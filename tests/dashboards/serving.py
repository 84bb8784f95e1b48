"""A running application on a free loopback port, around a hub that the test feeds."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import uvicorn

from city.clock import Clock, RunningClock
from dashboards.kit.app import Application, build, server
from dashboards.kit.crowd import SCREENS
from dashboards.kit.hub import Hub
from dashboards.kit.past import PastReader, StoredReader
from tests.dashboards import scenes


@cache
def data_dir() -> Path:
    """One for the whole session: cutting the typeface takes seconds."""
    return Path(mkdtemp(prefix="ioc-web-"))


@dataclass
class Running:
    hub: Hub
    app: Application
    uvicorn: uvicorn.Server

    @property
    def port(self) -> int:
        return int(self.uvicorn.servers[0].sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def hub(
    clock: Clock | None = None,
    poll_seconds: float = 5.0,
    past: PastReader | None = None,
    stored: StoredReader | None = None,
) -> Hub:
    return Hub(scenes.HUE, clock or RunningClock(scenes.EVENING), poll_seconds, past, stored)


@contextmanager
def serving(fed: Hub, port: int = 0, origins: tuple[str, ...] = (), screens: int = SCREENS) -> Iterator[Running]:
    app = build(fed, data_dir(), origins, screens)
    running = server(app, "127.0.0.1", port)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    until(lambda: running.started)
    try:
        yield Running(fed, app, running)
    finally:
        running.should_exit = True
        thread.join(timeout=10)
        assert not thread.is_alive(), "the server does not stop"


def until(met: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for something that another thread does."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        time.sleep(0.01)
