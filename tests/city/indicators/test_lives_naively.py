"""Every indicator of tickets and incidents beside plain loops over the same rows, for any small city."""

from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from city.city import picture
from city.indicators import registry
from tests.city import naive
from tests.city.makers import NOON, TOWN, batch, place

POPULATION = {"a": 1000.0, "b": 250.0, "c": None}
PLACES = [place(c, population=p) for c, p in POPULATION.items()]
COUNTS = {i.code for i in registry().values() if i.rollup == "sum" and i.domain in ("feedback", "public_order")}

# moments that stand at, just before and just after the edges of windows, and anywhere between
EDGES = [timedelta(0), *(timedelta(days=d) for d in (1, 7, 30)), timedelta(minutes=15), timedelta(hours=5)]
offsets = st.one_of(
    st.builds(lambda e, us: e + timedelta(microseconds=us), st.sampled_from(EDGES), st.integers(-1, 1)),
    st.timedeltas(timedelta(days=-3), timedelta(days=44)),
)
moments = st.builds(lambda o: NOON - o, offsets)
maybe = st.one_of(st.none(), moments)
where = st.sampled_from(["a", "b", "c", "nowhere", None])
tickets = st.fixed_dictionaries(
    {
        "place_code": where,
        "received_at": moments,
        "closed_at": maybe,
        "due_at": maybe,
        "extended_to": maybe,
        "first_response_at": maybe,
        "rating": st.one_of(st.none(), st.integers(1, 5)),
        "status": st.sampled_from(["received", "closed", "rejected", "reopened", None]),
        "duplicate_of": st.sampled_from([None, None, None, "x"]),
    }
)
categories = st.sampled_from(
    ["fire", "fire_alarm", "firework", "rescue", "rescue: water", "crime", "crime/theft", "crimea", "noise", None]
)
events = st.fixed_dictionaries(
    {
        "place_code": where,
        "domain": st.sampled_from(["public_order", "public_order", "traffic"]),
        "opened_at": moments,
        "acknowledged_at": maybe,
        "arrived_at": maybe,
        "closed_at": maybe,
        "severity": st.one_of(st.none(), st.integers(1, 5)),
        "category": categories,
    }
)


def numbered(rows, key):
    return [{**r, key: str(i)} for i, r in enumerate(rows)]


def pictured(feedback=(), event=(), at=NOON):
    rows = {"feedback": numbered(feedback, "feedback_id"), "event": numbered(event, "event_id")}
    return picture(TOWN, batch(whole=True, place=PLACES, **rows), at)


@settings(max_examples=150, deadline=None)
@given(st.lists(tickets, max_size=14))
def test_tickets_agree_with_plain_loops(rows):
    naive.compare(pictured(feedback=rows), naive.feedback(rows, POPULATION, NOON, TOWN.zone))


@settings(max_examples=100, deadline=None)
@given(st.lists(events, max_size=14))
def test_incidents_agree_with_plain_loops(rows):
    naive.compare(pictured(event=rows), naive.public_order(rows, POPULATION, NOON))


@settings(max_examples=40, deadline=None)
@given(st.lists(tickets, max_size=10), st.lists(events, max_size=10))
def test_places_and_unlocated_add_up_to_the_city_in_every_count(feedback, event):
    shot = pictured(feedback, event)
    assert len(COUNTS) > 10
    for code in COUNTS:
        values = shot.outcome(code).values
        assert np.array_equal(values[:-1].sum(), values[-1], equal_nan=True), code


@settings(max_examples=40, deadline=None)
@given(st.lists(tickets, min_size=1, max_size=8), st.lists(events, min_size=1, max_size=8), st.data())
def test_the_order_of_rows_does_not_matter(feedback, event, data):
    one = pictured(feedback, event)
    other = pictured(data.draw(st.permutations(feedback)), data.draw(st.permutations(event)))
    for code, indicator in registry().items():
        if indicator.domain in ("feedback", "public_order"):
            np.testing.assert_allclose(one.outcome(code).values, other.outcome(code).values, rtol=1e-12, err_msg=code)


@settings(max_examples=30, deadline=None)
@given(st.lists(tickets, min_size=1, max_size=8), st.timedeltas(timedelta(0), timedelta(days=20)))
def test_a_moment_before_is_what_it_was_then_where_no_status_says_otherwise(rows, back):
    """What happens later changes nothing earlier: the same picture without the later happenings."""
    at = NOON - back
    times = ("closed_at", "first_response_at")
    then = [{**r, **{t: r[t] if r[t] and r[t] <= at else None for t in times}} for r in rows if r["received_at"] <= at]
    one, other = pictured(rows, at=at), pictured(then, at=at)
    for code, indicator in registry().items():
        if indicator.domain == "feedback":
            np.testing.assert_array_equal(one.outcome(code).values, other.outcome(code).values, err_msg=code)
