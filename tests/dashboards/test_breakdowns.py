"""What the pages of services, health and traffic break down is what the indicators count."""

from datetime import timedelta

import numpy as np
import pytest

from city.city import picture
from city.indicators import registry
from city.level import LEVELS
from dashboards.kit import backlog, casework, corridors, wards
from dashboards.kit.contract import View
from dashboards.kit.language import languages
from dashboards.kit.tile import record
from tests.city.makers import NOON, TOWN, ago, batch, place, reading
from tests.city.test_indicator import shot

SHOTS = [shot(seed) for seed in (5, 6)]
ENGLISH = languages(TOWN.zone)["en"]


def value(snapshot, code, slot=None):
    return snapshot.number(code, snapshot.places.city if slot is None else slot).value


@pytest.mark.parametrize("column", ["field", "agency", "channel", "place"])
def test_cases_by_anything_sum_to_the_citys(column):
    for s in SHOTS:
        found = casework.by(s.scene, column)
        assert sum(w.open for w in found) == value(s, "cases_open") == sum(casework.left(s.scene))
        assert sum(w.overdue for w in found) == value(s, "cases_overdue") == sum(casework.left(s.scene)[:2])
        good, whole = sum(w.kept.good for w in found), sum(w.kept.all for w in found)
        assert 100 * good / whole == pytest.approx(value(s, "cases_on_time_rate_30d"))
        taken = sum(w.submitted for w in found)
        assert 100 * sum(w.online for w in found) / taken == pytest.approx(value(s, "online_submission_rate_30d"))
        assert 100 * sum(w.reused for w in found) / taken == pytest.approx(value(s, "data_reuse_rate_30d"))


def test_each_place_of_cases_is_its_indicators():
    for s in SHOTS:
        for w in casework.by(s.scene, "place"):
            assert w.open == value(s, "cases_open", w.slot)
            assert w.kept.rate == pytest.approx(value(s, "cases_on_time_rate_30d", w.slot))


@pytest.mark.parametrize("deadline", ["deadline", "deadline_extended"])
def test_promises_by_anything_sum_to_the_rate(deadline):
    code = "feedback_on_time_rate_30d" if deadline == "deadline" else "feedback_on_time_extended_rate_30d"
    for s in SHOTS:
        for column in ("", "agency", "category", "channel", "place"):
            found = backlog.kept(s.scene, deadline, column).values()
            good, whole = sum(k.good for k in found), sum(k.all for k in found)
            assert 100 * good / whole == pytest.approx(value(s, code))


def test_what_the_pages_of_places_count_sums_to_what_the_overview_counts():
    counts = [i for i in registry().values() if i.unit == "count" and i.rollup == "sum" and i.made_of]
    assert len(counts) > 12
    for s in SHOTS:
        slots = range(s.places.slots)
        for i in counts:
            *parts, whole = (record(s.number(i.code, n), View(s, n, ENGLISH))["value"] for n in slots)
            assert sum(v or 0 for v in parts) == whole, i.code


def beds():
    said = {"h1": (90, 100), "h2": (10, 40), "h3": (5, None)}
    out = []
    for name, (occupied, staffed) in said.items():
        out.append(reading(name, "beds_occupied", ago(hours=1), occupied, place_code="a"))
        if staffed:
            out.append(reading(name, "beds_available", ago(hours=2), staffed, place_code="a"))
    out.append(reading("h2", "ed_wait_minutes", ago(hours=20), 33, place_code="a"))
    sick = [(1, 9)] + [(7 * w + 1, 2) for w in range(1, 5)]
    out += [reading("s", "cases_dengue", ago(days=d), n, place_code="b") for d, n in sick]
    return picture(TOWN, batch(whole=True, place=[place("a"), place("b")], observation=out), NOON)


def test_facilities_stand_by_how_full_they_are_and_the_unknown_last():
    found = wards.facilities(beds().scene)
    assert [f.key[1] for f in found if not np.isnan(f.full)] == ["h1", "h2"]
    assert (found[0].full, found[0].free, found[1].free, found[1].wait) == (90, 10, 30, 33)
    assert np.isnan(found[0].icu_free) and np.isnan(found[2].full)


def test_a_disease_rises_where_it_does():
    found = [r for r in wards.rises(beds().scene) if r.slot == 1]
    assert [(r.disease, r.cases, r.usual, r.unusual) for r in found] == [("dengue", 9, 2, True)]
    assert not [r for r in wards.rises(beds().scene) if r.slot == 0]  # nobody ever told of any


def drive(now=20.0):
    """A road of 60 km/h, 40 at this hour of this weekday; its sensor stands in the middle of a."""
    sensors = [{"sensor_id": "r", "latitude": 16.0, "longitude": 107.0, "attributes": {"free_flow_speed": 60}}]
    weeks = [
        reading("r", "speed", NOON - timedelta(days=7 * w, minutes=m), 40, place_code="a")
        for w in (1, 2, 3)
        for m in (-9, 9)
    ]
    other = [reading("r", "speed", NOON - timedelta(days=d), 10, place_code="a") for d in (2, 3, 9)]
    last = [reading("r", "speed", ago(minutes=4), now, place_code="a")]
    here = {"latitude": 16.01, "longitude": 107.0, "domain": "traffic", "opened_at": ago(hours=1), "severity": 2}
    events = [
        {**here, "event_id": "1", "category": "crash"},
        {**here, "event_id": "2", "category": "crash", "latitude": 16.5, "severity": 1},
        {**here, "event_id": "3", "category": "crash", "closed_at": ago(minutes=1)},
    ]
    rows = batch(whole=True, place=[place("a")], sensor=sensors, observation=[*weeks, *other, *last], event=events)
    return picture(TOWN, rows, NOON)


def test_a_road_is_held_against_its_own_hour_of_the_week():
    (road,) = corridors.roads(drive().scene)
    assert (road.speed, road.free, road.usual) == (20, 60, 40)
    assert (road.index, road.usual_index, road.slower) == (3, 1.5, 2)
    assert corridors.roads(drive(0.0).scene)[0].index == np.inf


def test_the_city_index_is_the_roads():
    assert corridors.roads(drive().scene)[0].index == value(drive(), "travel_time_index")
    assert LEVELS[drive().number("travel_time_index", 0).level] == "alarm"


def test_an_incident_names_the_road_beside_it_and_no_other():
    far, near = corridors.blocks(drive().scene)  # the severest first
    assert near.road is not None and near.road.key[1] == "r" and near.minutes == 60
    assert far.road is None and len(corridors.blocks(drive().scene)) == value(drive(), "traffic_incidents_open")


def test_today_stands_beside_the_same_weekday():
    found = corridors.day(drive().scene, TOWN.zone)
    hour = (NOON + timedelta(hours=7)).hour
    assert found[0, hour - 1] == 3 or found[0, hour] == 3
    assert np.nanmax(found[1]) == 1.5  # other weekdays do not count
