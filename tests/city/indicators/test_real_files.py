"""Other cities' real files, at moments inside them, beside plain loops over the same rows."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from city.city import picture
from city.snapshot import Snapshot
from tests.city import naive, naive_sensors
from tests.city.indicators import real
from tests.city.makers import TOWN, batch, place

Rows = list[real.Row]
read: Callable[[str], Rows] = cache(lambda name: getattr(real, name)())


def city_in(zone: str):
    return TOWN.model_copy(update={"timezone": zone})


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def places_of(rows: Rows) -> list[str]:
    return sorted({r["place_code"] for r in rows if r["place_code"]})


def shown(zone: str, at: datetime, codes: Iterable[str] = (), **tables: Rows) -> Snapshot:
    places = [place(c, population=1000.0 + i) for i, c in enumerate(codes)]
    return picture(city_in(zone), batch(whole=True, place=places, **tables), at)


def living(rows: Rows, begins: str, at: datetime) -> Rows:
    """What a look needs at a moment: begun, and not over for 45 days; and one row more, so that it had any."""
    old = at - timedelta(days=45)
    return rows[:1] + [r for r in rows[1:] if r[begins] <= at and (r.get("closed_at") is None or r["closed_at"] > old)]


@pytest.mark.parametrize(
    "at",
    ["2011-10-01T12:00-04:00", "2011-11-06T01:30-05:00", "2011-11-07T00:00-05:00", "2011-12-31T23:59:59-05:00"],
)
def test_bostons_tickets(at):
    rows, at = read("boston"), moment(at)
    codes, near = places_of(rows), living(rows, "received_at", at)
    wanted = naive.feedback(near, codes, at, city_in("America/New_York").zone)
    assert wanted["feedback_open", None] > 1000
    naive.compare(shown("America/New_York", at, codes, feedback=near), wanted)


@pytest.mark.parametrize("at", ["2025-01-31T00:00-05:00", "2025-03-09T03:00-04:00"])
def test_new_yorks_tickets(at):
    rows, at = read("new_york"), moment(at)
    codes, near = places_of(rows), living(rows, "received_at", at)
    wanted = naive.feedback(near, codes, at, city_in("America/New_York").zone)
    assert wanted["feedback_closed_7d", None] > 100
    naive.compare(shown("America/New_York", at, codes, feedback=near), wanted)


@pytest.mark.parametrize(("name", "at"), [
    ("montgomery", "2016-01-15T18:00-05:00"), ("montgomery", "2018-11-15T20:00-05:00"),
    ("chicago", "2015-02-01T00:00-06:00"), ("chicago", "2015-02-08T12:00-06:00"),
])  # fmt: skip
def test_calls_and_crimes(name, at):
    rows, at = [{"domain": "public_order", **r} for r in read(name)], moment(at)
    codes = places_of(rows)
    wanted = naive.public_order(rows, {c: 1000.0 + i for i, c in enumerate(codes)}, at)
    assert wanted["incidents_24h", None] > 10
    naive.compare(shown("America/New_York", at, codes, event=rows), wanted)


ALL_FRESH = {"river_level", "river_rise_rate", "flood_depth_max"}


@pytest.mark.parametrize("at", ["2026-05-16T00:00Z", "2026-05-20T13:37:21Z"])
def test_vietnams_stations(at):
    at = moment(at)
    rows = real.vietnam(str(at - timedelta(hours=26)), str(at))
    codes = places_of(rows)
    wanted = naive_sensors.environment(rows, codes, at)
    assert wanted["vn_aqi", None] > 50
    naive.compare(shown("Asia/Ho_Chi_Minh", at, codes, observation=rows), wanted, only=lambda c: c not in ALL_FRESH)


def near(name: str, at: datetime, days: int = 4) -> Rows:
    return [r for r in read(name) if at - timedelta(days=days) < r["observed_at"] <= at + timedelta(hours=1)]


@pytest.mark.parametrize(("name", "start"), [
    ("hanoi", "2017-01-01T12:00Z"), ("hanoi", "2016-03-12T17:00Z"), ("hanoi", "2019-12-23T16:00Z"),
    ("dublin", "2015-03-29T00:00Z"), ("dublin", "2015-10-24T23:30Z"), ("dublin", "2020-06-11T12:30Z"),
    ("plumtree", "2018-05-15T21:00Z"), ("plumtree", "2018-05-27T23:07Z"), ("plumtree", "2018-12-31T20:00Z"),
])  # fmt: skip
def test_single_feeds(name, start):
    """Every half hour and a bit for three hours: hours begin and end within."""
    known = 0
    for step in range(6):
        at = moment(start) + step * timedelta(minutes=31, seconds=17)
        rows = near(name, at)
        wanted = naive_sensors.environment(rows, (), at)
        known += any(v is not None for v in wanted.values())
        naive.compare(shown("UTC", at, observation=rows), wanted)
    assert known >= 3


def test_montreals_year_of_weather():
    for at in map(moment, ("2012-01-15T05:00Z", "2012-07-14T20:00Z", "2012-07-17T18:00Z", "2012-10-01T12:30Z")):
        rows = near("montreal", at, days=1)
        newest = {
            r["metric"]: r["value"] for r in sorted(rows, key=lambda r: r["observed_at"]) if r["observed_at"] <= at
        }
        wanted = naive_sensors.felt(newest["temperature"], newest["humidity"])
        naive.compare(shown("UTC", at, observation=rows), {("heat_index", None): wanted})
