from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.week import WeekError, last_week, over, week

HUE, BOSTON = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("America/New_York")


def test_a_week_begins_on_monday_in_the_citys_time() -> None:
    found = week("2025-W44", HUE)
    assert (found.start, found.end) == (datetime(2025, 10, 26, 17, tzinfo=UTC), datetime(2025, 11, 2, 17, tzinfo=UTC))


def test_the_week_in_which_clocks_go_back_is_an_hour_longer() -> None:
    found = week("2025-W44", BOSTON)
    assert found.end - found.start == timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    "text", ["", "2025", "2025-W54", "2025-W00", "2025-W1", "W44", "0000-W10", "9999-W01", "x-W01"]
)
def test_what_is_no_week_is_refused_by_name(text: str) -> None:
    with pytest.raises(WeekError, match="is no week"):
        week(text, HUE)


@given(st.floats(662_688_000, 7_226_582_400).map(lambda s: datetime.fromtimestamp(s, UTC)))
def test_the_last_week_is_over_and_the_next_is_not(now: datetime) -> None:
    last = last_week(now, HUE)
    assert over(week(last.code, HUE), now) == last
    following = last_week(last.end + timedelta(days=7), HUE)
    with pytest.raises(WeekError, match="not over"):
        over(following, now)
