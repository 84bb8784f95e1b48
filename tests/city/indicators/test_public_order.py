"""What the definitions say at their edges, one incident at a time."""

from datetime import timedelta

import pytest

from city.city import picture
from city.level import LEVELS
from tests.city.makers import NOON, TOWN, ago, batch, place

MOMENT = timedelta(microseconds=1)
PLACES = [place("a", population=50_000.0), place("b", population=150_000.0), place("c", population=0.0)]


def shown(*events, places=PLACES, at=NOON):
    common = {"domain": "public_order", "opened_at": ago(hours=1), "place_code": "a"}
    rows = [{"event_id": str(i), **common, **e} for i, e in enumerate(events)]
    return picture(TOWN, batch(whole=True, place=places, event=rows), at)


def value(code, *events, slot="a", **more):
    shot = shown(*events, **more)
    return shot.number(code, shot.places.slot(slot)).value


def test_only_public_order_counts_and_any_event_makes_zero_known():
    assert value("incidents_open", {"domain": "traffic"}) == 0
    assert value("incidents_open") is None
    assert value("incidents_open", {"opened_at": NOON + MOMENT}) is None
    assert value("incidents_open", {}, {"closed_at": NOON}, {"closed_at": NOON + MOMENT}, {"status": "closed"}) == 3


def test_severe_is_one_or_two():
    assert value("incidents_severe_open", *({"severity": s} for s in (1, 2, 3, 5, None))) == 2
    levels = shown(*({"severity": 1} for _ in range(3))).outcome("incidents_severe_open").levels
    assert [LEVELS[i] for i in levels] == ["warning", "ok", "ok", "ok", "warning"]


def test_windows_are_open_at_their_start_and_closed_at_the_moment():
    edges = [{"opened_at": t} for t in (NOON, ago(days=1) + MOMENT, ago(days=1), ago(days=7) + MOMENT, ago(days=7))]
    assert (value("incidents_24h", *edges), value("incidents_7d", *edges)) == (2, 4)


def test_a_response_counts_when_help_arrived():
    events = [{"opened_at": ago(days=1, minutes=m), "arrived_at": ago(days=1, minutes=-1)} for m in (4, 6, 8)]
    events += [{"opened_at": ago(days=1, minutes=9), "arrived_at": ago(days=1)}, {"arrived_at": NOON + MOMENT}, {}]
    assert value("response_p50_24h", *events) == 7
    assert value("response_p90_24h", *events) == pytest.approx(8.6)
    assert value("dispatch_p50_24h", *events) is None
    assert shown(*events).number("response_p50_24h", 0).volume == 3


def test_dispatch_is_until_the_acknowledgement():
    assert value("dispatch_p50_24h", {"opened_at": ago(minutes=9), "acknowledged_at": ago(minutes=7.5)}) == 1.5


def test_fires_are_the_category_and_its_group():
    events = [{"category": c} for c in ("fire", "fire_alarm", "fireworks", "Fire", None)]
    assert value("fires_24h", *events, {"category": "fire", "opened_at": ago(days=1)}) == 2


def rescued(*ages):
    found = shown(*({"category": "rescue", "opened_at": ago(minutes=m)} for m in ages), {"place_code": "b"})
    return [LEVELS[i] for i in found.outcome("rescues_open").levels]


def test_any_open_rescue_is_a_warning_and_an_old_one_an_alarm():
    assert rescued() == ["ok", "ok", "ok", "ok", "ok"]
    assert rescued(1, 15) == ["warning", "ok", "ok", "ok", "warning"]
    assert rescued(1, 15.1) == ["alarm", "ok", "ok", "ok", "alarm"]


def test_crime_is_per_hundred_thousand_residents():
    crimes = [
        {"category": "crime_theft"},
        {"category": "crime", "place_code": "b"},
        {"category": "crime", "place_code": None},
    ]
    assert [value("crime_per_100k_30d", *crimes, slot=s) for s in ("a", "b")] == [2, pytest.approx(2 / 3)]
    assert value("crime_per_100k_30d", *crimes, slot=None) == 1.5
    assert value("crime_per_100k_30d", *crimes, slot="unlocated") is None
    assert value("crime_per_100k_30d", {"category": "noise"}) == 0


def test_without_a_population_there_is_no_rate():
    assert value("crime_per_100k_30d", {"category": "crime"}, slot="c") is None
    unknown = [*PLACES, place("d")]
    assert value("crime_per_100k_30d", {"category": "crime"}, slot="d", places=unknown) is None
    assert value("crime_per_100k_30d", {"category": "crime"}, slot=None, places=unknown) is None


def test_many_more_than_in_the_same_hours_of_four_weeks_is_watched():
    first = {"opened_at": ago(days=60)}
    assert LEVELS[shown(first, *[{}] * 5).outcome("incidents_24h").levels[0]] == "watch"
    weekly = [{"opened_at": ago(days=7 * w, hours=1)} for w in (1, 2, 3, 4) for _ in range(5)]
    assert LEVELS[shown(first, *weekly, *[{}] * 5).outcome("incidents_24h").levels[0]] == "ok"
