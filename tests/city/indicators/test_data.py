"""The data itself: the definitions' edges, and any small city beside plain loops."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city.city import picture
from city.feed_quality import clean, open_licence
from city.freshness import FRESHNESS
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


def fed(**tables):
    rows = {"place": [place(c) for c in CODES], **tables}
    return picture(TOWN, batch(whole=True, **rows), NOON)


def hour(hours, source="test", **counts):
    return {"source": source, "hour_at": ago(hours=hours), **counts}


def test_clean_is_neither_refused_nor_twice_in_one_answer():
    hours = [
        hour(0, rows_read=100, rows_refused=10),
        hour(23, rows_read=100, rows_duplicate=30),
        hour(24, rows_read=100, rows_refused=100),
        hour(5, "other", rows_read=0, rows_refused=0),
        hour(5, "silent"),
    ]
    seen = fed(feed=[{"succeeded_at": NOON, "run_at": NOON}], feed_hour=hours)
    found = seen.number("data_clean", seen.places.city)
    assert (found.value, found.volume) == (80, 200)
    assert seen.number("data_clean", 0).value is None
    assert clean(seen.scene).sums() == {"test": (160, 200)}


def test_unified_has_a_place_and_a_category():
    observation = [told("s1", 5), told("s4", 5), told("s3", 5), told("s2", 25 * 60)]
    event = [
        {"event_id": str(i), "opened_at": ago(hours=h), "category": c, "place_code": p}
        for i, (h, c, p) in enumerate([(1, "fire", "a"), (1, None, "a"), (1, "fire", "?"), (25, "fire", "a")])
    ]
    case = [{"case_id": "1", "submitted_at": ago(hours=1), "procedure_code": "x", "place_code": "b"}]
    seen = fed(observation=observation, event=event, administrative_case=case)
    values = [seen.number("data_unified", s).value for s in range(4)]
    assert values == pytest.approx([100 * 2 / 3, 100, 0, 100 * 4 / 7])


def test_shared_is_published_under_an_open_licence():
    said = [("CC-BY 4.0", True), ("ODbL", False), ("CC BY-NC", True), ("", False), ("", True)]
    rows = [
        {"source": str(i), "licence": licence, "shared": shared_, "run_at": NOON, "succeeded_at": NOON}
        for i, (licence, shared_) in enumerate(said)
    ]
    seen = fed(feed=rows)
    assert seen.number("data_shared", seen.places.city).value == 25
    assert fed(feed=rows[3:4]).number("data_shared", 2).value is None


@pytest.mark.parametrize("code", ["data_clean", "data_shared"])
def test_what_is_told_of_feeds_is_as_fresh_as_they_are(code):
    limit = {"stale_after": 120.0, "run_at": ago(minutes=1)}
    alive = {"source": "a", "succeeded_at": ago(minutes=1), **limit}
    gone = {"source": "b", "succeeded_at": ago(minutes=3), **limit}
    assert told_of(code, alive) == ("fresh", 1, 1)
    assert told_of(code, alive, gone) == ("stale", 1, 2)
    assert told_of(code, alive, {**gone, "withdrawn_at": ago(minutes=1)}) == ("fresh", 1, 1)
    assert told_of(code) == ("missing", 0, 0)


def told_of(code, *feeds):
    number = fed(feed=feeds).number(code, 2)
    return FRESHNESS[number.freshness], number.fresh, number.expected


@pytest.mark.parametrize(
    ("licence", "open_"),
    [("CC0-1.0", True), ("cc-by-sa-4.0", True), ("CC BY 4.0", True), ("CC-BY-NC-4.0", False), ("CC-BY-ND", False),
     ("ODbL 1.0", True), ("proprietary", False), (None, False), ("soccby", False)],
)  # fmt: skip
def test_open_licences_are_known(licence, open_):
    assert open_licence(licence) == open_
