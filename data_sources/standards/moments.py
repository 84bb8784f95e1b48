"""Instants as the standards write them (ISO 8601, xs:dateTime, POSIX seconds), as aware UTC times."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pandas as pd

from data_sources.standards.rows import RowError, shown

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST = 64
_NOTHING = (None, "")


def moment(value: object, zone: ZoneInfo | None = None) -> datetime:
    """An instant, or the end of an interval `a/b`: what a period says is known when it ends. Raises RowError."""
    if not isinstance(value, str) or len(value) > LONGEST:
        raise RowError(f"{shown(value)} is no time")
    return _moment(value.strip(), zone)


def optional(value: object, zone: ZoneInfo | None = None) -> datetime | None:
    return None if value in _NOTHING else moment(value, zone)


def begin(value: object, zone: ZoneInfo | None = None) -> datetime:
    """The start of an interval `a/b`, or an instant."""
    return moment(value.partition("/")[0] if isinstance(value, str) else value, zone)


@lru_cache(maxsize=4096)
def _moment(written: str, zone: ZoneInfo | None) -> datetime:
    last = written.rpartition("/")[2]
    try:
        found = datetime.fromisoformat(last)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
        if zone is not None:
            return _there(found, zone)
    except (ValueError, OverflowError) as e:
        raise RowError(f"{shown(written)} is no time") from e
    raise RowError(f"{shown(last)} has no offset, and the feed names no time zone")


def _there(naive: datetime, zone: ZoneInfo) -> datetime:
    """Local time as UTC: an ambiguous one the earlier, a missing one the first instant after the gap."""
    found = naive.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == naive:
        return found
    shifted: datetime = pd.Timestamp(naive).tz_localize(zone, nonexistent="shift_forward").to_pydatetime()
    return shifted.astimezone(UTC)


def from_epoch(seconds: float) -> datetime:
    """POSIX seconds."""
    try:
        return EPOCH + timedelta(seconds=seconds)
    except (OverflowError, ValueError) as e:
        raise RowError(f"{shown(seconds)} s is no time") from e
