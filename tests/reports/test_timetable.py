from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from city.reporting import MONDAY_AT_SIX, Reporting
from reports.timetable import Job, TimetableError, dues, jobs, next_due
from reports.week import week
from tests.dashboards.scenes import HUE

ZONES = [ZoneInfo(z) for z in ("Asia/Ho_Chi_Minh", "America/New_York", "America/Havana", "Asia/Kathmandu", "UTC")]
moments = st.floats(1_000_000_000, 4_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))


def test_a_city_that_never_made_one_owes_the_newest_alone() -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    assert dues(MONDAY_AT_SIX, HUE.zone, None, now) == [(datetime(2026, 11, 22, 23, tzinfo=UTC), "2026-W47")]
    assert dues("0 6 1 1 *", HUE.zone, None, now)[0][1] == "2025-W52"


def test_after_a_long_silence_every_missed_week_is_owed_once() -> None:
    last = datetime(2025, 12, 22, 6, tzinfo=HUE.zone)
    found = dues(MONDAY_AT_SIX, HUE.zone, last, datetime(2026, 1, 19, 1, tzinfo=UTC))
    assert [code for _, code in found] == ["2025-W52", "2026-W01", "2026-W02", "2026-W03"]


def test_the_53rd_week_has_its_report() -> None:
    found = dues(MONDAY_AT_SIX, HUE.zone, datetime(2026, 12, 21, 6, tzinfo=HUE.zone), datetime(2027, 1, 5, tzinfo=UTC))
    assert [code for _, code in found] == ["2026-W52", "2026-W53"]


def test_a_line_that_comes_daily_owes_a_week_at_its_first_moment() -> None:
    found = dues("0 6 * * *", HUE.zone, datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert [(at.astimezone(HUE.zone).day, code) for at, code in found] == [(17, "2026-W46"), (23, "2026-W47")]


@settings(max_examples=40, deadline=None)
@example(datetime(2012, 1, 23, 16, 45, tzinfo=UTC), 41, ZONES[1], "30 0 * * mon")
@given(
    moments,
    st.integers(1, 60),
    st.sampled_from(ZONES),
    st.sampled_from([MONDAY_AT_SIX, "30 0 * * mon", "30 2 * * sun"]),
)
def test_whoever_looks_when_sees_each_week_once(start: datetime, weeks: int, zone: ZoneInfo, cron: str) -> None:
    """Whatever the zone's clocks do: in one look, or in many."""
    end = start + timedelta(days=7 * weeks)
    once = dues(cron, zone, start, end)
    assert weeks - 1 <= len(once) <= weeks + 1
    for at, code in once:
        assert week(code, zone).end <= at <= week(code, zone).end + timedelta(days=7)
    mondays = [week(code, zone).start.astimezone(zone).date() for _, code in once]
    assert all((b - a).days == 7 for a, b in pairwise(mondays))
    half = start + (end - start) / 2
    assert dues(cron, zone, start, half) + dues(cron, zone, half, end) == once


def test_the_next_moment_is_told() -> None:
    assert next_due(MONDAY_AT_SIX, HUE.zone, datetime(2026, 11, 23, tzinfo=UTC)) == datetime(
        2026, 11, 29, 23, tzinfo=UTC
    )
    assert next_due("", HUE.zone, datetime(2026, 11, 23, tzinfo=UTC)) is None


def test_every_place_is_reported_in_every_language() -> None:
    plan = Reporting(locales=("vi", "en"), places=("19753",))
    names = [j.name for j in jobs(HUE.model_copy(update={"report": plan}))]
    assert names == ["weekly/city/vi", "weekly/city/en", "weekly/19753/vi", "weekly/19753/en"]
    assert jobs(HUE) == [Job(None, "vi")]
    assert jobs(HUE.model_copy(update={"report": Reporting(cron="")})) == []


def test_a_line_that_no_calendar_knows_is_refused_with_a_reason() -> None:
    with pytest.raises(TimetableError, match="cron of the city file"):
        dues("99 6 * * mon", HUE.zone, None, datetime(2026, 1, 1, tzinfo=UTC))
