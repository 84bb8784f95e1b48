"""A fault while the demo's past is written is told, and the demo comes all the same."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from city.batch import column
from commands import _live
from repository.errors import RepositoryError
from repository.upsert import upsert
from repository.whose import sources


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


def test_a_repository_of_demo_and_other_rows_is_told_of_once(engine: Engine) -> None:
    def rows(*names: str) -> None:
        for name in names:
            values = {"source": [name], "event_id": ["1"], "opened_at": [datetime(2026, 9, 16, tzinfo=UTC)]}
            upsert(engine, "event", {n: column(n, v) for n, v in values.items()})

    def told(*, demo: bool) -> list[list[str]]:
        with capture_logs() as lines:
            _live._tell_of_mixture(engine, demo=demo)
        return [x["others"] for x in lines]

    assert told(demo=True) == [] and told(demo=False) == []
    rows("demo-rivers", "demo-air")
    assert told(demo=True) == [] and told(demo=False) == []
    rows("police", "311")
    assert sources(engine) == ["311", "demo-air", "demo-rivers", "police"]
    assert told(demo=True) == told(demo=False) == [["311", "police"]]
