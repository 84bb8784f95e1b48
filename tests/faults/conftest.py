"""One Chromium, one PostgreSQL, one application for all quick faults; what each showed goes to results/faults.json."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import chromium
from tests.faults.defences import take_out, without
from tests.faults.rig import Rig, rigged

RESULTS = Path(__file__).parents[2] / "results" / "faults.json"
SETTINGS = {"fsync": "off", "idle_in_transaction_session_timeout": "4s", "max_connections": "60"}
Record = Callable[..., None]


@pytest.fixture(scope="package", autouse=True)
def defences() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        take_out(patch)
        yield


@pytest.fixture(scope="package")  # while it lives an event loop runs in this thread, and asyncio tests cannot
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="package")
def shared_rig(defences: None, browser: Browser) -> Iterator[Rig]:
    off = {"F02": {"synchronous_commit": "off", "wal_writer_delay": "5s"}, "F10": {SETTINGS_IDLE: "0"}}
    with rigged(browser, {**SETTINGS, **off.get(without(), {})}) as found:
        yield found


SETTINGS_IDLE = "idle_in_transaction_session_timeout"


@pytest.fixture
def rig(shared_rig: Rig) -> Rig:
    """Live, with every row shown that anybody was told is stored."""
    shared_rig.lives(30)
    return shared_rig


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Record:
    """Keep what a fault showed: seen (s), lost (rows), recovered (s), and whatever else is worth a line."""

    def keep(fault: str, **found: object) -> None:
        if without():
            return
        RESULTS.parent.mkdir(exist_ok=True)
        known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
        shown = {k: round(v, 2) if isinstance(v, float) else v for k, v in found.items()}
        known[fault] = {"test": request.node.nodeid, **shown}
        RESULTS.write_text(json.dumps(dict(sorted(known.items())), indent=1))

    return keep
