"""A moment as people write it: ISO 8601, in the city's time where it has no offset."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

FIRST, LAST = 1990, 2200
"""Years that can be looked at."""
# In a URL a plus arrives as a space. An offset only follows a time, so "2026-11-23 07:00" keeps its meaning.
_LOST_PLUS = re.compile(r"([T:].*\d) (\d\d(?::?\d\d)?)$")


class MomentError(ValueError):
    """Text that is no moment; the message says what to write."""


def moment(text: str, zone: ZoneInfo) -> datetime:
    """An aware UTC time. Without an offset: city time, an ambiguous one the earlier, a missing one the first after.

    Raises MomentError.
    """
    written = _LOST_PLUS.sub(r"\1+\2", text.strip())
    try:
        found = datetime.fromisoformat(written)
        if found.tzinfo is None:
            found = _there(found, zone)
        at = found.astimezone(UTC)
    except (ValueError, OverflowError) as e:
        raise MomentError(f"{text!r} is no moment; write it like 2025-10-27T20:00 or 2025-10-27T20:00+07:00") from e
    if not FIRST <= at.year <= LAST:
        raise MomentError(f"{text!r} cannot be looked at: only the years {FIRST} to {LAST}")
    return at


def _there(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which a clock in the zone shows this; where none does, the first at which one shows more."""
    early, late = (wall.replace(tzinfo=zone, fold=n) for n in (0, 1))
    ahead, before = late.utcoffset(), early.utcoffset()
    if ahead is None or before is None or ahead <= before:  # ambiguous or plain: fold 0 is the earlier
        return early
    low, high = (wall.replace(tzinfo=UTC) - o for o in (ahead, before))
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (low, middle) if middle.astimezone(zone).utcoffset() == ahead else (middle, high)
    return high.replace(microsecond=0)
