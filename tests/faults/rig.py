"""A city under fault: its own PostgreSQL behind a proxy of ours, the application, and a page in a real Chromium."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psutil
import psycopg
from playwright.sync_api import Browser
from sqlalchemy import Engine

from city.city import picture
from city.clock import WorldClock
from city.config import CityFile
from commands._live import live
from dashboards.kit.hub import Hub
from data_sources.engine.contract import DataSource
from repository.cluster import SOCKET, Cluster
from repository.connect import connect
from repository.migrate import upgrade
from repository.past import read
from repository.places import bring_places
from repository.server import embedded
from tests.browser.chromium import Watched
from tests.dashboards import scenes
from tests.dashboards.serving import Running, serving
from tests.faults.proxy import Proxy, proxied

PAGE = "/public-order?lang=en"
WARD = "19753"
INSERT = """insert into repository.event (source, event_id, domain, category, severity, opened_at, place_code)
            values ('fault', %s, 'public_order', 'fire', 3, now() - interval '1 minute', '19753')"""
BUSY = 1.5
"""What is promised holds on a machine with nothing else to do; a test on a busy one waits so many times as long."""
_numbers = count()


def waited(
    met: Callable[[], object], within: float, since: float | None = None, why: Callable[[], str] = lambda: ""
) -> float:
    """Seconds until something came true; an AssertionError when it did not `within` so many, times BUSY."""
    begin = time.monotonic() if since is None else since
    while not met():
        assert time.monotonic() - begin < BUSY * within, f"not within {within} s: {why()}"
        time.sleep(0.05)
    return time.monotonic() - begin


def written(plain: str, count: int) -> list[str]:
    """Names of so many new events, each committed by itself."""
    names = [f"e{next(_numbers)}" for _ in range(count)]
    with psycopg.connect(plain, autocommit=True) as connection:
        for name in names:
            connection.execute(INSERT, [name])
    return names


@dataclass
class Rig:
    """`plain`: the database's address for psycopg, past the proxy. `acknowledged`: events whose commit returned."""

    cluster: Cluster
    settings: Mapping[str, str]
    plain: str
    proxy: Proxy
    hub: Hub
    running: Running
    wall: Watched
    engine: Engine
    acknowledged: list[str] = field(default_factory=list)

    def note(self, count: int = 1) -> None:
        """Incidents written by somebody, each acknowledged."""
        self.acknowledged += written(self.plain, count)

    def lost(self) -> int:
        """Acknowledged rows that are not there, or there twice."""
        with psycopg.connect(self.plain) as connection:
            rows = connection.execute("select event_id from repository.event where source = 'fault'").fetchall()
        stored = [r[0] for r in rows]
        assert len(stored) == len(set(stored))
        return len(set(self.acknowledged) - set(stored))

    def shown(self) -> int:
        return int(self.wall.value("incidents_open") or -1)

    def banner(self) -> str:
        return self.wall.page.inner_text("#banner")

    def says(self, words: str, within: float, since: float | None = None) -> float:
        """Seconds until the page says so, with the last picture kept."""
        before = self.shown()
        seconds = waited(lambda: words in self.banner(), within, since, self.banner)
        assert self.wall.state() == "reconnecting"
        assert self.shown() >= before >= 0, "the last picture stays"
        return seconds

    def lives(self, within: float, since: float | None = None) -> float:
        """Seconds until the page is live and shows every acknowledged row, once each."""

        def whole() -> bool:
            live = self.wall.state() == "live" and not self.banner()
            return live and self.shown() == len(self.acknowledged)

        return waited(
            whole, within, since, lambda: f"{self.banner()!r}, {self.shown()} of {len(self.acknowledged)} shown"
        )

    def processes(self) -> list[psutil.Process]:
        """The database's, the postmaster last."""
        postmaster = psutil.Process(self.cluster.pid)
        return [*postmaster.children(recursive=True), postmaster]

    def start(self) -> None:
        self.cluster.start(self.settings)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Every process of the database is stopped in its tracks."""
        stopped = self.processes()
        for process in stopped:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for process in stopped:
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGCONT)


@contextmanager
def database(settings: Mapping[str, str]) -> Iterator[tuple[str, Cluster]]:
    """A PostgreSQL of the test's own with the city's places: its SQLAlchemy URL, past any proxy."""
    directory = Path(tempfile.mkdtemp(prefix="ioc-fault-"))
    directory.chmod(0o711)
    try:
        with embedded(directory, settings) as url:
            engine = connect(url)
            upgrade(engine)
            bring_places(engine, scenes.HUE, WorldClock().now())
            engine.dispose()
            yield url, Cluster.at(directory / "postgres")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def through(proxy: Proxy) -> str:
    return f"postgresql+psycopg://postgres@127.0.0.1:{proxy.port}/ioc"


@contextmanager
def rigged(browser: Browser, settings: Mapping[str, str]) -> Iterator[Rig]:
    with ExitStack() as stack:
        _, cluster = stack.enter_context(database(settings))
        proxy = stack.enter_context(proxied(lambda: cluster.socket_dir / SOCKET))
        engine = connect(through(proxy))
        stack.callback(engine.dispose)
        plain = f"postgresql://postgres@/ioc?host={cluster.socket_dir}&port=5432"
        first = written(plain, 3)
        hub = stack.enter_context(following(engine))
        running = stack.enter_context(serving(hub))
        page = browser.new_page(viewport={"width": 1000, "height": 700})
        stack.callback(page.close)
        rig = Rig(cluster, settings, plain, proxy, hub, running, Watched(page), engine, first)
        page.goto(running.url + PAGE, timeout=120_000)
        rig.lives(120)
        yield rig


@contextmanager
def following(engine: Engine, city: CityFile = scenes.HUE, feeds: Sequence[DataSource] | None = None) -> Iterator[Hub]:
    """A hub that follows a migrated repository each second, and reads feeds if it is given some."""
    hub = Hub(city, WorldClock(), 1.0, lambda at, known: picture(city, read(engine, at, known), at, known))
    with live(engine, hub, None, collect=feeds is not None, feeds=feeds or ()):
        yield hub


def environment(url: str, data: Path, **more: str) -> dict[str, str]:
    """Of a program of ours in a process of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("IOC_")}
    return {**kept, "IOC_REPOSITORY_URL": url, "IOC_DATA_DIR": str(data), "IOC_POLL_SECONDS": "1", **more}
