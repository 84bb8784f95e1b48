"""Text as moments."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.load.times import Moments, moments

HUE = ZoneInfo("Asia/Ho_Chi_Minh")
OFFSETS = st.builds(lambda m: timezone(timedelta(minutes=15 * m)), st.integers(-48, 56))


def read(*words: str | None, formats: tuple[str, ...] = (), zone: ZoneInfo | None = HUE) -> Moments:
    return moments(pa.array(words, type=pa.string()), formats, zone)


def utc(*words: str | None, formats: tuple[str, ...] = ()) -> list[str]:
    return [str(t) for t in read(*words, formats=formats).utc.astype("datetime64[s]")]


@given(st.lists(st.datetimes(datetime(1600, 1, 1), datetime(9998, 1, 1), timezones=OFFSETS), min_size=1))  # noqa: DTZ001
def test_what_is_written_with_an_offset_comes_back(times: list[datetime]) -> None:
    found = read(*(t.isoformat() for t in times), zone=None)
    assert not found.unreadable.any() and not found.zoneless.any()
    assert [t.item() for t in found.utc] == [t.astimezone(UTC).replace(tzinfo=None) for t in times]


@pytest.mark.parametrize(
    "word",
    [
        *("2025-10-27 20:00", "2025-10-27T20:00:00", "2025-10-27 20:00:00.000", "2025/10/27 20:00", "2025-10-27 20"),
        *("2025 10 27 20", "2025-10-27T13:00Z", "2025-10-27T13:00:00.000000000Z", "2025-10-27 14:00+01:00"),
        *("2025-10-27T15:00:00+0200", "2025-10-27 13:00:00 UTC", "2025-10-27T13:00:00z"),
    ],
)
def test_spellings_of_one_moment(word: str) -> None:
    assert utc(word) == ["2025-10-27T13:00:00"]
    assert utc(word, "2025-1-2 3:4", None)[0] == "2025-10-27T13:00:00"  # the way row by row reads it alike


def test_one_column_may_mix_offsets_and_fractions() -> None:
    words = ("2011-12-06 13:41:31.788+01:00", "2011-10-11 13:42:22+02:00", "2011-10-11 13:42:22", None)
    assert utc(*words) == ["2011-12-06T12:41:31", "2011-10-11T11:42:22", "2011-10-11T06:42:22", "NaT"]


def test_midnight_may_be_called_24() -> None:
    assert utc("2025-10-27 24:00", "2025-10-27 24") == ["2025-10-27T17:00:00"] * 2


@pytest.mark.parametrize(
    "word",
    [
        "soon",
        "2025-10-27 20:00+25:00",
        "2025-10-27 20:00+07:75",
        "10/27/2025",
        "27.10.2025 20:00",
        "2025-13-01",
        "2025-02-30",
        "2025-10-27 25:00",
        "20251027",
        "1761570000",
    ],
)
def test_what_could_be_read_in_two_ways_or_none_is_unreadable(word: str) -> None:
    found = read(word, "2025-01-01")
    assert found.unreadable.tolist() == [True, False]


def test_formats_are_tried_in_turn() -> None:
    words = ("3/14/2025 1:20", "14.03.2025 01:20", "never")
    found = read(*words, formats=("%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M"))
    assert found.unreadable.tolist() == [False, False, True]
    assert found.utc[0] == found.utc[1] == np.datetime64("2025-03-13T18:20")


def test_twelve_o_clock_in_the_american_way() -> None:
    words = ("02/08/2015 12:00:00 AM", "02/08/2015 12:00:00 PM")
    assert utc(*words, formats=("%m/%d/%Y %I:%M:%S %p",)) == ["2015-02-07T17:00:00", "2015-02-08T05:00:00"]


def test_formats_with_an_offset_need_no_zone() -> None:
    found = read("27/10/2025 20:00 +0700", formats=("%d/%m/%Y %H:%M %z",), zone=None)
    assert found.utc[0] == np.datetime64("2025-10-27T13:00") and not found.zoneless.any()


def test_seconds_since_1970_are_read_when_named() -> None:
    assert utc("1761570000", "x", formats=("unix",)) == ["2025-10-27T13:00:00", "NaT"]
    assert utc("1761570000000", formats=("unix_ms",)) == ["2025-10-27T13:00:00"]
    assert utc("1761570000.5", formats=("unix",)) == ["2025-10-27T13:00:00"]


def test_a_time_without_offset_needs_a_zone() -> None:
    found = read("2025-10-27 20:00", "2025-10-27 20:00Z", zone=None)
    assert found.zoneless.tolist() == [True, False]
