"""F09: nothing that is written is stored. Reads go on, the page says since when, and nothing acknowledged is lost."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser

from city.clock import WorldClock
from repository.connect import connect
from repository.migrate import upgrade
from repository.places import bring_places
from tests.browser.chromium import Watched
from tests.dashboards import scenes
from tests.dashboards.serving import serving
from tests.faults.conftest import Record
from tests.faults.programs import another
from tests.faults.rig import INSERT, PAGE, Rig, following, waited, written

pytestmark = pytest.mark.browser
WORDS = "Not storing since"
SIZE, LEFT = "64m", 3 << 20
BIG = """insert into repository.event (source, event_id, domain, severity, opened_at, place_code, summary)
         values ('fault', %s, 'public_order', 3, now() - interval '1 minute', '19753', %s)"""


@contextmanager
def small_disk(rig: Rig) -> Iterator[Path]:
    """A file system of a set size that the database's server may write to. Skips where none may be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="ioc-full-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "ioc-full", str(folder)]
    told = subprocess.run(mount, capture_output=True, text=True) if shutil.which("mount") else None
    try:
        if told is None or told.returncode:
            pytest.skip("no file system of a set size may be mounted here; its twin takes the writes away")
        os.chown(folder, rig.cluster.user.pw_uid if rig.cluster.user else -1, -1)
        yield folder
    finally:
        if told and not told.returncode:
            subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


@contextmanager
def tablespace(rig: Rig, folder: Path) -> Iterator[str]:
    with psycopg.connect(rig.plain, autocommit=True) as c:
        c.execute(f"create tablespace small location '{folder}'")  # type: ignore[arg-type]
        try:
            yield "tablespace small"
        finally:
            c.execute("drop tablespace small")


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """So little is left on that disk that some hundred rows fill it."""
    rest = folder / "rest"
    with rest.open("wb", buffering=0) as out, suppress(OSError):
        while out.write(bytes(1 << 16)):
            pass
    os.truncate(rest, rest.stat().st_size - LEFT)
    try:
        yield
    finally:
        rest.unlink()


def stored_until_refused(plain: str) -> list[str]:
    """Names of big rows that were acknowledged before one was refused for want of room."""
    names: list[str] = []
    with psycopg.connect(plain, autocommit=True) as c:
        while len(names) < 5000:
            name = f"big{len(names)}"
            try:
                c.execute(BIG, [name, os.urandom(1500).hex()])
            except psycopg.errors.DiskFull:
                return names
            names.append(name)
    raise AssertionError("there was room for all of them")


def told(url: str) -> tuple[str, bool, bool]:
    """What programs are told: the database's state, whether the API says so, whether the metrics do."""
    metrics = httpx.get(url + "/metrics", timeout=10).text
    headers = httpx.get(url + "/api/v1/indicators", timeout=10).headers
    return (
        httpx.get(url + "/readyz", timeout=10).json()["database"],
        "ioc-not-storing-since" in headers,
        "ioc_repository_storing 0.0" in metrics,
    )


def test_f09_the_databases_disk_is_full(rig: Rig, browser: Browser, record: Record) -> None:
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(rig))
        url = stack.enter_context(another(rig, "small", where=stack.enter_context(tablespace(rig, disk))))
        plain = rig.plain.replace("/ioc?", "/small?")
        engine = connect(url)
        stack.callback(engine.dispose)
        upgrade(engine)
        bring_places(engine, scenes.HUE, WorldClock().now())
        acknowledged = written(plain, 3)
        running = stack.enter_context(serving(stack.enter_context(following(engine))))
        page = browser.new_page(viewport={"width": 900, "height": 600})
        stack.callback(page.close)
        page.goto(running.url + PAGE, timeout=60_000)
        wall = Watched(page)

        def whole() -> bool:
            there = wall.value("incidents_open") == str(len(acknowledged))
            return there and wall.state() == "live" and not page.inner_text("#banner")

        waited(whole, 60, why=lambda: page.inner_text("body")[:300])
        with filled(disk):
            began = time.monotonic()
            acknowledged += stored_until_refused(plain)
            assert len(acknowledged) > 100
            seen = waited(lambda: WORDS in page.inner_text("#banner"), 30, began)
            assert wall.state() == "live", "it is followed: reads still work"
            assert told(running.url) == ("full", True, True)
            past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
            assert httpx.get(running.url + "/api/v1/indicators", params={"at": past}, timeout=30).status_code == 200
        room = time.monotonic()
        acknowledged += written(plain, 5)
        recovered = waited(whole, 30, room, lambda: page.inner_text("#banner"))
        assert told(running.url) == ("ok", False, False)
        with psycopg.connect(plain) as c:
            rows = [r[0] for r in c.execute("select event_id from repository.event").fetchall()]
        assert sorted(rows) == sorted(acknowledged), "what was acknowledged, once each, and nothing else"
    record("F09", seen=seen, recovered=recovered, lost=0, rows=len(rows))


def test_f09_the_database_takes_no_writes(rig: Rig, record: Record) -> None:
    """What a hosted server does when its disk is nearly full; needs no root."""
    with psycopg.connect(rig.plain, autocommit=True, options="-c default_transaction_read_only=off") as c:
        c.execute("alter system set default_transaction_read_only = on")
        try:
            c.execute("select pg_reload_conf()")
            began = time.monotonic()
            seen = waited(lambda: WORDS in rig.banner(), 30, began, rig.banner)
            with psycopg.connect(rig.plain) as other, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                other.execute(INSERT, ["refused"])
            assert told(rig.running.url) == ("full", True, True)
        finally:
            c.execute("alter system reset default_transaction_read_only")
            c.execute("select pg_reload_conf()")
    begins = time.monotonic()
    rig.note(2)
    record("F09 read-only", seen=seen, recovered=rig.lives(10, begins), lost=rig.lost())
    assert rig.lost() == 0
