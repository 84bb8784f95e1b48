"""Two of everything: web processes behind a proxy, collectors, and a primary with its standby; any of them dies."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser

from city import answer
from city.city import picture
from repository.connect import connect
from repository.past import read
from tests.browser.chromium import Watched
from tests.dashboards.scenes import HUE
from tests.faults.conftest import Record
from tests.faults.defences import without
from tests.faults.programs import Program, free_port, served
from tests.faults.proxy import proxied
from tests.faults.rig import INSERT, PAGE, Rig, through, waited
from tests.faults.standby import Server, paired

pytestmark = pytest.mark.browser


def open_port(port: int) -> bool:
    with socket.socket() as s:
        s.settimeout(0.2)
        return s.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.soak
def test_f36_one_of_two_replicas_is_killed_and_screens_go_to_the_other(
    rig: Rig, browser: Browser, tmp_path: Path, record: Record
) -> None:
    ports, turn = [free_port(), free_port()], count()

    def target() -> tuple[str, int]:
        first = next(turn) % 2
        return "127.0.0.1", next((p for p in (ports[first], ports[1 - first]) if open_port(p)), ports[0])

    with proxied(target) as proxy:
        url = f"http://127.0.0.1:{proxy.port}"
        more = {"settings": {"IOC_ORIGINS": url}}
        with (
            served("--no-collect", url=through(rig.proxy), data=tmp_path / "a", port=ports[0], **more) as a,
            served("--no-collect", url=through(rig.proxy), data=tmp_path / "b", port=ports[1], **more) as b,
        ):
            walls = []
            for _ in range(2):
                page = browser.new_context(viewport={"width": 700, "height": 500}).new_page()
                page.goto(url + PAGE)
                walls.append(Watched(page))
                waited(lambda: walls[-1].state() == "live", 120)
                page.evaluate("window.sameDocument = true")
            worst = 0.0
            for victim in (a, b):
                killed = time.monotonic()
                victim.kill()
                rig.note()
                for wall in walls:
                    worst = max(
                        worst, waited(partial(followed, wall, rig), 10, killed, partial(told, wall, victim is a))
                    )
                if victim is a:
                    back = served("--no-collect", url=through(rig.proxy), data=tmp_path / "a2", port=ports[0], **more)
                    again = back.__enter__()
                    assert isinstance(again, Program)
                    waited(lambda: again.answers("/readyz") == 200, 60)  # noqa: B023
            back.__exit__(None, None, None)
            for wall in walls:
                wall.page.context.close()
    record("replicas", seen=worst, recovered=worst, lost=rig.lost())


def told(wall: Watched, first: bool) -> str:
    same = wall.page.evaluate("window.sameDocument")
    return (
        f"first {first}, same {same}, {wall.state()}, {wall.value('incidents_open')}, {wall.page.inner_text('#banner')}"
    )


def followed(wall: Watched, rig: Rig) -> bool:
    same = wall.page.evaluate("window.sameDocument")
    return bool(same) and wall.state() == "live" and wall.value("incidents_open") == str(len(rig.acknowledged))


@pytest.fixture
def pair() -> Iterator[tuple[Server, Server]]:
    with paired() as found:
        yield found


@contextmanager
def writing(urls: list[str]) -> Iterator[list[str]]:
    """Somebody who writes all the time, to whichever server takes writes; the names of what was acknowledged."""
    stop, done = threading.Event(), []

    def write() -> None:
        n = 0
        while not stop.is_set():
            with suppress(psycopg.Error), psycopg.connect(",".join(urls), autocommit=True, connect_timeout=2) as c:
                while not stop.is_set():
                    n += 1
                    c.execute(INSERT, [f"w{n}"])
                    done.append(f"w{n}")
                    time.sleep(0.02)
            time.sleep(0.2)

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join(10)


def known_then(server: Server, at: datetime) -> dict[str, object]:
    """Every indicator at a moment, as it was known then."""
    engine = connect(f"postgresql+psycopg://postgres@127.0.0.1:{server.port}/postgres")
    try:
        told = answer.indicators(picture(HUE, read(engine, at, "then"), at, "then"))
    finally:
        engine.dispose()
    assert any(r["code"] == "incidents_open" and r["value"] for r in told["indicators"])
    return told


@pytest.mark.soak
def test_failover_the_primary_dies_and_the_standby_is_promoted(
    pair: tuple[Server, Server], browser: Browser, tmp_path: Path, record: Record
) -> None:
    primary, standby = pair
    hosts = f"host=127.0.0.1:{primary.port}" + ("" if without() == "failover" else f"&host=127.0.0.1:{standby.port}")
    url = f"postgresql+psycopg://postgres@/postgres?{hosts}&target_session_attrs=read-write"
    past = {"IOC_REPOSITORY_STANDBY_URL": f"postgresql+psycopg://postgres@127.0.0.1:{standby.port}/postgres"}
    either = f"postgresql://postgres@127.0.0.1:{primary.port},127.0.0.1:{standby.port}/postgres"
    with served("--no-collect", url=url, data=tmp_path / "web", settings=past) as app:
        page = browser.new_context(viewport={"width": 700, "height": 500}).new_page()
        wall = Watched(page)
        page.goto(app.url + PAGE)
        waited(lambda: wall.state() == "live", 120, why=lambda: page.inner_text("body")[:200] + app.said()[-800:])
        with writing([f"{either}?target_session_attrs=read-write"]) as done:
            waited(lambda: len(done) > 50, 20)
            then = datetime.now(UTC) - timedelta(hours=1)
            said = httpx.get(app.url + "/api/v1/indicators", params={"at": then.isoformat()}, timeout=30)
            assert said.status_code == 200
            with psycopg.connect(standby.plain) as c:
                asked = "select count(*) from pg_stat_activity where application_name = 'ioc past'"
                assert (c.execute(asked).fetchone() or [0])[0] >= 1, "the past is read from the standby"
            at = datetime.now(UTC)
            time.sleep(2)  # a look of that moment may still be on its way
            before = known_then(primary, at)
            killed = time.monotonic()
            primary.kill()
            acknowledged = list(done)
            seen = waited(lambda: "Database unreachable since" in page.inner_text("#banner"), 10, killed)
            standby.promote()
            promoted = time.monotonic()
            waited(lambda: len(done) > len(acknowledged) + 20, 30)
        recovered = waited(lambda: wall.state() == "live", 30, promoted, lambda: app.said()[-800:])
        assert known_then(standby, at) == before, "what was known then is what was known then"
        with psycopg.connect(standby.plain) as c:
            rows = c.execute("select event_id from repository.event where source = 'fault'").fetchall()
        stored = [r[0] for r in rows]
        lost = len(set(done) - set(stored))
        assert lost == 0 and len(stored) == len(set(stored))
        waited(lambda: wall.value("incidents_open") == str(len(stored)), 10, why=lambda: wall.value("incidents_open"))
        assert app.process.poll() is None
        page.context.close()
    record("failover", seen=seen, recovered=recovered, lost=lost, acknowledged=len(acknowledged))
