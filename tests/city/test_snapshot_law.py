"""A picture grown by increments equals one built afresh: for any split of any rows, corrections included."""

from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from city.batch import Batch
from city.city import City, picture
from city.indicators import registry
from tests.city.makers import NOON, TOWN, ago, batch, place, reading

PLACES = [place("a", population=1000.0), place("b", population=500.0)]
places = st.sampled_from(["a", "b", "nowhere", None])
minutes = st.integers(-60, 60 * 24 * 40)
maybe = st.one_of(st.none(), minutes)


def at(m):
    return None if m is None else ago(minutes=m)


tickets = st.builds(
    lambda i, p, r, c, d, e, f, s, x, u: {
        "feedback_id": i, "place_code": p, "received_at": at(r), "closed_at": at(c), "due_at": at(d),
        "extended_to": at(e), "first_response_at": at(f), "status": s, "rating": x, "duplicate_of": u,
    },
    st.sampled_from("12345"), places, minutes, maybe, maybe, maybe, maybe,
    st.sampled_from(["received", "closed", "rejected"]), st.one_of(st.none(), st.integers(1, 5)),
    st.sampled_from([None, None, None, "1"]),
)  # fmt: skip
events = st.builds(
    lambda i, p, o, k, v, c, s, g, w, h: {
        "event_id": i, "domain": w, "attributes": h, "place_code": p, "opened_at": at(o), "acknowledged_at": at(k),
        "arrived_at": at(v), "closed_at": at(c), "severity": s, "category": g,
    },
    st.sampled_from("12345"), places, minutes, maybe, maybe, maybe, st.integers(1, 5),
    st.sampled_from(["fire", "rescue", "crime_theft", "noise", "crash", "road_closed", "outbreak", None]),
    st.sampled_from(["public_order", "traffic", "health"]), st.sampled_from([None, {"casualties": 1}]),
)  # fmt: skip
cases = st.builds(
    lambda i, p, s, c, d, w, o, y: {
        "case_id": i, "place_code": p, "submitted_at": at(s), "completed_at": at(c), "due_at": at(d), "status": w,
        "channel": o, "fee_paid_online": y, "data_reused": y,
    },
    st.sampled_from("12345"), places, minutes, maybe, maybe, st.sampled_from(["received", "rejected"]),
    st.sampled_from(["online", "post", None]), st.sampled_from([True, False, None]),
)  # fmt: skip
readings = st.builds(
    lambda s, m, t, v, p: reading(s, m, ago(minutes=t), v, place_code=p),
    st.sampled_from(["s1", "s2", "s3"]), st.sampled_from(["pm2_5", "pm10", "o3", "water_level", "rain", "noise_laeq"]),
    st.integers(-30, 60 * 80), st.floats(0, 300, allow_nan=False), places,
)  # fmt: skip
driven = st.builds(
    lambda s, m, t, v, p: reading(s, m, ago(minutes=t), v, place_code=p),
    st.sampled_from(["s1", "s2"]), st.sampled_from(["speed", "flow"]),
    st.one_of(st.integers(-5, 30), st.integers(0, 60 * 24 * 32)),
    st.sampled_from([0.0, 5e-324, 12.5, 30.0, 61.0]), places,
)  # fmt: skip
counted = st.builds(
    lambda s, m, t, v, p: reading(s, m, ago(minutes=t), v, place_code=p),
    st.sampled_from(["h1", "h2"]),
    st.sampled_from(["cases_dengue", "beds_occupied", "beds_available", "ed_wait_minutes"]),
    st.one_of(st.integers(-5, 1500), st.integers(0, 60 * 24 * 40)), st.integers(0, 9), places,
)  # fmt: skip
batches = st.lists(
    st.fixed_dictionaries(
        {"feedback": st.lists(tickets, max_size=4), "event": st.lists(events, max_size=4),
         "administrative_case": st.lists(cases, max_size=4),
         "observation": st.lists(st.one_of(readings, driven, counted), max_size=16)}
    ),
    min_size=1, max_size=5,
)  # fmt: skip


def same(one, other):
    for code in registry():
        a, b = one.outcome(code), other.outcome(code)
        for part in ("values", "levels", "freshness", "observed_at", "fresh", "expected"):
            np.testing.assert_array_equal(getattr(a, part), getattr(b, part), err_msg=f"{code} {part}")
        assert list(a.sensor if a.sensor is not None else []) == list(b.sensor if b.sensor is not None else [])


def merged(found, key):
    """What a whole read would give: of rows with one key the last, in the order the keys first came."""
    return list({tuple(r[k] for k in key): r for r in found}.values())


KEYS = {
    "feedback": ("feedback_id",),
    "event": ("event_id",),
    "administrative_case": ("case_id",),
    "observation": ("sensor_id", "metric", "observed_at"),
}


def stored(found):
    """What the repository holds after these batches."""
    return {t: merged([r for b in found for r in b[t]], key) for t, key in KEYS.items()}


@settings(max_examples=60, deadline=None)
@given(batches)
def test_grown_by_increments_equals_built_afresh(found):
    city = City(TOWN)
    city.absorb(batch(whole=True, place=PLACES), NOON - timedelta(hours=2))
    for i, tables in enumerate(found):
        moment = NOON - timedelta(minutes=len(found) - 1 - i)
        whole = batch(whole=True, place=PLACES, **stored(found[: i + 1]))
        city.absorb(Batch(batch(**tables).changes, began=whole.began), moment)
        afresh = picture(TOWN, whole, moment)
        assert len(registry()) > 10
        same(city.now, afresh)
