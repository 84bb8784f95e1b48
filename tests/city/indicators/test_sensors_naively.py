"""Every indicator of sensors beside plain loops over the same readings, for any small city."""

from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from city.city import picture
from city.indicators import registry
from tests.city import naive_sensors
from tests.city.makers import NOON, TOWN, batch, place, reading
from tests.city.naive import compare

CODES = ("a", "b")
HOME = {"s1": "a", "s2": "a", "s3": "b", "s4": None}
"""A sensor stays where it is; the fourth stands nowhere."""
METRICS = (*naive_sensors.STEPS, "rain", "noise_laeq", "water_level", "flood_depth")
offsets = st.one_of(
    st.integers(-3, 80).map(lambda h: timedelta(hours=h)),
    st.builds(lambda h, us: timedelta(hours=h, microseconds=us), st.integers(0, 26), st.integers(-1, 1)),
    st.integers(-30, 60 * 80).map(lambda m: timedelta(minutes=m)),
)
PLACES = [place(c) for c in CODES]


def town_of(readings):
    return picture(TOWN, batch(whole=True, place=PLACES, observation=readings), NOON)


@st.composite
def some(draw, metrics=METRICS):
    rows = st.tuples(
        st.sampled_from(sorted(HOME)), st.sampled_from(metrics), offsets, st.floats(-5, 800, allow_nan=False)
    )
    found = {
        (s, m, o): reading(s, m, NOON - o, v, place_code=HOME[s]) for s, m, o, v in draw(st.lists(rows, max_size=40))
    }
    return list(found.values())


@st.composite
def steady(draw):
    """Two days of hourly readings with holes, of stations with dust and gases: what makes an index."""
    out = []
    for s in draw(st.sets(st.sampled_from(sorted(HOME)), min_size=1)):
        for m in draw(st.sets(st.sampled_from(list(naive_sensors.STEPS)), min_size=1)):
            shift, scale = timedelta(minutes=draw(st.integers(0, 59))), naive_sensors.STEPS[m][-1]
            kept = draw(st.lists(st.booleans(), min_size=30, max_size=30))
            shares = draw(st.lists(st.floats(-0.05, 1.2), min_size=30, max_size=30))
            times = (NOON - shift - h * timedelta(hours=1) for h in range(30))
            rows = zip(times, kept, shares, strict=True)
            out += [reading(s, m, t, x * scale, place_code=HOME[s]) for t, keep, x in rows if keep]
    return out


WINDOWED = {*naive_sensors.WINDOWED, "vn_aqi"}


@settings(max_examples=120, deadline=None)
@given(some())
def test_windows_agree_with_plain_loops(readings):
    compare(town_of(readings), naive_sensors.environment(readings, CODES, NOON), only=WINDOWED.__contains__)


@settings(max_examples=100, deadline=None)
@given(steady())
def test_air_agrees_with_plain_loops(readings):
    compare(town_of(readings), naive_sensors.environment(readings, CODES, NOON), only=WINDOWED.__contains__)


@settings(max_examples=120, deadline=None)
@given(some(metrics=("water_level", "flood_depth")), st.data())
def test_newest_readings_agree_with_plain_loops_while_all_are_fresh(readings, data):
    """Old readings do not matter where every sensor reported within its hour."""
    now = [
        reading(r["sensor_id"], r["metric"], NOON, data.draw(st.integers(0, 9)), place_code=r["place_code"])
        for r in readings
    ]
    rows = list({(r["sensor_id"], r["metric"], r["observed_at"]): r for r in [*readings, *now]}.values())
    newest = {"river_level", "river_rise_rate", "flood_depth_max"}
    compare(town_of(rows), naive_sensors.environment(rows, CODES, NOON), only=newest.__contains__)


@settings(max_examples=60, deadline=None)
@given(some())
def test_the_worst_sensor_is_named_and_of_its_place(readings):
    shot = town_of(readings)
    named = [c for c, i in registry().items() if i.rollup == "worst sensor"]
    assert len(named) == 13
    for code in named:
        outcome = shot.outcome(code)
        known = np.isfinite(outcome.values)
        assert [s is not None for s in outcome.sensor] == known.tolist(), code
        for slot in np.flatnonzero(known[:-1]):
            home = shot.places.code(int(slot))
            assert HOME[outcome.sensor[slot]] == (None if home == "unlocated" else home)
