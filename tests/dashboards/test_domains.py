"""What the domains' pages count is what the indicators count."""

import numpy as np
import orjson
import pytest

from city.snapshot import Snapshot
from dashboards.environment import PAGE as ENVIRONMENT
from dashboards.feedback import PAGE as FEEDBACK
from dashboards.kit import backlog, calm, order, panels, stations
from dashboards.kit.charts import Bar, bars
from dashboards.kit.contract import View
from dashboards.kit.language import languages
from dashboards.kit.panels import as_json
from tests.dashboards import scenes

SCENES = {name: make() for name, make in scenes.ALL.items() if name != "empty"}
ZONE = scenes.HUE.zone
ENGLISH = languages(ZONE)["en"]
SEEN = pytest.mark.parametrize("snapshot", SCENES.values(), ids=SCENES)


def value(snapshot: Snapshot, code: str) -> float:
    found = snapshot.number(code, snapshot.places.city).value
    assert found is not None
    return found


@SEEN
def test_every_break_down_of_the_backlog_sums_to_what_is_open_and_overdue(snapshot: Snapshot) -> None:
    scene = snapshot.scene
    whole = (value(snapshot, "feedback_open"), value(snapshot, "feedback_overdue"))
    ages = backlog.ages(scene)
    assert (sum(n for n, _ in ages), sum(late for _, late in ages)) == whole
    for held in (backlog.by_word(scene, "agency"), backlog.by_word(scene, "category"), backlog.by_place(scene)):
        assert (sum(h.open for h in held), sum(h.overdue for h in held)) == whole
        assert [h.open for h in held] == sorted((h.open for h in held), reverse=True)


@SEEN
def test_a_week_of_days_flows_as_the_indicators_say_but_for_the_hours_around_it(snapshot: Snapshot) -> None:
    found = backlog.flow(snapshot.scene, ZONE, 8)
    for column, code in ((1, "feedback_received_7d"), (2, "feedback_closed_7d")):
        assert sum(d[column] for d in found[:7]) <= value(snapshot, code) <= sum(d[column] for d in found)


@SEEN
def test_categories_of_the_week_sum_to_what_was_received(snapshot: Snapshot) -> None:
    assert sum(n for _, n, _ in backlog.rising(snapshot.scene)) == value(snapshot, "feedback_received_7d")


@SEEN
def test_the_oldest_ticket_is_the_first_and_none_is_younger_than_the_next(snapshot: Snapshot) -> None:
    old = [t.days for t in backlog.oldest(snapshot.scene, 10)]
    assert len(old) == 10 and old == sorted(old, reverse=True)
    assert old[0] >= value(snapshot, "feedback_age_p90")


@SEEN
def test_open_incidents_are_all_on_the_grid_and_severe_ones_in_its_first_rows(snapshot: Snapshot) -> None:
    grid = order.grid(snapshot.scene)
    assert grid.sum() == value(snapshot, "incidents_open")
    assert grid[:2].sum() == value(snapshot, "incidents_severe_open")
    assert sum(still for *_, still in order.places(snapshot.scene)) == value(snapshot, "incidents_open")
    assert sum(new for _, new, _ in order.places(snapshot.scene)) == value(snapshot, "incidents_24h")


@SEEN
def test_hot_hours_hold_at_least_the_week(snapshot: Snapshot) -> None:
    grid = order.week(snapshot.scene, ZONE)
    assert grid.shape == (7, 24) and grid.sum() >= value(snapshot, "incidents_7d")


def test_the_worst_station_is_the_citys_value() -> None:
    for snapshot in (SCENES["calm"], SCENES["flooded"]):
        scene = snapshot.scene
        assert stations.rain(scene)[0].values[1] == pytest.approx(value(snapshot, "rain_24h"))
        assert stations.rivers(scene)[0].values[0] == pytest.approx(value(snapshot, "river_level"))


def test_bands_are_the_decisions() -> None:
    ends = [0, 50, 51, 100, 101, 150, 151, 200, 201, 300, 301, 500]
    assert [stations.band(float(n)) for n in ends] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
    assert stations.band(np.nan) == 0


def test_a_page_names_tickets_by_number_and_nobody_by_name() -> None:
    snapshot = SCENES["flooded"]
    text = b"".join(panels.drawn(FEEDBACK, View(snapshot, 41, ENGLISH)).components.values())
    first = backlog.oldest(snapshot.scene, 1)[0]
    assert first.number.encode() in text
    assert b"latitude" not in text and b"summary" not in text


def test_a_calm_panel_is_one_line_that_says_what_was_last() -> None:
    snapshot = SCENES["calm"]
    view, at = View(snapshot, snapshot.places.city, ENGLISH), snapshot.scene.at
    events = snapshot.tables["event"]
    over = np.flatnonzero(events["closed_at"] <= at)
    assert len(over) and (snapshot.tables.metric("rain").value > 0).any()
    last = over[np.argmax(events["closed_at"][over])]
    said = as_json(calm.of_events(view, "All well", over)).decode()
    assert "All well" in said and str(events["category"][last]) in said and "chart-none" in said
    assert "last one" in as_json(calm.of_readings(view, "All well", "rain")).decode()
    assert "last one" not in as_json(calm.of_events(view, "All well", over[:0])).decode()
    assert "last one" not in as_json(calm.of_readings(view, "All well", "no_such_metric")).decode()


def test_who_hears_a_bar_is_told_its_level() -> None:
    drawn = as_json(bars("c", ("a", "b"), [Bar("x", 0.5, "5", level="alarm"), Bar("y", 0.1, "1")], ENGLISH)).decode()
    assert drawn.count('"className":"heard"') == 1 and '"Alarm "' in drawn
    with pytest.raises(TypeError, match="language"):
        bars("c", ("a", "b"), [Bar("x", 0.5, "5", level="watch")])


def test_every_chart_says_its_moment() -> None:
    for page in (FEEDBACK, ENVIRONMENT):
        drawn = panels.drawn(page, View(SCENES["flooded"], 41, ENGLISH)).components
        charts = [d for key, d in drawn.items() if not key.endswith("__beside")]
        assert charts and all("Oct 27, 2025" in orjson.loads(d).__repr__() for d in charts)
