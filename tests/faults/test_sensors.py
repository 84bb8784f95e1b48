"""F17 and F19: one sensor of several vanishes; a day comes shuffled and in part again. The others are as they were."""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine

from tests.data_sources.engine.stub import Stub, serving
from tests.faults.conftest import Record
from tests.faults.rig import waited
from tests.faults.town import FEED, Town, city_file, entity, opened, tell

pytestmark = pytest.mark.browser
HOUR = timedelta(hours=1)
STALE = """
[stale_after]
pm10 = 10
"""
HELD = "select observed_at, value from repository.observation where sensor_id = 'gone' order by 1"
DAY = """select observed_at, metric, value, sensor_id from repository.observation where source = '{}' order by 1, 2"""


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving() as found:
        yield found


@pytest.fixture
def town(stub: Stub, engine: Engine, browser: Browser, tmp_path: Path) -> Iterator[Town]:
    for path in ("/air", "/ordered", "/mixed"):
        tell(stub, path)
    keys = ("air", "ordered", "mixed")
    feeds = "".join(FEED.format(key=k, url=f"{stub.url}/{k}", private="true", stale="1 h") for k in keys)
    file = city_file(tmp_path, feeds.replace("max_rows = 50", "max_rows = 500"), STALE)
    with opened(stub, file, engine, browser) as found:
        yield found


def cells(town: Town, panel: str, sensor: str) -> list[str]:
    """What the page shows of one sensor, but its age."""
    row = town.page.locator(f"#environment__{panel} tbody tr", has=town.page.get_by_text(sensor, exact=True))
    return [x.strip() for x in row.first.locator("th, td").all_inner_texts()[1:-1]] if row.count() else []


def breathe(town: Town, *stations: str) -> None:
    """These are in the answer, each with what it measures now and did in the two hours before."""
    now = datetime.now(UTC).replace(microsecond=0)
    tell(town.stub, "/air", *(entity(s, now - n * HOUR, pm10=40) for s in stations for n in range(3)))


def test_f17_a_sensor_that_vanishes_is_stale_and_nobodys_zero(town: Town, record: Record) -> None:
    def shown(*stations: str) -> dict[str, list[str]]:
        breathe(town, *stations)
        return {s: cells(town, "air", s) for s in ("here", "gone")}

    town.page.goto(town.url + "/environment?lang=en")
    whole = ["40", "Good", "–"]
    waited(lambda: shown("here", "gone") == {"here": whole, "gone": whole}, 40, why=lambda: str(shown("here", "gone")))
    left = time.monotonic()
    seen = waited(lambda: shown("here")["gone"] == ["40", "–", "–"], 25, left, lambda: str(shown("here")))
    held = town.stored(HELD)
    assert shown("here")["here"] == whole, "the other goes on"
    told = town.page.text_content('[data-indicator="pm10_24h"][data-place=""] [data-text="sources"]')
    assert told == "1 of 2 sensors"
    assert {value for _, value in held} == {40.0} and len(held) >= 3, "its history, and no zero in it"
    back = time.monotonic()
    recovered = waited(lambda: shown("here", "gone")["gone"] == whole, 15, back)
    lost = len({at for at, _ in held} - {at for at, _ in town.stored(HELD)})
    record("F17", seen=seen, recovered=recovered, lost=lost)
    assert lost == 0


def test_f19_a_day_shuffled_and_repeated_is_the_same_picture(town: Town, record: Record) -> None:
    now, chance = datetime.now(UTC).replace(microsecond=0), random.Random(19)
    moments = [now - n * HOUR - HOUR / 2 for n in range(23, -1, -1)]
    levels = [1 + n / 10 for n in range(24)]
    told = lambda name: [entity(name, m, rain=2, water_level=v) for m, v in zip(moments, levels, strict=True)]  # noqa: E731
    tell(town.stub, "/ordered", *told("ordered"))
    began, day = time.monotonic(), told("mixed")
    batches = [chance.sample(day, 12), chance.choices(day, k=20), chance.sample(day, 24), day[:3]]
    for batch in batches:  # the oldest come last, once more
        asked = town.stub.asked["/mixed"]
        tell(town.stub, "/mixed", *batch)
        waited(lambda: town.stub.asked["/mixed"] > asked + 1, 20)  # noqa: B023
    town.page.goto(town.url + "/environment?lang=en")
    shown = lambda: {(p, s): cells(town, p, s) for p in ("rain", "rivers") for s in ("ordered", "mixed")}  # noqa: E731

    def same() -> bool:
        found = shown()
        rain, rivers = ([found[p, s] for s in ("ordered", "mixed")] for p in ("rain", "rivers"))
        return (
            rain[0] == rain[1] and rain[0][1:] == ["2.0", "48.0"] and rivers[0] == rivers[1] and rivers[0][0] == "3.30"
        )

    seen = waited(same, 20, began, lambda: str(shown()))
    rows = [[r[:3] for r in town.stored(DAY.format(s))] for s in ("ordered", "mixed")]
    assert len(rows[0]) == 48 and rows[0] == rows[1], "row by row"
    record("F19", seen=seen, recovered=seen, lost=0, rows=len(rows[1]))
