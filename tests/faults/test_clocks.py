"""F35: a program's own clock is wrong, and is put forward and back while it works (Debian's libfaketime)."""

import time
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import Watched
from tests.faults.conftest import Record
from tests.faults.feed import feeding
from tests.faults.programs import another, program, served
from tests.faults.rig import PAGE, Rig, through, waited

pytestmark = pytest.mark.browser
LIBRARY = "/usr/lib/*/faketime/libfaketimeMT.so.1"


def put(file: Path, by: str) -> None:
    """Whoever runs with `told` has its clock so far from the world's within a second."""
    file.write_text(by + "\n")


def told(file: Path) -> dict[str, str]:
    """A program's environment in which its clock is what the file says; what it counts seconds by stays true."""
    found = sorted(Path("/").glob(LIBRARY.removeprefix("/")))
    if not found:
        pytest.skip("no libfaketime here: apt-get install libfaketime")
    words = {"FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return {"LD_PRELOAD": str(found[0]), "DONT_FAKE_MONOTONIC": "1", **words}


@pytest.mark.soak
def test_f35_the_servers_clock_jumps_and_no_job_is_lost_or_doubled(
    rig: Rig, browser: Browser, tmp_path: Path, record: Record
) -> None:
    file = tmp_path / "clock"
    put(file, "+0")
    with feeding() as feed, another(rig, "jumps") as url:
        town = {**feed.town(tmp_path / "town"), **told(file)}
        with program("poll", url=url, data=tmp_path / "a", settings=town) as collector:
            waited(lambda: len(feed.asked) > 2, 60, why=lambda: collector.said()[-800:])
            worst = 0.0
            for by in ("+7200", "+0", "-7200", "+0"):
                put(file, by)
                jumped = time.monotonic()
                planned = waited(lambda: len(feed.since(jumped + 4)) > 2, 30, jumped, lambda: collector.said()[-800:])  # noqa: B023
                worst = max(worst, planned)
                began = time.monotonic()
                time.sleep(5)
                polls = len(feed.since(began))
                assert polls <= 8, f"{polls} polls in 5 s of a feed that is read each second, by {by}"
            assert collector.said().count("put forward or back") >= 4
        with psycopg.connect(rig.plain.replace("/ioc?", "/jumps?")) as c:
            row = c.execute("select count(*), count(distinct observed_at) from repository.observation").fetchone()
        assert row and row[0] == row[1] > 20, "each reading once"
    record("F35 jumps", seen=worst, recovered=worst, lost=0, readings=row[0])


@pytest.mark.soak
def test_f35_the_servers_clock_is_wrong_and_the_page_says_so(
    rig: Rig, browser: Browser, tmp_path: Path, record: Record
) -> None:
    file = tmp_path / "clock"
    put(file, "+7200")
    with served("--no-collect", url=through(rig.proxy), data=tmp_path / "web", settings=told(file)) as app:
        page = browser.new_context(viewport={"width": 900, "height": 600}).new_page()
        page.goto(app.url + PAGE)
        wall = Watched(page)
        waited(lambda: wall.state() == "live", 60, why=lambda: app.said()[-800:])
        words = ("The database's clock is 7,200 s behind this server's", "This device's clock is wrong by 120 min")
        began = time.monotonic()
        seen = waited(
            lambda: all(w in page.inner_text("#banner") for w in words), 20, began, lambda: page.inner_text("#banner")
        )
        put(file, "+0")
        again = time.monotonic()
        recovered = waited(
            lambda: not page.inner_text("#banner") and wall.state() == "live",
            30,
            again,
            lambda: page.inner_text("#banner"),
        )
        page.context.close()
    record("F35 server", seen=seen, recovered=recovered, lost=rig.lost())
