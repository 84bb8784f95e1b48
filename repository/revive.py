"""An embedded server that was killed, by hand or for want of memory, is started again by a process that uses it."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import structlog

from repository.cluster import Cluster
from repository.errors import ServerError
from repository.locks import locked

LOOK = 1.0
"""Seconds between looks at whether it runs."""
GRACE = 20.0
"""Seconds it may be down before we start it: whoever stopped it may have meant to, and start it himself."""


@contextmanager
def revived(cluster: Cluster, lock: Path, settings: Mapping[str, str], grace: float = GRACE) -> Iterator[None]:
    """While inside, the server is started again when it was down for `grace` seconds, as often as that happens."""
    left = threading.Event()
    thread = threading.Thread(target=_watch, args=(cluster, lock, settings, grace, left), daemon=True, name="revive")
    thread.start()
    try:
        yield
    finally:
        left.set()
        thread.join()


def _watch(cluster: Cluster, lock: Path, settings: Mapping[str, str], grace: float, left: threading.Event) -> None:
    down = 0.0
    while not left.wait(LOOK):
        down = down + LOOK if cluster.pid is None else 0.0
        if down >= grace:
            _start(cluster, lock, settings)
            down = 0.0


def _start(cluster: Cluster, lock: Path, settings: Mapping[str, str]) -> None:
    log = structlog.get_logger("repository.server")
    try:
        with locked(lock):
            if cluster.pid is None:
                cluster.start(settings)
                log.warning("the embedded PostgreSQL was down and has been started again")
    except ServerError as e:
        log.error("the embedded PostgreSQL is down and does not start", why=str(e))
