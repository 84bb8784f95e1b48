"""What keeps a hub's picture live."""

import time
from typing import Any

import pytest
from sqlalchemy import Engine

from city.clock import RunningClock
from commands import _live
from commands._live import live
from dashboards.kit.hub import Hub
from tests.dashboards import scenes


def _version(hub: Hub) -> int:
    return hub.state.snapshot.version


def test_a_fault_in_collecting_ends_neither_the_looks_nor_the_collecting(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[float] = []

    def faulty(*_: Any) -> None:
        tries.append(time.monotonic())
        raise ValueError("a fault of some feed's engine")

    monkeypatch.setattr(_live, "lead", faulty)
    monkeypatch.setattr(_live, "AGAIN", 0.2)
    hub = Hub(scenes.HUE, RunningClock(scenes.EVENING), 0.5)
    with live(engine, hub, None, collect=True):
        end = time.monotonic() + 20
        while (not hub.ready or len(tries) < 3) and time.monotonic() < end:
            time.sleep(0.05)
        seen = _version(hub)
        while _version(hub) < seen + 2 and time.monotonic() < end:
            time.sleep(0.05)
        assert _version(hub) >= seen + 2
    assert len(tries) >= 3
