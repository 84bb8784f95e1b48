import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from city.readings import Readings
from tests.city.makers import NOON, ago, change, reading

rows = st.lists(st.tuples(st.sampled_from("xyz"), st.integers(0, 20), st.integers(0, 9), st.booleans()), max_size=12)


def columns(listed):
    c = change("observation", [reading(s, "rain", ago(minutes=m), v) for s, m, v, _ in listed])
    return {**c.rows, "slot": np.zeros(len(listed), np.int32)}


def as_dict(r: Readings):
    return {(r.sensors[s][1], a): v for s, a, v in zip(r.series, r.at, r.value, strict=True)}


@given(st.lists(rows, max_size=6))
def test_readings_follow_any_edits_like_a_dictionary(batches):
    readings, model = Readings.none(), {}
    for listed in batches:
        fresh = [r for r in listed if not r[3]]
        gone = [
            ("test", s, "rain", np.datetime64(ago(minutes=m).replace(tzinfo=None), "us")) for s, m, _, g in listed if g
        ]
        model |= {(s, ago(minutes=m)): v for s, m, v, _ in fresh}
        model = {
            k: v
            for k, v in model.items()
            if k not in {(g[1], g[3].astype(object).replace(tzinfo=NOON.tzinfo)) for g in gone}
        }
        readings = readings.merged(columns(fresh), gone)
        assert as_dict(readings) == {(s, np.datetime64(t.replace(tzinfo=None), "us")): v for (s, t), v in model.items()}
        assert (np.lexsort((readings.at, readings.series)) == np.arange(len(readings))).all()


@given(rows, st.integers(-5, 25))
def test_upto_is_each_sensors_newest_reading_by_then(listed, minutes):
    readings = Readings.none().merged(columns(listed))
    at = np.datetime64(ago(minutes=minutes).replace(tzinfo=None), "us")
    for i, row in enumerate(readings.upto(at)):
        times = readings.at[(readings.series == i) & (readings.at <= at)]
        assert row == -1 if not len(times) else readings.at[row] == times.max() and readings.series[row] == i


@given(rows, st.integers(0, 20))
def test_since_keeps_the_window_and_each_sensors_newest_before_it(listed, minutes):
    readings = Readings.none().merged(columns(listed))
    start = np.datetime64(ago(minutes=minutes).replace(tzinfo=None), "us")
    kept = as_dict(readings.since(start))
    for sensor in "xyz":
        mine = {k: v for k, v in as_dict(readings).items() if k[0] == sensor}
        before = [k for k in mine if k[1] <= start]
        wanted = {k for k in mine if k[1] > start} | ({max(before)} if before else set())
        assert {k for k in kept if k[0] == sensor} == wanted


many = st.lists(
    st.tuples(st.sampled_from("uvwxyz"), st.integers(0, 40), st.integers(0, 9), st.just(False)),
    min_size=30,
    max_size=90,
)


@given(many, rows, rows)
def test_a_few_readings_put_in_one_by_one_are_as_if_all_had_been_sorted(listed, first, second):
    base = Readings.none().merged(columns(listed))
    for few in (first[:2], second[:2]):
        after = base.merged(columns(few))
        both = [*((base.sensors[s][1], a, v) for s, a, v in zip(base.series, base.at, base.value, strict=True))]
        model = {(s, a): v for s, a, v in both}
        model |= {(s, np.datetime64(ago(minutes=m).replace(tzinfo=None), "us")): v for s, m, v, _ in few}
        assert as_dict(after) == model and len(after) == len(model)
        assert after.bounds.tolist() == np.searchsorted(after.series, np.arange(len(after.sensors) + 1)).tolist()
        assert (np.lexsort((after.at, after.series)) == np.arange(len(after))).all()
        base = after
