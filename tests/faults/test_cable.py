"""F06 with a real link: the cable between the application and its database is pulled, and put back."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from repository.cluster import SOCKET
from tests.browser.chromium import Watched
from tests.faults.cable import FAR, Cable, cabled
from tests.faults.conftest import Record
from tests.faults.programs import served
from tests.faults.proxy import proxied
from tests.faults.rig import PAGE, Rig, waited

pytestmark = [pytest.mark.browser, pytest.mark.soak]
WORDS = "Database unreachable since"


@pytest.fixture
def cable() -> Iterator[Cable]:
    with cabled() as found:
        yield found


def test_f06_the_cable_to_the_database_is_pulled(
    rig: Rig, cable: Cable, browser: Browser, tmp_path: Path, record: Record
) -> None:
    door, database = tmp_path / "door", rig.cluster.socket_dir / SOCKET
    with ExitStack() as stack:
        proxy = stack.enter_context(proxied(lambda: door))  # the browser's way in
        stack.enter_context(cable.near.relay(str(door), f"127.0.0.1:{proxy.port}"))
        stack.enter_context(cable.far.relay(f"{FAR}:5432", str(database)))
        url = f"postgresql+psycopg://postgres@{FAR}:5432/ioc"
        words = {"url": url, "data": tmp_path / "web", "port": proxy.port, "prefix": cable.near.enter}
        app = stack.enter_context(served("--no-collect", **words))  # type: ignore[arg-type]
        page = browser.new_page(viewport={"width": 900, "height": 600})
        stack.callback(page.close)
        wall, banner = Watched(page), lambda: page.inner_text("#banner")
        page.goto(app.url + PAGE)
        shown = lambda: wall.state() == "live" and wall.value("incidents_open") == str(len(rig.acknowledged))  # noqa: E731
        waited(shown, 60, why=lambda: app.said()[-800:])
        before = wall.value("incidents_open")
        cable.pull()
        pulled = time.monotonic()
        seen = waited(lambda: WORDS in banner(), 10, pulled, banner)
        asked = time.monotonic()
        assert app.answers() == 200 and time.monotonic() - asked < 2, "the page's server answers meanwhile"
        assert wall.value("incidents_open") == before, "the last picture stays"
        rig.note(2)
        cable.plug()
        recovered = waited(lambda: shown() and not banner(), 10, why=lambda: banner() + app.said()[-800:])
    record("F06 cable", seen=seen, recovered=recovered, lost=rig.lost())
