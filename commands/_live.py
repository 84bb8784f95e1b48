"""What keeps a hub's picture live: the demo's past first if it is one, then looks at the repository, and the feeds."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import numpy as np
import structlog
from sqlalchemy import Engine

from city.batch import Batch
from city.city import City
from city.clock import Clock, WorldClock
from city.feed_state import next_death
from city.tables import DEMO
from commands._changes import follow
from commands._collect import Feeds, lead
from commands._demo import ensure_past, going_on
from commands._open import Prepare
from dashboards.kit.hub import Hub
from data_sources.demo.simulation import Simulation
from data_sources.engine.contract import DataSource
from repository.connect import address
from repository.errors import RepositoryError
from repository.look import Look
from repository.watch import FAULT, Watcher
from repository.whose import sources

AGAIN = 2.0
"""Seconds until the demo's past, or collecting, is tried again after a fault."""
GOODBYE = 5.0
MOMENT = 0.05
"""Seconds: just after."""


@contextmanager
def live(
    engine: Engine,
    hub: Hub,
    simulation: Simulation | None,
    *,
    collect: bool,
    feeds: Sequence[DataSource] = (),
    prepare: Prepare = lambda stopped, told: None,
) -> Iterator[None]:
    """The hub is told of every picture, and of every loss, while the block runs; `prepare` comes first.

    `feeds` are read by whichever process leads, this one only if it may `collect`.
    """
    stopped, since = threading.Event(), hub.world.now()

    def work() -> None:
        prepare(stopped, lambda _: hub.lost(since))
        if not stopped.is_set():
            _live(engine, hub, simulation, feeds if collect else None, stopped)

    work_thread = threading.Thread(target=work, name="live", daemon=True)
    work_thread.start()
    threading.Thread(target=follow, args=(hub, stopped), name="changes", daemon=True).start()
    try:
        yield
    finally:
        stopped.set()
        work_thread.join(GOODBYE)


def _live(
    engine: Engine,
    hub: Hub,
    simulation: Simulation | None,
    feeds: Sequence[DataSource] | None,
    stopped: threading.Event,
) -> None:
    _tell_of_mixture(engine, demo=simulation is not None)
    played = [] if simulation is None else _demo(engine, simulation, stopped)
    if stopped.is_set():
        return
    watcher = _watcher(engine, hub)
    watcher.start()
    try:
        if feeds is not None:
            all_of_them = [*feeds, *played]
            # a clock that shows a past moment reads no feed: what feeds say is of now
            running = all_of_them if hub.clock.live else []
            _lead(engine, Feeds(hub.file, all_of_them, running), hub.clock, stopped)
        stopped.wait()
    finally:
        watcher.stop()


def _lead(engine: Engine, feeds: Feeds, clock: Clock, stopped: threading.Event) -> None:
    """Collects until `stopped`: a fault in it must not end the looks, which go on in the same process."""
    while not stopped.is_set():
        try:
            lead(engine, feeds, clock, stopped)
        except Exception:  # noqa: BLE001  whatever it is, it is told, and collecting starts anew
            structlog.get_logger("commands.collect").exception("collecting ended by a fault; it starts anew")
            stopped.wait(AGAIN)


def _watcher(engine: Engine, hub: Hub) -> Watcher:
    city = City(hub.file)

    def taken(batch: Batch, look: Look, at: datetime) -> None:
        hub.meters.polled(look.took)
        snapshot = city.absorb(batch, at)
        hub.publish(snapshot, look.ahead)
        left = next_death(snapshot.scene)
        if left is not None and hub.clock.live and left < np.timedelta64(round(hub.poll_seconds * 1e6), "us"):
            _in(left / np.timedelta64(1, "s") + MOMENT, watcher.nudge)

    def lost(since: datetime, reason: str) -> None:
        hub.lost(since, "silent" if reason == FAULT else "database")

    watcher = Watcher(address(engine), hub.clock, hub.poll_seconds, taken, lost, on_storing=hub.storing)
    return watcher


def _in(seconds: float, do: Callable[[], None]) -> None:
    """A feed that dies is told of when it does, not at the next look."""
    timer = threading.Timer(seconds, do)
    timer.daemon = True
    timer.start()


def _tell_of_mixture(engine: Engine, *, demo: bool) -> None:
    """One line when the demo's rows and others stand in one repository: pages say so too, but it is seldom meant."""
    log = structlog.get_logger("commands.demo")
    try:
        real = [s for s in sources(engine) if not s.startswith(DEMO)]
        played = demo or len(real) < len(sources(engine))
    except RepositoryError as e:
        log.info("whose rows are here is not known yet", why=str(e))
        return
    if real and played:
        do = "give the demo a data directory of its own (IOC_DATA_DIR)"
        log.warning("the demo's rows and others are in one repository", others=real[:10], do=do)


def _demo(engine: Engine, simulation: Simulation, stopped: threading.Event) -> list[DataSource]:
    """The demo's feed once its past is written, whatever goes wrong meanwhile; none when stopped."""
    log = structlog.get_logger("commands.demo")
    while not stopped.is_set():
        try:
            ensure_past(engine, simulation, WorldClock().now())
            return [going_on(engine, simulation, WorldClock().now())]
        except RepositoryError as e:
            if not stopped.is_set():
                log.warning("the demo's past is not written yet", why=str(e))
        except Exception:
            log.exception("the demo's past is not written yet, by a fault")
        stopped.wait(AGAIN)
    return []
