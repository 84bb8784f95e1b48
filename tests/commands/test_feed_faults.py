"""A city whose agencies have a bad day: what each fault is said to be, and that nobody else notices (F14 to F22)."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from city.clock import WorldClock
from city.config import load_city
from city.feeds import FeedState
from commands._collect import Feeds, lead
from commands._feeds import feeds_of
from commands.settings import read
from repository.feeds import states
from tests.data_sources.engine.stub import Stub, serving

FEED = """
[feeds.{key}]
title = "{key}"
domain = "environment"
standard = "ngsi_ld"
url = "{url}"
every = "1 s"
timeout = "3 s"
private = {private}
max_rows = 50
max_bytes = 8000000
"""
BAD = {
    "five-hundred": ("/500", "500 Internal Server Error"),
    "too-many": ("/pause", "asks for a pause of 120 s"),
    "not-allowed": ("/401", "401 Unauthorized"),
    "hangs": ("/hang", "no whole answer in 2.7 s"),
    "trickles": ("/trickle", "no whole answer in 2.7 s"),
    "bomb": ("/bomb", "more than 8,000,000 bytes once unpacked"),
    "led-inward": ("/inward", "is a private address"),
    "page": ("/page", "a web page (Site under maintenance) with status 200"),
    "picture": ("/picture", "an answer of type image/png"),
    "gigabyte": ("/huge", "an answer of 1,073,741,824 bytes"),
    "flood": ("/flood", "rows more than the 50 that one poll may bring"),
    "nothing-there": ("/404", "404 Not Found"),
}
HOUR = timedelta(hours=1)


def entity(name: str, value: object, at: datetime) -> dict[str, object]:
    reading = {"value": value, "unitCode": "GQ"}
    return {"id": name, "type": "AirQualityObserved", "dateObserved": at.isoformat(), "pm2_5": reading}


def tell(stub: Stub, path: str, *entities: dict[str, object]) -> None:
    stub.bodies[path] = (json.dumps(entities).encode(), {"content-type": "application/ld+json"})


@pytest.fixture(scope="module")
def stub() -> Iterator[Stub]:
    with serving() as made:
        yield made


def stored(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as c:
        return [tuple(r) for r in c.execute(text(query))]


def eventually(true: object, seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)


def test_one_agency_s_bad_day_is_its_own(
    town: Path, stub: Stub, engine: Engine, repository_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    tell(stub, "/good", entity("a", 1, now), entity("b", 2, now))
    tell(stub, "/flood", *(entity(f"f{i}", i, now) for i in range(60)))
    paths = {"good": "/good", **{key: path for key, (path, _) in BAD.items()}}
    text_ = "".join(FEED.format(key=k, url=stub.url + p, private="true") for k, p in paths.items())
    town.write_text(town.read_text() + text_ + FEED.format(key="private", url=stub.url + "/good", private="false"))
    monkeypatch.setenv("IOC_CITY", str(town))
    monkeypatch.setenv("IOC_REPOSITORY_URL", repository_url)
    city, stopped = load_city(str(town)), threading.Event()

    def known() -> dict[str, FeedState]:
        return {s.source: s for s in states(engine)}

    with feeds_of(engine, city, read(file=town.parent / "none.toml")) as feeds:
        thread = threading.Thread(target=lead, args=(engine, Feeds(city, feeds, feeds), WorldClock(), stopped))
        thread.start()
        try:
            eventually(lambda: all(s.last for s in known().values()) and len(known()) == len(paths) + 1)
            eventually(lambda: known()["good"].succeeded_at)
            # one sensor goes, the other tells a future time, a wrong value, and then yesterday's: nobody's zero
            tell(stub, "/good", entity("b", float("nan"), now), entity("c", 3, now + 25 * HOUR), entity("d", 4, now))
            eventually(lambda: known()["good"].last.refused == 2)
            stub.bodies["/500"] = stub.bodies["/good"]
            eventually(lambda: known()["five-hundred"].failing_since is None)
        finally:
            stopped.set()
            thread.join(20)
    found = known()
    assert {k: why in (found[k].last.why or "") for k, (_, why) in BAD.items() if k != "five-hundred"} == dict.fromkeys(
        set(BAD) - {"five-hundred"}, True
    )
    assert "is a private address" in (found["private"].last.why or "")
    good = found["good"]
    assert good.succeeded_at and good.last.refused in (0, 2)
    rows = stored(engine, "select sensor_id, value from repository.observation where source = 'good' order by 1")
    assert rows == [("a", 1), ("b", 2), ("d", 4)]
    assert len(stored(engine, "select 1 from repository.observation where source = 'flood'")) <= 50
    reasons = stored(engine, "select reason from repository.rejected where source = 'good' order by 1")
    assert [("is more than a day ahead" in str(r[0]), "is not finite" in str(r[0])) for r in reasons].count(
        (True, False)
    ) == 1
    assert stub.asked["/pause"] == 1, "who asks for a pause gets it"
    assert stub.asked["/404"] < stub.asked["/good"], "who fails is asked less often"
