"""Whole programs: without their database, on an empty one, two at once, frozen, and with a clock that jumps."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser

from city import automation
from city.clock import WorldClock
from city.feeds import FeedCard, FeedRun
from repository.cluster import SOCKET
from repository.connect import connect
from repository.feeds import Notebook, declare
from tests.browser.chromium import Watched
from tests.faults.conftest import Record
from tests.faults.defences import without
from tests.faults.feed import Feed, feeding
from tests.faults.programs import another, program, served
from tests.faults.proxy import proxied
from tests.faults.rig import Rig, waited

pytestmark = pytest.mark.browser


def test_f04_the_application_comes_up_before_its_database(
    rig: Rig, browser: Browser, tmp_path: Path, record: Record
) -> None:
    nowhere = tmp_path / "no-such-socket"
    target = [nowhere]
    with (
        proxied(lambda: target[0]) as proxy,
        another(rig, "late", proxy) as url,
        served("--no-collect", url=url, data=tmp_path / "web") as app,
    ):
        page = browser.new_context(viewport={"width": 900, "height": 600}).new_page()
        wall = Watched(page)
        page.goto(app.url + "/?lang=en")
        began = time.monotonic()
        said = "Database unreachable since"
        seen = waited(lambda: said in page.inner_text("#banner"), 10, began, lambda: page.inner_text("body")[:300])
        assert wall.value("incidents_open") == "", "nothing is known yet"
        assert (app.answers(), app.answers("/readyz"), app.answers("/api/v1/indicators")) == (200, 503, 503)
        target[0] = rig.cluster.socket_dir / SOCKET
        recovered = waited(lambda: wall.state() == "live", 60, why=lambda: app.said()[-800:])
        assert app.answers("/readyz") == 200
        assert app.process.poll() is None, "the process that started so is the one that serves"
        page.context.close()
    record("F04", seen=seen, recovered=recovered, lost=0)


@pytest.mark.soak  # that migrators take turns is in tests/repository/test_migrate.py
def test_f24_two_start_at_once_on_an_empty_database(rig: Rig, tmp_path: Path, record: Record) -> None:
    with another(rig, "nothing_yet") as url:
        began = time.monotonic()
        with (
            program("poll", "--once", url=url, data=tmp_path / "a") as first,
            program("poll", "--once", url=url, data=tmp_path / "b") as second,
        ):
            ended = [p.process.wait(60) for p in (first, second)]
            assert ended == [0, 0], first.said() + second.said()
    record("F24", seen=0.0, recovered=time.monotonic() - began, lost=0)


@pytest.mark.soak
def test_f11_a_pooler_in_transaction_mode_stands_between(
    rig: Rig, browser: Browser, tmp_path: Path, record: Record
) -> None:
    if not (pgbouncer := shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")):
        pytest.skip("no pgbouncer here: apt-get install pgbouncer")
    from tests.faults.programs import free_port

    port, user = free_port(), rig.cluster.user
    (tmp_path / "users").write_text('"postgres" ""\n')
    (tmp_path / "ini").write_text(
        f"[databases]\nioc = host={rig.cluster.socket_dir} port=5432 user=postgres\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\npool_mode = transaction\n"
        "unix_socket_dir =\n"
    )
    for file in (tmp_path, tmp_path / "ini", tmp_path / "users"):
        file.chmod(0o755)
    identity = {"user": user.pw_uid, "group": user.pw_gid} if user else {}
    ini = Path("/tmp") / f"ioc-bouncer-{port}.ini"
    ini.write_text((tmp_path / "ini").read_text())
    ini.chmod(0o644)
    bouncer = subprocess.Popen([pgbouncer, "-q", str(ini)], stderr=subprocess.DEVNULL, **identity)  # type: ignore[call-overload]
    try:
        mode = "" if without() == "F11" else "?pgbouncer=true"
        url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/ioc{mode}"
        began = time.monotonic()
        with served("--no-collect", url=url, data=tmp_path / "web") as app:
            page = browser.new_context(viewport={"width": 900, "height": 600}).new_page()
            wall = Watched(page)
            page.goto(app.url + "/public-order?lang=en")
            waited(lambda: wall.state() == "live", 30, why=lambda: page.inner_text("#banner") + app.said()[-1500:])
            seen = time.monotonic() - began
            rig.note(3)
            wanted = str(len(rig.acknowledged))
            recovered = waited(lambda: wall.value("incidents_open") == wanted, 5)
            page.context.close()
    finally:
        bouncer.terminate()
        bouncer.wait(10)
        ini.unlink()
    record("F11", seen=seen, recovered=recovered, lost=rig.lost())


@pytest.fixture
def feed() -> Iterator[Feed]:
    with feeding() as found:
        yield found


@pytest.mark.soak
def test_f23_two_collect_and_each_job_runs_once(rig: Rig, feed: Feed, tmp_path: Path, record: Record) -> None:
    with another(rig, "two_collect") as url:
        town = feed.town(tmp_path / "town")
        with (
            program("poll", url=url, data=tmp_path / "a", settings=town) as first,
            program("poll", url=url, data=tmp_path / "b", settings=town) as second,
        ):
            waited(lambda: len(feed.asked) > 2, 40, why=lambda: first.said()[-500:] + second.said()[-500:])
            began = time.monotonic()
            time.sleep(8)
            polls = len(feed.since(began))
            assert 6 <= polls <= 10, f"{polls} polls in 8 s of a feed that is read each second"
            # the one that leads is killed: the other takes over
            leading, other = (first, second) if "leading" in first.said() else (second, first)
            leading.kill()
            killed = time.monotonic()
            taken = waited(lambda: feed.since(killed + 0.2), 15, killed, lambda: other.said()[-500:])
    record("F23", seen=taken, recovered=taken, lost=0, polls=polls)


def test_f25_nobody_collects_and_the_wall_says_so(rig: Rig, monkeypatch: pytest.MonkeyPatch, record: Record) -> None:
    import numpy as np

    monkeypatch.setattr(automation, "SILENCE", np.timedelta64(3, "s"))
    engine, clock = connect(rig.engine.url.render_as_string(hide_password=False)), WorldClock()
    card = FeedCard("street", "Street", "environment", "senml", "", "Town", "CC0-1.0", timedelta(seconds=1))

    def note() -> None:
        Notebook(engine, [card]).note(FeedRun("street", clock.now(), "ok", read=1, new=1))

    try:
        declare(engine, [card], clock.now())
        note()
        began = time.monotonic()
        rig.lives(5)
        words = "Automation stopped since"
        seen = waited(lambda: words in rig.banner(), 15, began, rig.banner)
        note()
        recovered = rig.lives(5)
    finally:
        declare(engine, [], clock.now())
        engine.dispose()
    record("F25", seen=seen, recovered=recovered, lost=rig.lost(), limit="150 s as configured, 3 s in the test")


@pytest.mark.soak
def test_f25_a_frozen_leader_loses_the_lead(rig: Rig, feed: Feed, tmp_path: Path, record: Record) -> None:
    with another(rig, "frozen_leader") as url:
        town = feed.town(tmp_path / "town")
        with program("poll", url=url, data=tmp_path / "a", settings=town) as first:
            waited(lambda: len(feed.asked) > 1, 30, why=lambda: first.said()[-500:])
            with program("poll", url=url, data=tmp_path / "b", settings=town) as second:
                time.sleep(3)
                first.signal(signal.SIGSTOP)
                frozen = time.monotonic()
                taken = waited(lambda: feed.since(frozen + 0.5), 35, frozen, lambda: second.said()[-500:])
                first.signal(signal.SIGCONT)
                time.sleep(4)
                began = time.monotonic()
                time.sleep(5)
                polls = len(feed.since(began))
                assert 3 <= polls <= 7, f"{polls} polls in 5 s: both collect"
    record("F25 frozen", seen=taken, recovered=taken, lost=0)


@pytest.mark.soak
def test_f28_the_database_is_away_for_five_seconds_and_jobs_go_on(
    rig: Rig, feed: Feed, tmp_path: Path, record: Record
) -> None:
    with (
        another(rig, "jobs") as url,
        program("poll", url=url, data=tmp_path / "a", settings=feed.town(tmp_path / "town")) as collector,
    ):
        waited(lambda: len(feed.asked) > 1, 30, why=lambda: collector.said()[-500:])
        rig.cluster.stop("immediate")
        time.sleep(5)
        rig.start()
        accepts = time.monotonic()
        recovered = waited(lambda: feed.since(accepts + 0.1), 15, accepts, lambda: collector.said()[-800:])
        count = "select count(*) from repository.observation"

        def stored() -> int:
            with psycopg.connect(rig.plain.replace("/ioc?", "/jobs?")) as connection:
                return int((connection.execute(count).fetchone() or [0])[0])

        before = stored()
        waited(lambda: stored() > before, 15)
    record("F28", seen=0.0, recovered=recovered, lost=0)
    rig.lives(10)
