"""Local times of a zone as UTC, a whole column at once: the zone's changes of offset, then one binary search."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from city.batch import Array

DAY = timedelta(days=1)
SECOND = np.timedelta64(1, "s")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Changes:
    """When a zone's offset changes: `at[i]` (UTC seconds) ends `offset[i]` and begins `offset[i + 1]` (seconds)."""

    at: Array
    offset: Array


def _offset(zone: ZoneInfo, second: int) -> int:
    there = (EPOCH + timedelta(seconds=second)).astimezone(zone)
    return int((there.utcoffset() or timedelta()).total_seconds())


@lru_cache(maxsize=32)
def changes(zone: ZoneInfo, first_year: int, last_year: int) -> Changes:
    """A zone's changes over whole years; offsets are looked up a day apart, and each change found to the second."""
    start = int(datetime(first_year, 1, 1, tzinfo=UTC).timestamp())
    stop = int(datetime(last_year, 12, 31, 23, tzinfo=UTC).timestamp())
    offsets, at = [_offset(zone, start)], []
    for day in range(start + 86400, stop, 86400):
        if (new := _offset(zone, day)) != offsets[-1]:
            low, high = day - 86400, day
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if _offset(zone, middle) == new else (middle, high)
            at.append(high)
            offsets.append(new)
    return Changes(np.array(at, dtype=np.int64), np.array(offsets, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Localised:
    """A column in UTC (`datetime64[us]`), and which of its local times were ambiguous or did not exist."""

    utc: Array
    ambiguous: Array
    missing: Array


def to_utc(local: Array, zone: ZoneInfo) -> Localised:
    """Local `datetime64[us]` as UTC: an ambiguous time is the earlier, a missing one the first after the gap."""
    known = ~np.isnat(local)
    none = np.zeros(len(local), dtype=bool)
    if not known.any():
        return Localised(local, none, none)
    years = local[known].astype("datetime64[Y]").astype(int) + 1970
    # beyond these years no zone says anything of its own, and Python's calendar ends at 9999
    change = changes(zone, max(int(years.min()) - 1, 1900), min(int(years.max()) + 1, 2200))
    before, after = change.offset[:-1], change.offset[1:]
    micro = local.astype(np.int64)
    # the offset before a change holds until the later of the two clocks has passed it: so ambiguous is the earlier
    period = np.searchsorted((change.at + np.maximum(before, after)) * 1_000_000, micro, side="right")
    utc = micro - change.offset[period] * 1_000_000
    ends = np.append(change.at, np.iinfo(np.int64).max // 1_000_000)[period] * 1_000_000
    missing = known & (utc >= ends)
    starts = np.append(change.at + np.minimum(before, after), np.iinfo(np.int64).max // 1_000_000)[period] * 1_000_000
    ambiguous = known & ~missing & (micro >= starts)
    utc = np.where(missing, ends, utc)
    return Localised(np.where(known, utc.astype("datetime64[us]"), local), ambiguous, missing)
