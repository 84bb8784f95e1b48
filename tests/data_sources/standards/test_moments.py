from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources.standards.moments import begin, from_epoch, moment, optional
from data_sources.standards.rows import RowError

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    "written",
    [
        *("2026-11-23T07:00:00+07:00", "2026-11-23T00:00:00Z", "2026-11-23T00:00Z", "2026-11-22T17:00:00-0700"),
        *("2026-11-23T00:00:00.000000000Z", "2026-11-23T00:00:00.0-00:00", " 2026-11-23T00:00:00Z "),
        *("2026-11-22T23:00:00Z/2026-11-23T00:00:00Z", "20261123T000000Z"),
    ],
)
def test_the_standards_ways_of_writing_one_instant(written: str) -> None:
    assert moment(written) == datetime(2026, 11, 23, tzinfo=UTC)
    assert moment(written).tzinfo is UTC


@pytest.mark.parametrize(
    "written", ["", "now", "2026-02-30T00:00:00Z", 5, None, True, [], "2" * 100, "2026-11-23T25:00Z"]
)
def test_what_is_no_time_is_refused(written: object) -> None:
    with pytest.raises(RowError):
        moment(written)


def test_without_an_offset_a_zone_must_be_named() -> None:
    with pytest.raises(RowError, match="no offset"):
        moment("2026-11-23T07:00:00")
    assert moment("2026-11-23T07:00:00", ZoneInfo("Asia/Ho_Chi_Minh")) == datetime(2026, 11, 23, tzinfo=UTC)


def test_an_ambiguous_time_is_the_earlier_and_a_missing_one_the_first_after_the_gap() -> None:
    assert moment("2026-11-01T01:30:00", NEW_YORK) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert moment("2026-03-08T02:43:00", NEW_YORK) == datetime(2026, 3, 8, 7, tzinfo=UTC)


def test_times_at_the_ends_of_the_calendar_are_refused_and_not_an_error() -> None:
    for written in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        with pytest.raises(RowError):
            moment(written)
    for seconds in (1e300, -1e300, float("1e18")):
        with pytest.raises(RowError):
            from_epoch(seconds)


def test_an_interval_begins_at_its_first_instant_and_nothing_is_no_time() -> None:
    assert begin("2026-11-22T23:00:00Z/2026-11-23T00:00:00Z").hour == 23
    assert optional(None) is None
    assert optional("") is None


FIRST, LAST = (datetime(y, 1, 1, tzinfo=UTC).replace(tzinfo=None) for y in (1990, 2100))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@given(st.datetimes(FIRST, LAST, timezones=offsets))
def test_any_instant_survives_being_written(at: datetime) -> None:
    assert moment(at.isoformat()) == at
