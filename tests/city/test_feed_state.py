"""A feed that stops takes every number with it that depends on it, by the clock alone."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.answer import indicators
from city.city import picture
from city.feed_state import dead, next_death, standings
from city.freshness import FRESHNESS, lived, sensed
from city.indicators import registry
from city.metrics import METRICS
from city.scene import instant
from tests.city.makers import NOON, TOWN, ago, batch, place, reading

MINUTE = timedelta(minutes=1)


def feed(source="test", **more):
    said = {"source": source, "every": 60.0, "stale_after": 120.0, "declared_at": ago(days=9), "outcome": "ok"}
    last = {"run_at": more.get("succeeded_at"), "rows_read": 1}
    return {**said, **last, **more}


def seen(*feeds, at=NOON, hours=(), **tables):
    rows = {"place": [place("a"), place("b")], "feed": feeds, "feed_hour": hours, **tables}
    return picture(TOWN, batch(whole=True, **rows), at)


def state(*feeds, at=NOON, hours=()):
    return {f.source: f.state for f in standings(seen(*feeds, at=at, hours=hours).scene)}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"succeeded_at": ago(seconds=120)}, "ok"),
        ({"succeeded_at": ago(seconds=121)}, "dead"),
        ({"succeeded_at": ago(seconds=90), "run_at": ago(seconds=9), "failing_since": ago(seconds=30)}, "failing"),
        ({"succeeded_at": ago(days=1), "run_at": ago(seconds=9), "failing_since": ago(hours=23)}, "dead"),
        ({"declared_at": ago(seconds=100)}, "waiting"),
        ({"declared_at": ago(seconds=121)}, "dead"),
        ({"declared_at": ago(seconds=100), "run_at": ago(seconds=9), "failing_since": ago(seconds=9)}, "failing"),
        ({"succeeded_at": ago(days=1), "withdrawn_at": ago(minutes=1)}, "withdrawn"),
        ({"succeeded_at": ago(days=1), "stale_after": 2 * 86_400.0}, "ok"),
        ({"succeeded_at": ago(days=1), "stale_after": None}, "ok"),  # nobody said how often it comes
        ({"succeeded_at": ago(days=1), "stale_after": float("inf")}, "ok"),
        ({"succeeded_at": ago(seconds=-5)}, "ok"),
    ],
)
def test_a_feed_is_what_its_last_success_says(said, told):
    assert state(feed(**said)) == {"test": told}


def test_a_feed_declared_later_was_not_there():
    assert state(feed(declared_at=ago(minutes=-1))) == {}


def test_a_past_moment_is_told_by_the_hours_and_what_came_since_makes_nothing_stale():
    later = feed(succeeded_at=ago(days=-2), run_at=ago(days=-2))
    hours = [
        {"hour_at": ago(hours=3), "succeeded_at": ago(hours=2, minutes=5), "runs": 9, "failed": 1},
        {"hour_at": ago(hours=2), "runs": 5, "failed": 5},
        {"hour_at": ago(hours=-1), "succeeded_at": ago(hours=-2), "runs": 5, "failed": 0},
    ]
    (found,) = standings(seen(later, hours=hours).scene)
    assert (found.succeeded_at, found.last) == (instant(ago(hours=2, minutes=5)), False)
    assert dead(seen(later, hours=hours).scene) == frozenset()


@given(st.integers(0, 10_000), st.integers(1, 5_000), st.integers(-100, 3_000))
def test_dead_is_for_ever_older_than_its_limit_and_never_before(success, limit, wait):
    now = ago(seconds=success) + timedelta(seconds=limit + wait)
    one = feed(succeeded_at=ago(seconds=success), stale_after=float(limit))
    assert (dead(seen(one, at=now).scene) == {"test"}) == (wait > 0)


def test_the_next_death_is_when_the_first_limit_ends():
    feeds = [
        feed("a", succeeded_at=ago(seconds=70)),
        feed("b", succeeded_at=ago(seconds=119)),
        feed("dead", succeeded_at=ago(seconds=130)),
        feed("gone", succeeded_at=ago(seconds=119.5), withdrawn_at=ago(seconds=1)),
    ]
    assert next_death(seen(*feeds).scene) == np.timedelta64(1, "s")
    assert next_death(seen(feeds[2]).scene) is None
    assert next_death(seen().scene) is None


RAIN = [
    reading("x", "rain", ago(minutes=1), 1.0, place_code="a", source="alive"),
    reading("y", "rain", ago(minutes=1), 1.0, place_code="b", source="gone"),
]
FEEDS = [feed("alive", succeeded_at=ago(minutes=1)), feed("gone", succeeded_at=ago(minutes=3))]


def test_sensors_of_a_dead_feed_are_not_fresh_however_new_their_readings():
    found = sensed(seen(*FEEDS, observation=RAIN).scene, ("rain",))
    assert [FRESHNESS[s] for s in found.state] == ["fresh", "stale", "missing", "stale"]
    assert (found.fresh.tolist(), found.expected.tolist()) == ([1, 0, 0, 1], [1, 1, 0, 2])


def test_rows_of_a_dead_feed_make_their_table_stale():
    rows = [
        {"source": s, "feedback_id": s, "received_at": ago(minutes=1), "place_code": "a", "status": "received"}
        for s in ("alive", "gone")
    ]
    found = lived(seen(*FEEDS, feedback=rows).scene, "feedback")
    assert {FRESHNESS[s] for s in found.state} == {"stale"}
    assert (found.fresh[0], found.expected[0]) == (1, 2)


def test_sources_without_a_feed_are_judged_by_their_own_age():
    found = sensed(seen(observation=RAIN).scene, ("rain",))
    assert [FRESHNESS[s] for s in found.state] == ["fresh", "fresh", "missing", "fresh"]


EVERYTHING = {
    "observation": [reading(m, m, ago(minutes=1), 2.0, place_code="a", source="gone") for m in METRICS],
    "event": [
        {"source": "gone", "event_id": d, "domain": d, "category": "fire", "opened_at": ago(minutes=9)}
        for d in ("public_order", "traffic", "health")
    ],
    "feedback": [{"source": "gone", "feedback_id": "1", "received_at": ago(minutes=9), "status": "received"}],
    "administrative_case": [{"source": "gone", "case_id": "1", "submitted_at": ago(minutes=9)}],
}  # fmt: skip


def test_every_number_of_the_frame_goes_stale_with_its_feed_and_keeps_its_value():
    """Walks every indicator at every place, as the API gives it: within the limit none is stale, past it all are."""
    said = {"run_at": ago(minutes=1), "shared": True, "licence": "CC0"}
    alive = indicators(seen(feed("gone", succeeded_at=ago(minutes=1), **said), **EVERYTHING))["indicators"]
    after = indicators(seen(feed("gone", succeeded_at=ago(minutes=3), **said), **EVERYTHING))["indicators"]
    told = [n for n in alive if n["freshness"] != "missing"]
    assert {n["code"] for n in told} == set(registry())
    assert {n["freshness"] for n in told} == {"fresh"}
    for before, now in zip(alive, after, strict=True):
        same = ("code", "place", "value", "observed_at", "sources_expected")
        if before["code"] not in ("data_live",):
            assert [now[k] for k in same] == [before[k] for k in same]
        if before["freshness"] == "fresh":
            assert (now["freshness"], now["level"], now["sources_fresh"]) == ("stale", "unknown", 0)
    assert np.isfinite([n["value"] for n in after if n["code"] == "average_speed" and n["place"] is None]).all()
