"""A fault while the demo's past is written is told, and the demo comes all the same."""

import threading
from datetime import datetime

import pytest
from structlog.testing import capture_logs

from commands import _live
from repository.errors import RepositoryError


def test_no_fault_ends_the_wait_for_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = [ValueError("a fault of ours"), RepositoryError("away")]

    def ensure(engine: object, simulation: object, now: datetime) -> None:
        if faults:
            raise faults.pop(0)

    feed = object()
    monkeypatch.setattr(_live, "AGAIN", 0.01)
    monkeypatch.setattr(_live, "ensure_past", ensure)
    monkeypatch.setattr(_live, "going_on", lambda *_: feed)
    with capture_logs() as told:
        assert _live._demo(None, None, threading.Event()) == [feed]  # type: ignore[arg-type]
    assert [(x["event"], x["log_level"]) for x in told] == [
        ("the demo's past is not written yet, by a fault", "error"),
        ("the demo's past is not written yet", "warning"),
    ]


def test_who_stops_meanwhile_gets_no_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()
    stopped.set()
    assert _live._demo(None, None, stopped) == []  # type: ignore[arg-type]
