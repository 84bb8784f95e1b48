"""Traffic: the definitions' edges, any small city beside plain loops, and real cities' roads and crashes."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city.city import picture
from city.indicators import registry
from city.level import LEVELS
from tests.city import naive, naive_traffic
from tests.city.indicators import real
from tests.city.makers import NOON, TOWN, ago, batch, place, reading

MOMENT = timedelta(microseconds=1)
CODES = ("a", "b")
PLACES = [place(c) for c in CODES]
HOME = {"s1": "a", "s2": "a", "s3": "b", "s4": None}


def shown(readings=(), told=(), events=(), at=NOON, places=PLACES):
    sensors = [{"sensor_id": s, "attributes": {"free_flow_speed": v}} for s, v in dict(told).items()]
    common = {"domain": "traffic", "opened_at": ago(hours=1), "place_code": "a"}
    rows = [{"event_id": str(i), **common, **e} for i, e in enumerate(events)]
    return picture(TOWN, batch(whole=True, place=places, sensor=sensors, observation=readings, event=rows), at)


def road(sensor, speed, flow=None, minutes=5.0):
    out = [reading(sensor, "speed", ago(minutes=minutes), speed, place_code=HOME[sensor])]
    more = [reading(sensor, "flow", ago(minutes=minutes), flow, place_code=HOME[sensor])]
    return out + (more if flow is not None else [])


def value(code, *rows, slot="a", told=()):
    shot = shown([r for row in rows for r in row], told)
    return shot.number(code, shot.places.slot(slot)).value


def test_roads_with_more_traffic_weigh_more():
    assert value("average_speed", road("s1", 60, 100), road("s2", 30, 300)) == 37.5
    assert value("average_speed", road("s1", 60), road("s2", 30)) == 45
    assert value("average_speed", road("s1", 60, 0), road("s2", 30, 0)) == 45
    assert value("average_speed", road("s1", 60, 100), road("s2", 30)) == 60


def test_a_speed_counts_for_fifteen_minutes():
    assert value("average_speed", road("s1", 60, minutes=15)) == 60
    assert value("average_speed", road("s1", 60, minutes=15 + 1e-6)) is None
    assert value("congested_share", road("s1", 60, minutes=16)) is None


def test_free_flow_is_what_the_sensor_tells_else_what_it_has_seen():
    assert value("travel_time_index", road("s1", 30), told={"s1": 60.0}) == 2
    assert value("travel_time_index", road("s1", 30), told={"s1": "sixty"}) == 1
    history = [row for day in range(1, 28) for row in road("s1", 50 + day, minutes=day * 1440)]
    free = np.percentile([30, *(50 + d for d in range(1, 28))], 95)
    assert value("travel_time_index", road("s1", 30), history) == pytest.approx(free / 30)
    old = road("s1", 300, minutes=28 * 1440)
    assert value("travel_time_index", road("s1", 30), old) == 1


def test_nobody_is_faster_than_free_flow():
    assert value("travel_time_index", road("s1", 80), told={"s1": 60.0}) == 1


def test_standing_traffic_is_congested_and_an_empty_road_is_unknown():
    told = {"s1": 60.0, "s2": 60.0}
    assert value("congested_share", road("s1", 0, 20), road("s2", 60, 20), told=told) == 50
    assert value("congested_share", road("s1", 0, 0), road("s2", 60, 20), told=told) == 0
    assert value("travel_time_index", road("s1", 0, 20), told=told) is None


def test_congested_is_above_one_and_a_half():
    told = {"s1": 60.0, "s2": 60.0}
    assert value("congested_share", road("s1", 40), road("s2", 39.9), told=told) == 50


def test_a_trip_is_planned_by_the_95th_percentile_of_its_times():
    told, speeds = {"s1": 60.0}, [60, 50, 40, 30, 20]
    rows = [road("s1", v, minutes=5 + 60 * i) for i, v in enumerate(speeds)]
    assert value("planning_time_index_7d", *rows, told=told) == np.quantile([60 / v for v in speeds], 0.95)
    assert value("planning_time_index_7d", road("s1", 20, minutes=7 * 1440), told=told) is None


def test_slow_traffic_is_worse_by_its_share_of_free_flow():
    levels = shown(road("s1", 30), {"s1": 60.0}).outcome("average_speed").levels
    assert [LEVELS[i] for i in levels] == ["alarm", "unknown", "unknown", "alarm"]


def counted(code, *events, slot="a"):
    shot = shown(events=events)
    return shot.number(code, shot.places.slot(slot)).value


def test_closed_and_flooded_roads_are_counted_while_open():
    events = [{"category": c} for c in ("road_closed", "flooded_road", "crash", None)]
    assert counted("roads_closed", *events, {"category": "road_closed", "closed_at": NOON}) == 2
    assert counted("roads_closed", {"domain": "public_order", "category": "road_closed"}) == 0
    assert counted("traffic_incidents_open", *events) == 4


def test_clearing_is_from_opening_to_closing():
    took = [{"opened_at": ago(hours=5), "closed_at": ago(hours=5, minutes=-m)} for m in (10, 20, 30)]
    assert counted("incident_clearance_p90_24h", *took, {"opened_at": ago(days=3), "closed_at": ago(days=1)}) == 28


def test_casualties_are_those_that_reports_tell_of():
    crashes = [{"category": "crash", "attributes": a} for a in ({"casualties": 2}, {"casualties": "3"}, None, {})]
    assert counted("crash_casualties_30d", *crashes) == 5
    assert counted("crash_casualties_30d", *crashes, slot="b") == 0
    assert counted("crash_casualties_30d", {"category": "crash"}) is None
    assert counted("crash_casualties_30d", {"category": "signal_failure"}) == 0
    assert counted("crashes_30d", *crashes, {"category": "crash", "opened_at": ago(days=30)}) == 4


offsets = st.one_of(
    st.integers(0, 40).map(lambda m: timedelta(minutes=m)),
    st.builds(lambda d, us: timedelta(days=d, microseconds=us), st.sampled_from([7, 28]), st.integers(-1, 1)),
    st.timedeltas(timedelta(hours=-1), timedelta(days=29)),
)


@st.composite
def measured(draw):
    speeds = st.one_of(st.sampled_from([0.0, 20.0, 60.0]), st.floats(1, 130))
    rows = st.tuples(st.sampled_from(sorted(HOME)), st.sampled_from(["speed", "flow"]), offsets, speeds)
    found = draw(st.lists(rows, max_size=30))
    return list({(s, m, o): reading(s, m, NOON - o, v, place_code=HOME[s]) for s, m, o, v in found}.values())


@settings(max_examples=150, deadline=None)
@given(measured(), st.dictionaries(st.sampled_from(sorted(HOME)), st.floats(10, 130), max_size=3))
def test_roads_agree_with_plain_loops(readings, told):
    naive.compare(shown(readings, told), naive_traffic.roads(readings, told, CODES, NOON))


moments = st.one_of(
    st.builds(lambda d, us: ago(days=d) + timedelta(microseconds=us), st.sampled_from([0, 1, 30]), st.integers(-1, 1)),
    st.timedeltas(timedelta(days=-1), timedelta(days=40)).map(lambda d: NOON - d),
)
happenings = st.fixed_dictionaries(
    {
        "place_code": st.sampled_from(["a", "b", "nowhere", None]),
        "domain": st.sampled_from(["traffic", "traffic", "public_order"]),
        "category": st.sampled_from(["crash", "accident", "crash_bus", "road_closed", "flooded_road", "crashed", None]),
        "opened_at": moments,
        "closed_at": st.one_of(st.none(), moments),
        "attributes": st.sampled_from([None, {}, {"casualties": 0}, {"casualties": 2}]),
    }
)


@settings(max_examples=150, deadline=None)
@given(st.lists(happenings, max_size=12))
def test_incidents_agree_with_plain_loops_and_add_up(rows):
    rows = [{**r, "closed_at": r["closed_at"] and max(r["opened_at"], r["closed_at"])} for r in rows]
    shot = shown(events=rows)
    naive.compare(shot, naive_traffic.blocked(rows, CODES, NOON))
    counts = [i.code for i in registry().values() if i.domain == "traffic" and i.rollup == "sum"]
    assert len(counts) == 4
    for code in counts:
        values = shot.outcome(code).values
        assert np.array_equal(values[:-1].sum(), values[-1], equal_nan=True), code


def los_angeles():
    """A week of 207 loops in miles per hour; the file has no times, its paper says when it begins."""
    wide = pd.read_csv(real.file("traffic/metr_la_speed_week_5min.csv.gz")).iloc[:, ::9] * 1.609344
    at = pd.date_range("2012-03-01T08:00Z", periods=len(wide), freq="5min")
    spots = pd.read_csv(real.file("traffic/metr_la_sensor_locations.csv"), dtype=str).set_index("sensor_id")
    where = {s: "north" if float(spots.latitude[s]) > 34.12 else "south" for s in wide.columns}
    return [
        reading(s, "speed", t.to_pydatetime(), v, place_code=where[s])
        for s in wide.columns
        for t, v in zip(at, wide[s], strict=True)
    ]


def test_los_angeles_roads():
    rows = los_angeles()
    for at in (datetime(2012, 3, 2, 16, tzinfo=UTC), datetime(2012, 3, 8, 1, 32, 7, tzinfo=UTC)):
        wanted = naive_traffic.roads(rows, {}, ("north", "south"), at)
        assert wanted["travel_time_index", None] > 1.1 and wanted["congested_share", None] > 5
        naive.compare(shown(rows, at=at, places=[place("north"), place("south")]), wanted)


@pytest.mark.parametrize("at", ["2019-03-31T03:00+01:00", "2023-12-24T00:00+00:00"])
def test_greater_manchesters_crashes(at):
    """One row a casualty in the file; one event a collision here."""
    d = pd.read_csv(real.file("traffic/greater_manchester_road_casualties_2019_2024.csv.gz"))
    d = d.drop_duplicates("AREFNO")
    opened = real.utc(pd.to_datetime(d["date"] + " " + d["output_time"]), "Europe/London")
    rows = [
        {"opened_at": t, "place_code": a, "category": "crash", "domain": "traffic", "attributes": {"casualties": n}}
        for t, a, n in zip(opened, d["area_name"], d["number_casualties"].tolist(), strict=True)
    ]
    at = datetime.fromisoformat(at)
    codes = sorted(set(d["area_name"]))
    shot = shown(events=[r for r in rows if r["opened_at"] > at - timedelta(days=45)], at=at, places=map(place, codes))
    wanted = naive_traffic.blocked([r for r in rows if r["opened_at"] > at - timedelta(days=45)], codes, at)
    assert wanted["crash_casualties_30d", None] > wanted["crashes_30d", None] > 100
    naive.compare(shot, wanted)


def test_crashes_are_held_against_the_same_days_of_last_year():
    def crashes(now, before, first=400.0):
        lately, then = ([ago(days=start + 29 * i / 60) for i in range(n)] for start, n in ((0.5, now), (365.5, before)))
        opened = [ago(days=first), *lately, *then]
        rows = [
            {"event_id": str(i), "domain": "traffic", "category": "crash", "opened_at": t, "place_code": "a"}
            for i, t in enumerate(opened)
        ]
        shot = picture(TOWN, batch(whole=True, place=[place("a")], event=rows), NOON)
        beside = registry()["crashes_30d"].beside(shot.scene)
        return shot.number("crashes_30d", 0).value, beside.values[0], LEVELS[shot.number("crashes_30d", 0).level]

    assert crashes(40, 25) == (40, 25, "ok")
    assert crashes(44, 25) == (44, 25, "watch")  # 19 more, where chance alone moves it by 2 · √69 = 16.6
    assert crashes(25, 44) == (25, 44, "ok")
    now, unknown, level = crashes(44, 0, first=300)
    assert now == 44 and np.isnan(unknown) and level == "ok"
