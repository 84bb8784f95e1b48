"""A city whose agencies have a bad day, all at once (F14 to F22): one application, a page that says so of each of them,
nothing of the others lost, and who is well again is shown so by itself."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from tests.data_sources.engine.stub import Stub, serving
from tests.faults.conftest import Record
from tests.faults.rig import waited
from tests.faults.town import FEED, Town, city_file, entity, opened, tell

pytestmark = pytest.mark.browser
BAD = {
    "five-hundred": ("/500", "500 Internal Server Error"),
    "too-many": ("/pause", "asks for a pause of 120 s"),
    "not-allowed": ("/401", "401 Unauthorized"),
    "hangs": ("/hang", "no whole answer in 2.7 s"),
    "trickles": ("/trickle", "no whole answer in 2.7 s"),
    "bomb": ("/bomb", "more than 8,000,000 bytes once unpacked"),
    "deep": ("/deep", "depth limit exceeded"),
    "led-inward": ("/inward", "is a private address"),
    "page": ("/page", "a web page (Site under maintenance) with status 200"),
    "picture": ("/picture", "an answer of type image/png"),
    "gigabyte": ("/huge", "an answer of 1,073,741,824 bytes"),
    "nothing-there": ("/404", "404 Not Found"),
    "private": ("/good", "is a private address"),
}
"""Who has which fault, and why its card says that it is down."""
TOO_MUCH = {"flood": ("/flood", "rows more than the 50 that one poll may bring")}
WELL = ("good", "twice", "yesterday")
HOUR = timedelta(hours=1)


NOW = datetime.now(UTC).replace(microsecond=0)


def answers(stub: Stub) -> None:
    """What the servers that are well say first."""
    tell(stub, "/good", entity("a", NOW, pm2_5=1), entity("b", NOW, pm2_5=2))
    tell(stub, "/yesterday", entity("y", NOW - 26 * HOUR, water_level=1))
    tell(stub, "/flood", *(entity(f"f{i}", NOW, so2=i) for i in range(60)))
    readings = [entity("t", NOW - n * timedelta(minutes=1), o3=n) for n in range(9)]
    tell(stub, "/twice", *readings[::-1], *readings[3:6], readings[0])
    stub.bodies["/deep"] = (b"[" * 200_000 + b"]" * 200_000, {"content-type": "application/json"})


def feeds(stub: Stub) -> str:
    """All of them, as the town's file has them."""
    paths = {**{k: f"/{k}" for k in WELL}, **{k: p for k, (p, _) in {**BAD, **TOO_MUCH}.items()}}
    words = ((k, stub.url + p, str(k != "private").lower(), "1 h" if k in WELL else "4 s") for k, p in paths.items())
    return "".join(FEED.format(key=k, url=url, private=private, stale=stale) for k, url, private, stale in words)


@pytest.fixture
def town(engine: Engine, browser: Browser, tmp_path: Path) -> Iterator[Town]:
    with serving() as stub:
        answers(stub)
        with opened(stub, city_file(tmp_path, feeds(stub)), engine, browser) as found:
            yield found


def down(town: Town) -> list[str]:
    """Who is said to be down, and why."""
    return [k for k, (_, why) in {**BAD, **TOO_MUCH}.items() if "Down" in (row := town.row(k)) and why in row]


def test_f14_to_f22_one_agencys_bad_day_is_its_own_and_is_told(town: Town, record: Record) -> None:
    page, began, everybody = town.page, time.monotonic(), {*BAD, *TOO_MUCH}
    page.goto(town.url + "/sources?lang=en")
    rest = lambda: str([town.row(k) for k in everybody - {*down(town)}])  # noqa: E731
    seen = waited(lambda: {*down(town)} == everybody, 40, began, rest)
    assert all("Working" in town.row(k) for k in WELL), [town.row(k) for k in WELL]
    assert "26 hr" in town.row("yesterday"), "F16: the newest of its data, whenever it was asked"
    # F17, F18, F20: one sensor goes; the others tell a wrong value and a time to come
    wrong, ahead = entity("b", NOW, pm2_5=float("nan")), entity("c", NOW + 25 * HOUR, pm2_5=3)
    tell(town.stub, "/good", wrong, ahead, entity("d", NOW, pm2_5=4))
    town.stub.bodies["/500"] = town.stub.bodies["/twice"]
    refused = ("lies more than a day ahead", "is not finite")
    waited(lambda: all(w in page.inner_text(".panel-refused") for w in refused), 30)
    well = time.monotonic()
    recovered = waited(lambda: "Working" in town.row("five-hundred"), 60, well)
    assert {*down(town)} == everybody - {"five-hundred"}, "who is well again is, and nobody else"
    page.goto(town.url + "/environment?lang=en")
    waited(lambda: freshness(page, "river_level"), 20)
    assert freshness(page, "river_level") == "stale", "F16: asked a second ago, and of yesterday"
    assert freshness(page, "pm2_5_24h") == "fresh"
    kept(town)
    record("F14–F22", seen=seen, recovered=recovered, lost=0, faults=len(everybody) + 5)


def freshness(page: Page, code: str) -> str:
    return page.get_attribute(f'[data-indicator="{code}"][data-place=""]', "data-freshness") or ""


def kept(town: Town) -> None:
    """What was told is stored once, nothing else is; no source is asked more often than it likes."""
    by = "select sensor_id, value from repository.observation where source = '{}' order by 2"
    assert town.stored(by.format("good")) == [("a", 1), ("b", 2), ("d", 4)], "nobody's zero, and no time to come"
    assert town.stored(by.format("twice")) == [("t", n) for n in range(9)], "F19: shuffled, repeated and polled often"
    assert 1 <= len(town.stored(by.format("flood"))) <= 50, "F21: no more than one poll may bring"
    others = ", ".join(f"'{k}'" for k in BAD if k != "five-hundred")
    assert town.stored(f"select 1 from repository.observation where source in ({others})") == []
    refused = town.stored("select content from repository.rejected where source = 'good'")
    assert len(refused) == 2 and any('"c"' in str(r) for r in refused), "F18: the row itself, for later"
    asked = town.stub.asked
    assert asked["/pause"] == 1, "who asks for a pause gets it"
    assert asked["/404"] < asked["/good"], "who fails is asked less often"
