"""The data itself: the definitions' edges, and any small city beside plain loops."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city.city import picture
from city.quality import correct, live, sufficient
from tests.city.makers import NOON, TOWN, ago, batch, place, reading
from tests.city.naive import DAY, Numbers, by_place, compare, share, within

CODES = ("a", "b")
HOME = {"s1": "a", "s2": "a", "s3": "b", "s4": None}
LIMITS = {"rain": (0, 2000), "water_level": (-100, 10_000), "speed": (0, 400)}
STALE = {"rain": timedelta(hours=1), "water_level": timedelta(hours=1), "speed": timedelta(minutes=30)}


def shown(readings, every=None):
    sensors = [{"sensor_id": s, "expected_every": n} for s, n in (every or {}).items()]
    return picture(TOWN, batch(whole=True, place=[place(c) for c in CODES], sensor=sensors, observation=readings), NOON)


def value(code, readings, every=None, slot=0):
    return shown(readings, every).number(code, slot).value


def told(sensor, minutes, metric="rain", number=1.0):
    return reading(sensor, metric, ago(minutes=minutes), number, place_code=HOME[sensor])


def test_correct_is_inside_plausible_limits():
    assert value("data_correct", [told("s1", m, number=n) for m, n in ((1, 0), (2, 2000), (3, -1), (4, -999))]) == 50
    assert value("data_correct", [told("s1", 24 * 60, number=-999)]) is None


def test_sufficient_is_what_came_of_what_was_expected():
    half = [told("s1", 60 * h) for h in range(12)]
    assert value("data_sufficient", half, {"s1": 3600.0}) == 50
    assert value("data_sufficient", half) is None
    chatty = [told("s2", m) for m in range(100)]
    assert value("data_sufficient", [*half, *chatty], {"s1": 3600.0, "s2": 3600.0}) == pytest.approx(75)


def test_live_counts_a_sensor_once_by_its_freshest_metric():
    readings = [told("s1", 500), told("s1", 5, "speed"), told("s2", 500), told("s3", 40 * 24 * 60)]
    assert value("data_live", readings) == 50
    assert value("data_live", readings, slot=1) is None


def test_every_feed_has_its_own_share():
    readings = [{**told("s1", 5), "source": "good"}, {**told("s2", 500), "source": "bad"}]
    scene = shown(readings, {"s1": 3600.0}).scene
    assert live(scene).by_feed() == {"bad": 0, "good": 100}
    assert correct(scene).by_feed() == {"bad": 100, "good": 100}
    assert sufficient(scene).by_feed() == {}


def naively(readings, every) -> Numbers:
    past = [r for r in readings if r["observed_at"] <= NOON]
    day = [r for r in past if within(r["observed_at"], NOON, DAY)]
    right = [{**r, "ok": LIMITS[r["metric"]][0] <= r["value"] <= LIMITS[r["metric"]][1]} for r in day]
    out: Numbers = {
        ("data_correct", p): share(sum(r["ok"] for r in found), len(found))
        for p, found in by_place(right, CODES).items()
    }
    newest = {(r["sensor_id"], r["metric"]): r for r in sorted(past, key=lambda r: r["observed_at"])}
    series = []
    for (sensor, metric), row in newest.items():
        if sensor in every:
            came = sum(r["sensor_id"] == sensor and r["metric"] == metric for r in day)
            expected = 86_400 / every[sensor]
            series.append({**row, "came": min(came, expected), "expected": expected})
    for p, found in by_place(series, CODES).items():
        expected = sum(r["expected"] for r in found)
        out["data_sufficient", p] = 100 * sum(r["came"] for r in found) / expected if expected else None
    sensors = {}
    for (sensor, metric), row in newest.items():
        limit = timedelta(seconds=2 * every[sensor]) if sensor in every else STALE[metric]
        fresh = NOON - row["observed_at"] <= limit
        sensors[sensor] = {"place_code": HOME[sensor], "fresh": fresh or sensors.get(sensor, {}).get("fresh", False)}
    for p, found in by_place(list(sensors.values()), CODES).items():
        out["data_live", p] = share(sum(s["fresh"] for s in found), len(found))
    return out


offsets = st.one_of(
    st.builds(lambda h, us: timedelta(hours=h, microseconds=us), st.sampled_from([0, 1, 24]), st.integers(-1, 1)),
    st.timedeltas(timedelta(hours=-1), timedelta(days=3)),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(HOME)), st.sampled_from(sorted(LIMITS)), offsets, st.floats(-150, 2500)),
        max_size=30,
    ),
    st.dictionaries(st.sampled_from(sorted(HOME)), st.sampled_from([60.0, 3600.0, 21_600.0, 100_000.0]), max_size=4),
)
def test_the_data_agree_with_plain_loops(found, every):
    rows = {(s, m, o): v for s, m, o, v in found}
    readings = [reading(s, m, NOON - o, v, place_code=HOME[s]) for (s, m, o), v in rows.items()]
    compare(shown(readings, every), naively(readings, every))
