"""Nothing stale ever looks live: the feed dies, and every tile, map layer, panel, notice and API row is looked at."""

import random
import re
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from city import answer
from city.city import picture
from city.feed_state import dead
from city.indicators import registry
from city.snapshot import Snapshot
from dashboards.kit import panels
from dashboards.kit.contract import Page, View
from dashboards.kit.discover import discover
from dashboards.kit.language import languages
from dashboards.kit.tile import record
from tests.city.makers import batch, reading
from tests.dashboards import scenes
from tests.dashboards.scenes import EVENING, HUE
from tests.dashboards.test_sources import card

ENGLISH = languages(HUE.zone)["en"]
PAGES = discover()
OLD = ("Stale", "No data", "unknown")
WARD = "19753"
LIVE = re.compile(r'"data-level":"(ok|watch|warning|alarm)"|swatch aqi-\d')
FEEDS = "sources__feeds"
"""Its levels are the feeds' own: that one is down is of now."""


def more() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A jammed road and a crowded hospital, on the map: sensors and readings."""
    here = {"latitude": 16.46, "longitude": 107.59, "place_code": WARD}
    road = {"sensor_id": "road", **here, "attributes": {"free_flow_speed": 60}}
    weeks = [reading("road", "speed", EVENING - timedelta(days=7 * w), 40, place_code=WARD) for w in (1, 2, 3)]
    now = EVENING - timedelta(minutes=2)
    told = {"speed": ("road", 12.0), "beds_occupied": ("ward", 95.0), "beds_available": ("ward", 100.0)}
    last = [reading(sensor, metric, now, value, place_code=WARD) for metric, (sensor, value) in told.items()]
    return [road, {"sensor_id": "ward", **here}], [*weeks, *last]


@cache
def city(minutes_silent: int) -> Snapshot:
    """Everything of one source, whose feed succeeded so long ago; it may be silent for two minutes."""
    sensors, readings = more()
    chance, wards = random.Random(7), scenes.places()
    heard = EVENING - timedelta(minutes=minutes_silent)
    case = {"case_id": "c", "field": "land", "agency": "x", "place_code": WARD, "status": "received"}
    rows = batch(
        whole=True,
        place=wards,
        sensor=[*scenes._sensors(), *sensors],
        observation=[*scenes._observations(EVENING, True, chance), *readings],
        event=[scenes._event(i, EVENING, True, chance, chance.choice(wards)) for i in range(200)],
        feedback=[scenes._ticket(i, EVENING, chance, chance.choice(wards)) for i in range(200)],
        administrative_case=[{**case, "submitted_at": EVENING - timedelta(days=2), "due_at": EVENING}],
        feed=[card("test", succeeded_at=heard, run_at=heard)],
    )
    return picture(HUE, rows, EVENING)


def view(page: Page, seen: Snapshot, **choice: str) -> View:
    slot = seen.places.slot(WARD) if "{place}" in page.route else seen.places.city
    assert slot is not None
    return View(seen, slot, ENGLISH, choice)


def live_texts(page: Page, seen: Snapshot) -> list[str]:
    """What the layers of the page's maps say without saying that it is old."""
    drawn = [panels.drawn(page, view(page, seen, **c)).figures for c in ({}, {"show": "rain_24h"})]
    traces = [(name, t) for figures in drawn for name, f in figures.items() for t in f["data"] if t.get("text")]
    return [f"{name} {t['name']}: {x}" for name, t in traces for x in t["text"] if not any(w in x for w in OLD)]


def live_parts(page: Page, seen: Snapshot) -> list[str]:
    """Panels that show a level or a band."""
    parts = panels.drawn(page, view(page, seen)).components
    return [key for key, part in parts.items() if key != FEEDS and LIVE.search(part.decode())]


def test_it_is_looked_for_where_there_is_something() -> None:
    """While the feed lives, what the walk looks for is everywhere."""
    seen = city(1)
    assert not dead(seen.scene)
    found = {key: (live_texts(page, seen), live_parts(page, seen)) for key, page in PAGES.items()}
    maps = {"overview", "traffic", "health", "place", "indicators"}
    assert maps <= {key for key, (texts, _) in found.items() if texts}
    layers = {t.split(":")[0] for texts, _ in found.values() for t in texts}
    assert {"overview__map incident cores", "overview__map sensors", "overview__map places"} <= layers
    parts = {part for _, parts in found.values() for part in parts}
    assert {"environment__rivers", "environment__air", "public_order__response", "overview__attention"} <= parts
    assert sum(r["freshness"] == "fresh" for r in answer.indicators(seen)["indicators"]) > 500


@pytest.mark.parametrize("key", PAGES)
def test_no_layer_and_no_panel_of_a_page_shows_what_a_dead_feed_said_as_if_it_were_so(key: str) -> None:
    seen = city(3)
    assert dead(seen.scene) == {"test"}
    assert live_texts(PAGES[key], seen) == []
    assert live_parts(PAGES[key], seen) == []


def test_no_tile_and_no_row_for_programs_keeps_a_level_when_the_feed_is_dead() -> None:
    seen = city(3)
    rows = answer.indicators(seen)["indicators"]
    assert len(rows) == len(registry()) * seen.places.slots
    assert {(r["freshness"], r["level"]) for r in rows} == {("stale", "unknown"), ("missing", "unknown")}
    for code in registry():
        for slot in range(seen.places.slots):
            tile = record(seen.number(code, slot), View(seen, slot, ENGLISH))
            assert tile["level"] == "unknown" and tile["freshness"] != "fresh", (code, slot)
