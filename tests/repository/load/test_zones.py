"""Local times as UTC, against the standard library's own reading of the zones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.load.zones import to_utc

ZONES = [
    *("America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Asia/Ho_Chi_Minh", "Africa/Casablanca"),
    *("America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu", "UTC", "Antarctica/Troll"),
]


def expected(local: datetime, zone: ZoneInfo) -> tuple[datetime, str]:
    """By definition: the earlier of two readings; of none, the first instant whose local time is later."""
    readings = sorted({local.replace(tzinfo=zone, fold=f).astimezone(UTC) for f in (0, 1)})
    real = [r for r in readings if r.astimezone(zone).replace(tzinfo=None) == local]
    if real:
        return real[0], "ambiguous" if len(real) > 1 else "plain"
    low, high = readings[0] - timedelta(days=2), readings[-1] + timedelta(days=2)
    while high - low > timedelta(microseconds=1):
        middle = low + (high - low) / 2
        before = middle.astimezone(zone).replace(tzinfo=None) < local
        low, high = (middle, high) if before else (low, middle)
    return high, "missing"


@given(st.sampled_from(ZONES), st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31)), max_size=20))  # noqa: DTZ001
def test_any_local_time_is_read_as_the_standard_library_reads_it(name: str, times: list[datetime]) -> None:
    agrees(ZoneInfo(name), times)


@given(st.sampled_from(ZONES), st.integers(1990, 2036), st.integers(-7200, 7200))
def test_times_around_changes_are_read_as_the_standard_library_reads_them(name: str, year: int, near: int) -> None:
    zone = ZoneInfo(name)
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=i) for i in range(366)]
    offsets = [d.astimezone(zone).utcoffset() for d in days]
    changed = [days[i].astimezone(zone).replace(tzinfo=None) for i in range(1, 366) if offsets[i] != offsets[i - 1]]
    agrees(zone, [c - timedelta(hours=h, seconds=near) for c in changed for h in range(0, 26)])


def agrees(zone: ZoneInfo, times: list[datetime]) -> None:
    found = to_utc(np.array(times, dtype="datetime64[us]"), zone)
    for i, local in enumerate(times):
        utc, how = expected(local, zone)
        assert found.utc[i] == np.datetime64(utc.replace(tzinfo=None), "us"), (zone.key, local, how)
        assert bool(found.ambiguous[i]) == (how == "ambiguous")
        assert bool(found.missing[i]) == (how == "missing")


@pytest.mark.parametrize(
    ("local", "utc", "how"),
    [
        ("2011-11-06 01:30", "2011-11-06 05:30", "ambiguous"),
        ("2012-03-11 02:43", "2012-03-11 07:00", "missing"),
        ("2012-03-11 02:00", "2012-03-11 07:00", "missing"),
        ("2012-03-11 03:00", "2012-03-11 07:00", "plain"),
        ("2011-11-06 02:00", "2011-11-06 07:00", "plain"),
    ],
)
def test_new_york_puts_its_clocks_back_and_forward(local: str, utc: str, how: str) -> None:
    found = to_utc(np.array([local], dtype="datetime64[us]"), ZoneInfo("America/New_York"))
    assert found.utc[0] == np.datetime64(utc)
    assert (bool(found.ambiguous[0]), bool(found.missing[0])) == (how == "ambiguous", how == "missing")


def test_no_time_stays_none() -> None:
    found = to_utc(np.array(["NaT", "2020-01-01"], dtype="datetime64[us]"), ZoneInfo("UTC"))
    assert np.isnat(found.utc[0]) and found.utc[1] == np.datetime64("2020-01-01")
    assert not found.missing.any() and not found.ambiguous.any()
