"""The database stops, is killed, frozen, cut off, crowded and locked; the page says so, and nothing is lost."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import psutil
import psycopg
import pytest
from sqlalchemy import text

from tests.faults.conftest import Record
from tests.faults.defences import without
from tests.faults.rig import BUSY, INSERT, Rig, waited

pytestmark = pytest.mark.browser
AWAY = "Database unreachable since"


def past(rig: Rig, n: int = 0, timeout: float = 30.0) -> httpx.Response:
    """A moment that was not read before: straight from the database."""
    at = datetime.now(UTC) - timedelta(days=1, seconds=n + time.monotonic() % 1e5)
    return httpx.get(rig.running.url + "/api/v1/indicators", params={"at": at.isoformat()}, timeout=timeout)


def test_f01_stopped_and_started_again(rig: Rig, record: Record) -> None:
    began = time.monotonic()
    rig.cluster.stop("immediate")
    seen = rig.says(AWAY, 5, began)
    assert httpx.get(rig.running.url + "/readyz").json()["database"] == "unreachable"
    rig.start()
    accepts = time.monotonic()
    rig.note(5)
    record("F01", seen=seen, recovered=rig.lives(5, accepts), lost=rig.lost())
    assert rig.lost() == 0


def test_f02_every_process_killed_while_five_write(rig: Rig, record: Record) -> None:
    stop = threading.Event()

    def write(n: int) -> list[str]:
        mine: list[str] = []
        with suppress(psycopg.Error), psycopg.connect(rig.plain, autocommit=True) as connection:
            while not stop.is_set():
                name = f"k{n}-{time.monotonic_ns()}"
                connection.execute(INSERT, [name])
                mine.append(name)
        return mine

    with ThreadPoolExecutor(5) as writers:
        work = [writers.submit(write, n) for n in range(5)]
        time.sleep(1.5)
        began = time.monotonic()
        for process in rig.processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        stop.set()
        written = [name for w in work for name in w.result()]
    rig.acknowledged += written
    assert len(written) > 50
    seen = rig.says(AWAY, 5, began)
    rig.start()
    accepts = time.monotonic()
    lost = rig.lost()
    assert lost == 0
    # a commit may have been stored though its answer never came: what is shown is what is stored
    with psycopg.connect(rig.plain) as connection:
        rows = connection.execute("select event_id from repository.event where source = 'fault'").fetchall()
    assert 0 <= len(rows) - len(rig.acknowledged) <= 5
    rig.acknowledged = [r[0] for r in rows]
    record("F02", seen=seen, recovered=rig.lives(10, accepts), lost=lost, written=len(written))


def test_f03_a_pool_that_slept_through_a_restart(rig: Rig, record: Record) -> None:
    with ThreadPoolExecutor(5) as several:
        assert all(r.status_code == 200 for r in several.map(lambda n: past(rig, n), range(5)))
    rig.cluster.stop("immediate")
    rig.start()
    answers = [past(rig, 10 + n).status_code for n in range(8)]
    assert answers == [200] * 8
    record("F03", seen=0.0, recovered=rig.lives(10), lost=rig.lost(), failed=0)


def test_f05_frozen_with_its_sockets_open(rig: Rig, record: Record) -> None:
    began = time.monotonic()
    with rig.frozen():
        seen = rig.says(AWAY, 5, began)
        asked = time.monotonic()
        assert httpx.get(rig.running.url + "/", timeout=5).status_code == 200
        page = time.monotonic() - asked
        assert page < 2 * BUSY
    thawed = time.monotonic()
    rig.note()
    record("F05", seen=seen, page=page, recovered=rig.lives(10, thawed), lost=rig.lost())
    assert rig.lost() == 0


def test_f06_cut_off_without_a_word(rig: Rig, record: Record) -> None:
    began = time.monotonic()
    rig.proxy.swallow()
    try:
        seen = rig.says(AWAY, 5, began)
        rig.note(2)  # others still reach it
        asked = time.monotonic()
        assert httpx.get(rig.running.url + "/", timeout=5).status_code == 200
        assert time.monotonic() - asked < 2 * BUSY
    finally:
        rig.proxy.flow()
    record("F06", seen=seen, recovered=rig.lives(15), lost=rig.lost())
    assert rig.lost() == 0


def test_f07_every_connection_of_the_pool_taken_by_slow_queries(rig: Rig, record: Record) -> None:
    engine = rig.engine
    taken = [engine.connect() for _ in range(10)]
    try:
        with ThreadPoolExecutor(10) as slow:
            work = [slow.submit(c.execute, text("select pg_sleep(3)")) for c in taken]
            rig.note(2)
            seen = rig.lives(2.5)
            assert httpx.get(rig.running.url + PAGE_URL, timeout=2).status_code == 200
            for w in work:
                w.result()
    finally:
        for c in taken:
            c.close()
    assert past(rig).status_code == 200
    record("F07", seen=seen, recovered=rig.lives(5), lost=rig.lost())
    assert rig.lost() == 0


PAGE_URL = "/public-order?lang=en"


def connections(rig: Rig) -> int:
    with psycopg.connect(rig.plain) as connection:
        row = connection.execute("select count(*) from pg_stat_activity where backend_type = 'client backend'")
        return int((row.fetchone() or [0])[0])


def test_f08_requests_given_up_mid_query_leak_nothing(rig: Rig, record: Record) -> None:
    before = connections(rig)

    def give_up(n: int) -> None:
        with suppress(httpx.HTTPError):
            past(rig, 100 + n, timeout=0.05)

    with ThreadPoolExecutor(8) as several:
        list(several.map(give_up, range(40)))
    rig.note()
    live = rig.lives(10)
    answer = waited(lambda: past(rig, 999).status_code == 200, 20)
    waited(lambda: connections(rig) <= before + 4, 10, why=lambda: f"{before} → {connections(rig)}")
    record("F08", seen=0.0, recovered=max(live, answer), lost=rig.lost(), connections=f"{before} → {connections(rig)}")


def test_f10_somebody_holds_a_lock_and_forgets_it(rig: Rig, record: Record) -> None:
    holder = psycopg.connect(rig.plain)
    try:
        holder.execute("lock table repository.event")
        began = time.monotonic()
        seen = rig.says(AWAY, 5, began)
        recovered = rig.lives(15, began)
    finally:
        with suppress(psycopg.Error):
            holder.close()
    rig.note()
    record("F10", seen=seen, recovered=recovered, lost=rig.lost())
    rig.lives(5)


def test_f12_the_listener_is_killed_and_ten_rows_come_meanwhile(rig: Rig, record: Record) -> None:
    with psycopg.connect(rig.plain, autocommit=True) as connection:
        listening = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ioc listen'"
        assert connection.execute(listening).rowcount >= 1
    rig.note(10)
    seen = rig.lives(1 + 2)
    record("F12", seen=seen, recovered=seen, lost=rig.lost())
    assert rig.lost() == 0


def test_f13_many_notices_at_once_never_cost_a_row(rig: Rig, record: Record) -> None:
    if without() == "F13":
        with psycopg.connect(rig.plain, autocommit=True) as connection:
            connection.execute(
                "create or replace function repository.announce() returns trigger language plpgsql as"
                " $$ begin perform pg_notify('repository', repeat('x', 8000)); return null; end $$"
            )
    names = [f"n{i}" for i in range(150)]

    def write(name: str) -> None:
        with psycopg.connect(rig.plain) as connection:
            for i in range(3):  # several notices in one transaction
                connection.execute(INSERT, [f"{name}-{i}"])

    with ThreadPoolExecutor(25) as several:
        list(several.map(write, names[:50]))
    rig.acknowledged += [f"{name}-{i}" for name in names[:50] for i in range(3)]
    seen = rig.lives(5)
    record("F13", seen=seen, recovered=seen, lost=rig.lost(), rows=150)
    assert rig.lost() == 0
