"""Waits on the database that end when we say so: a frozen server ignores every timeout it was given."""

import os
import queue
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Engine, event

T = TypeVar("T")
_Job = tuple[Callable[[], Any], "Future[Any]"]


class Worker:
    """Runs calls one after the other in a thread of its own, and leaves the thread behind when a call hangs."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[_Job | None] | None = None

    def call(self, function: Callable[[], T], deadline: float) -> T:
        """The function's value or exception; TimeoutError after `deadline` seconds, whatever the function does."""
        if self._jobs is None:
            self._jobs = queue.SimpleQueue()
            threading.Thread(target=_work, args=(self._jobs,), name=self._name, daemon=True).start()
        future: Future[T] = Future()
        self._jobs.put((function, future))
        try:
            return future.result(deadline)
        except TimeoutError:
            self.leave()
            raise

    def leave(self) -> None:
        """The thread ends when its call does; the next call gets another."""
        if self._jobs is not None:
            self._jobs.put(None)
            self._jobs = None


def _work(jobs: "queue.SimpleQueue[_Job | None]") -> None:
    while (job := jobs.get()) is not None:
        function, future = job
        try:
            future.set_result(function())
        except Exception as e:  # noqa: BLE001  handed to who waits
            future.set_exception(e)


class Lines:
    """The connections an engine has handed out, so that they can be cut from outside the thread that waits on them."""

    def __init__(self, engine: Engine) -> None:
        self._out: set[Any] = set()
        event.listen(engine, "checkout", lambda connection, *_: self._out.add(connection))
        event.listen(engine, "checkin", lambda connection, *_: self._out.discard(connection))

    def cut(self) -> None:
        """Who waits on one of them gets an error now."""
        for connection in list(self._out):
            with suppress(Exception), socket.socket(fileno=os.dup(connection.pgconn.socket)) as line:
                line.shutdown(socket.SHUT_RDWR)
