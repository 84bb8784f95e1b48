"""A moment as people write it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.moment import MomentError, moment

HUE, NEW_YORK = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-10-27T20:00", "2025-10-27T13:00"),
        ("2025-10-27 20:00", "2025-10-27T13:00"),
        ("2025-10-27", "2025-10-26T17:00"),
        ("2025-10-27T20:00Z", "2025-10-27T20:00"),
        ("2025-10-27T20:00+09:00", "2025-10-27T11:00"),
        ("2025-10-27T20:00 09:00", "2025-10-27T11:00"),
        ("2025-10-27 20:00:00 09:00", "2025-10-27T11:00"),
        ("2025-10-27T20:00:00.25-05:00", "2025-10-28T01:00:00.25"),
    ],
)
def test_without_an_offset_it_is_city_time_and_a_lost_plus_is_understood(text: str, utc: str) -> None:
    assert moment(text, HUE) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_an_ambiguous_time_is_the_earlier_and_a_missing_one_the_first_after_the_gap() -> None:
    assert moment("2025-11-02T01:30", NEW_YORK).isoformat() == "2025-11-02T05:30:00+00:00"
    assert moment("2025-03-09T02:43", NEW_YORK).isoformat() == "2025-03-09T07:00:00+00:00"


@pytest.mark.parametrize("text", ["", "now", "2025-13-01", "27/10/2025", "2025-10-27T25:00", "9" * 40])
def test_what_is_no_moment_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(MomentError, match="write it like"):
        moment(text, HUE)


@pytest.mark.parametrize("text", ["0001-01-01", "1989-12-31T16:59Z", "2201-01-02", "9999-12-31T23:59:59"])
def test_what_is_too_far_away_is_refused(text: str) -> None:
    with pytest.raises(MomentError):
        moment(text, HUE)


@given(st.datetimes(datetime(1990, 1, 2), datetime(2100, 1, 1)), st.sampled_from([HUE, NEW_YORK]))  # noqa: DTZ001  wall time is meant
def test_what_is_written_with_an_offset_is_read_back(at: datetime, zone: ZoneInfo) -> None:
    aware = at.replace(tzinfo=UTC)
    assert moment(aware.astimezone(zone).isoformat(), HUE) == aware
    assert abs(moment(at.isoformat(), zone) - aware) < timedelta(days=1)
