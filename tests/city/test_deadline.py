"""Deadlines at midnight, in zones with and without summer time."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from city.batch import column
from city.deadline import deadlines
from tests.city.naive import deadline

NEW_YORK, HUE, HAVANA = (ZoneInfo(z) for z in ("America/New_York", "Asia/Ho_Chi_Minh", "America/Havana"))
# in Havana clocks went back from 01:00 to 00:00, and in São Paulo and Beirut forward from 00:00 to 01:00
ZONES = ["Asia/Ho_Chi_Minh", "America/New_York", "America/Havana", "America/Sao_Paulo", "Asia/Beirut", "Asia/Kathmandu"]
zones = st.sampled_from(ZONES).map(ZoneInfo)


def ends(*stored, zone, means="end of day"):
    found = deadlines(column("due_at", list(stored)), zone, means)
    return [None if np.isnat(t) else t.astype(datetime).replace(tzinfo=UTC) for t in found]


def local(*when, zone=NEW_YORK):
    return datetime(*when, tzinfo=zone)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(local(2025, 3, 9), 23), (local(2025, 11, 2), 25), (local(2025, 6, 1), 24), (local(2025, 3, 8), 24)],
)
def test_midnight_is_the_next_local_midnight_though_clocks_change(day, hours):
    (end,) = ends(day.astimezone(UTC), zone=NEW_YORK)
    assert end - day.astimezone(UTC) == timedelta(hours=hours)
    assert end.astimezone(NEW_YORK).time() == time(0)


def test_any_other_time_is_itself():
    just_after = local(2025, 3, 9, 0, 0, 0, 1).astimezone(UTC)
    assert ends(just_after, None, zone=NEW_YORK) == [just_after, None]


def test_midnight_of_another_zone_is_no_midnight():
    stored = local(2025, 6, 1, zone=UTC)
    assert ends(stored, zone=HUE) == [stored]
    assert ends(stored - timedelta(hours=7), zone=HUE) == [stored + timedelta(hours=17)]


def test_a_city_may_mean_the_start_of_the_day():
    stored = local(2025, 6, 1).astimezone(UTC)
    assert ends(stored, zone=NEW_YORK, means="start of day") == [stored]


@pytest.mark.parametrize("zone", [NEW_YORK, HUE])
@pytest.mark.parametrize("when", [(9998, 12, 31), (2300, 7, 1), (1900, 1, 1)])
def test_far_off_deadlines_are_no_trouble(zone, when):
    stored = local(*when, zone=UTC) - (local(*when, zone=zone).utcoffset() or timedelta(0))
    (end,) = deadlines(column("due_at", [stored]), zone)
    assert end - np.datetime64(stored.replace(tzinfo=None), "us") == np.timedelta64(24, "h")


@pytest.mark.parametrize("zone", [NEW_YORK, HUE, ZoneInfo("Pacific/Kiritimati")])
def test_never_written_as_the_last_of_days_stays_as_it_is(zone):
    never = [local(9999, 12, 31, zone=UTC), local(9999, 12, 31, 5, zone=UTC), local(9999, 12, 30, 17, zone=UTC)]
    assert ends(*never, zone=zone) == never


def test_no_deadlines_are_none():
    assert ends(zone=HUE) == []


midnights = st.builds(
    lambda day, zone, fold: datetime.combine(day, time(0), tzinfo=zone).replace(fold=fold).astimezone(UTC),
    st.dates(datetime(1991, 1, 1, tzinfo=UTC).date(), datetime(2037, 1, 1, tzinfo=UTC).date()),
    zones,
    st.integers(0, 1),
)


@given(st.lists(st.one_of(st.none(), midnights), max_size=5), zones)
@example([datetime(2018, 11, 4, 4, tzinfo=UTC), datetime(2018, 11, 4, 5, tzinfo=UTC)], HAVANA)
@example([datetime(2018, 11, 3, 3, tzinfo=UTC)], ZoneInfo("America/Sao_Paulo"))
def test_deadlines_agree_with_the_calendar_of_the_zone(stored, zone):
    assert ends(*stored, zone=zone) == [deadline(s, zone) for s in stored]
