"""The weekly report under fault: its process killed, frozen; its typeface gone. Never a blank one, never none."""

import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import psutil
import psycopg
import pytest
from playwright.sync_api import Browser, Page

from commands import _reports, _shelf
from commands._reports import Plan
from commands._shelf import library
from commands._timed import timed
from repository.archive import content, listed
from tests.dashboards.scenes import HUE
from tests.faults.conftest import Record
from tests.faults.rig import Rig, waited

pytestmark = pytest.mark.browser
SEEN, DELIVERED = 60, 60
OLD = """insert into repository.event (source, event_id, domain, category, severity, opened_at, closed_at, place_code)
         values ('old', 'o', 'public_order', 'fire', 3, now() - interval '20 days', now() - interval '19 days', '19753')
         on conflict do nothing"""


def makers() -> list[psutil.Process]:
    """Processes of ours that make a report, and their helpers."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if {"commands._made", "reports.plot", "reports.press"} & {*process.cmdline()}:
                found.append(process)
    return found


def scratch() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("ioc-report-*"))


@contextmanager
def struck(number: signal.Signals) -> Iterator[list[int]]:
    """The first process that makes a report gets a signal as soon as it is there."""
    hit, over = list[int](), threading.Event()

    def watch() -> None:
        while not over.is_set() and not hit:
            for process in makers():
                with suppress(psutil.Error):
                    if "commands._made" in process.cmdline():
                        process.send_signal(number)
                        hit.append(process.pid)
            time.sleep(0.02)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield hit
    finally:
        over.set()
        thread.join(5)


@pytest.fixture
def desk(rig: Rig, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """A city with a past that owes a report, made as soon as somebody looks."""
    with psycopg.connect(rig.plain, autocommit=True) as c:
        c.execute("truncate repository.job_run, repository.report cascade")
        c.execute(OLD)
    monkeypatch.setattr(_shelf, "timed", partial(timed, grace=0))
    monkeypatch.setattr(_reports, "FIRST_AGAIN", timedelta(seconds=3))
    return Plan(HUE, "hue", data_dir)


@contextmanager
def looking(rig: Rig, browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1000, "height": 600})
    try:
        page.goto(rig.running.url + "/reports?lang=en")
        yield page
    finally:
        page.close()


def _survived(rig: Rig, page: Page, before: set[Path]) -> tuple[float, float]:
    """Seconds until the page says that it failed, and until the report is there; nothing is left over."""
    began = time.monotonic()
    seen = waited(lambda: "failed, retrying" in page.inner_text("#main"), SEEN, began, lambda: page.inner_text("#main"))
    assert listed(rig.engine) == [], "never half of one"
    delivered = waited(lambda: listed(rig.engine), DELIVERED, why=lambda: page.inner_text("#main"))
    (kept,) = listed(rig.engine)
    found = content(rig.engine, kept.report_id)
    assert found and found.content.startswith(b"%PDF-") and kept.pages >= 6
    waited(lambda: kept.period in page.inner_text("#reports__archive"), 20, why=lambda: page.inner_text("#main"))
    assert "failed" not in page.inner_text("#reports__due")
    waited(lambda: not makers() and scratch() <= before, 10, why=lambda: f"{makers()} {scratch() - before}")
    return seen, delivered


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=lambda n: n.name)
def test_f33_the_process_that_makes_the_report_is_killed_or_frozen(
    rig: Rig, browser: Browser, desk: Plan, number: signal.Signals, monkeypatch: pytest.MonkeyPatch, record: Record
) -> None:
    # a frozen process is given up at the deadline, here sooner; the next gets all the time it needs
    monkeypatch.setattr(_reports, "DEADLINE", 8.0)
    before = scratch()
    with looking(rig, browser) as page, struck(number) as hit, library(rig.engine, rig.hub, desk, make=True):
        waited(lambda: hit, 30)
        monkeypatch.setattr(_reports, "DEADLINE", 30.0)
        seen, delivered = _survived(rig, page, before)
        assert len(hit) == 1
    record(f"F33 {number.name}", seen=seen, recovered=delivered, lost=0)


def test_f34_a_page_that_would_come_out_blank_is_a_failure_and_is_not_sent(
    rig: Rig, browser: Browser, desk: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: Record
) -> None:
    fonts, tried, before = _reports.fonts, list[int](), scratch()

    def gone_once(data_dir: Path) -> Path:
        tried.append(1)
        return tmp_path if len(tried) == 1 else fonts(data_dir)

    monkeypatch.setattr(_reports, "fonts", gone_once)
    with looking(rig, browser) as page, library(rig.engine, rig.hub, desk, make=True):
        seen, delivered = _survived(rig, page, before)
        assert len(tried) == 2
    record("F34", seen=seen, recovered=delivered, lost=0)
