"""Health: the definitions' edges, any small city beside plain loops, and real case counts."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city.city import picture
from city.level import LEVELS
from tests.city.indicators import real
from tests.city.makers import NOON, TOWN, ago, batch, place, reading
from tests.city.naive import DAY, Numbers, by_place, compare, quantile, within

CODES = ("a", "b")
PLACES = [place("a", population=50_000.0), place("b", population=10_000.0)]
HOME = {"h1": "a", "h2": "a", "h3": "b", "h4": None}


def shown(readings=(), events=(), icu=None, at=NOON, places=PLACES):
    sensors = [{"sensor_id": s, "attributes": {"icu_beds": n}} for s, n in (icu or {}).items()]
    rows = [{"event_id": str(i), "domain": "health", "opened_at": ago(hours=1), **e} for i, e in enumerate(events)]
    return picture(TOWN, batch(whole=True, place=places, sensor=sensors, observation=readings, event=rows), at)


def told(sensor, metric, value, hours=1.0):
    return reading(sensor, metric, ago(hours=hours), value, place_code=HOME[sensor])


def value(code, *readings, slot="a"):
    shot = shown(readings)
    return shot.number(code, shot.places.slot(slot)).value


def test_occupancy_is_of_staffed_beds_and_of_all_facilities_together():
    beds = [told("h1", "beds_occupied", 90), told("h1", "beds_available", 100), told("h2", "beds_occupied", 10)]
    assert value("bed_occupancy", *beds) == 90
    assert value("bed_occupancy", *beds, told("h2", "beds_available", 20)) == pytest.approx(100 * 100 / 120)
    old = [told("h1", "beds_occupied", 90, 24.001), told("h1", "beds_available", 100)]
    assert value("bed_occupancy", *old) is None
    assert value("bed_occupancy", told("h1", "beds_occupied", 5, 24), told("h1", "beds_available", 10, 24)) == 50


def test_few_free_beds_in_intensive_care_are_watched():
    readings = [told("h1", "icu_beds_free", 0), told("h2", "icu_beds_free", 1), told("h3", "icu_beds_free", 4)]
    found = shown(readings, icu={"h1": 10, "h2": 10, "h3": 10}).outcome("icu_beds_free")
    assert np.array_equal(found.values, [1, 4, np.nan, 5], equal_nan=True)  # nowhere else is a facility
    assert [LEVELS[i] for i in found.levels] == ["watch", "ok", "unknown", "ok"]


def test_dengue_far_above_the_four_weeks_before_is_watched():
    weeks = [told("h1", "cases_dengue", 2, 24 * (7 * w + 1)) for w in range(1, 5)]
    calm, wild = (shown([*weeks, told("h1", "cases_dengue", n)]).outcome("dengue_7d_per_100k") for n in (3, 20))
    assert LEVELS[calm.levels[0]] == "ok" and LEVELS[wild.levels[0]] == "watch"
    assert wild.values.tolist()[:2] == [40, 0]


def test_outbreaks_and_facilities_down_are_open_events():
    kinds = ("outbreak", "outbreak_dengue", "facility_flooded", "facility_no_power", "other")
    events = [{"category": c, "place_code": "a"} for c in kinds] + [{"category": "outbreak", "closed_at": NOON}]
    shot = shown(events=events)
    assert [shot.number(c, 0).value for c in ("outbreaks_open", "facilities_down")] == [2, 2]
    assert [LEVELS[shot.number(c, 0).level] for c in ("outbreaks_open", "facilities_down")] == ["watch", "alarm"]


def naively(readings) -> Numbers:
    out: Numbers = {}

    def rows(metric):
        return sorted((r for r in readings if r["metric"] == metric and r["observed_at"] <= NOON), key=_when)

    newest = {m: {r["sensor_id"]: r for r in rows(m)} for m in {r["metric"] for r in readings}}
    both = [
        {**r, "staffed": newest["beds_available"][s]["value"]}
        for s, r in newest.get("beds_occupied", {}).items()
        if s in newest.get("beds_available", {})
        and all(NOON - newest[m][s]["observed_at"] <= DAY for m in ("beds_occupied", "beds_available"))
    ]
    runs = [r for r in rows("ambulance_response_minutes") if within(r["observed_at"], NOON, DAY)]
    waits = list(newest.get("ed_wait_minutes", {}).values())
    sick = [r for r in rows("cases_dengue") if within(r["observed_at"], NOON, 7 * DAY)]
    for p, found in by_place(both, CODES).items():
        staffed = sum(r["staffed"] for r in found)
        out["bed_occupancy", p] = 100 * sum(r["value"] for r in found) / staffed if staffed else None
    for code, group in (("ambulance_response_p50_24h", runs), ("ed_wait_p50", waits)):
        out |= {(code, p): quantile([r["value"] for r in found], 0.5) for p, found in by_place(group, CODES).items()}
    people = {"a": 50_000, "b": 10_000, None: 60_000, "unlocated": None}
    for p, found in by_place(sick, CODES).items():
        known = people[p] if rows("cases_dengue") else None
        out["dengue_7d_per_100k", p] = 1e5 * sum(r["value"] for r in found) / known if known else None
    return out


def _when(row):
    return row["observed_at"]


offsets = st.one_of(
    st.builds(lambda d, us: timedelta(days=d, microseconds=us), st.sampled_from([0, 1, 7]), st.integers(-1, 1)),
    st.timedeltas(timedelta(hours=-1), timedelta(days=9)),
)
METRICS = ("beds_occupied", "beds_available", "ed_wait_minutes", "ambulance_response_minutes", "cases_dengue")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(HOME)), st.sampled_from(METRICS), offsets, st.integers(0, 99))))
def test_facilities_agree_with_plain_loops(found):
    readings = [
        reading(s, m, NOON - o, float(v), place_code=HOME[s])
        for (s, m, o), v in {(s, m, o): v for s, m, o, v in found}.items()
    ]
    compare(shown(readings), naively(readings))


def test_vietnams_weeks_of_dengue():
    """The national weekly series: at each week's end that week's cases, and no other's, are in the window."""
    d = pd.read_csv(real.file("health/opendengue_vietnam_v1_3.csv.gz"), dtype=str, keep_default_na=False)
    d = d[(d["T_res"] == "Week") & (d["S_res"] == "Admin0")].drop_duplicates("calendar_end_date").head(40)
    rows = [
        reading("vn", "cases_dengue", datetime.fromisoformat(day).replace(tzinfo=UTC), float(n), place_code="vn")
        for day, n in zip(d["calendar_end_date"], d["dengue_total"], strict=True)
    ]
    assert len(rows) == 40
    nation = [place("vn", population=98_000_000.0)]
    for at in (r["observed_at"] + timedelta(hours=12) for r in rows[::8]):
        cases = sum(r["value"] for r in rows if within(r["observed_at"], at, 7 * DAY))
        seen = shown(rows, at=at, places=nation).outcome("dengue_7d_per_100k").values
        assert seen[[0, -1]].tolist() == pytest.approx([cases / 980, cases / 980]) and np.isnan(seen[1])
