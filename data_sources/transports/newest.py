"""How far an answer reaches: the newest of its times, by which the next poll asks only for what came since."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from data_sources.engine.contract import Answer
from data_sources.standards.moments import moment
from data_sources.standards.rows import RowError


def in_json(name: str) -> "re.Pattern[bytes]":
    """Times under a member's name, plain or inside the value of a property."""
    return re.compile(rb'"%s"\s*:\s*(?:\{[^{}]{0,200}?"@?value"\s*:\s*)?"([^"]{8,64})"' % re.escape(name.encode()))


def in_xml(name: str) -> "re.Pattern[bytes]":
    return re.compile(rb"<%s>\s*([^<]{8,64})<" % re.escape(name.encode()))


def newest(answer: Answer, pattern: "re.Pattern[bytes]", zone: ZoneInfo | None = None) -> datetime | None:
    """None when it has no such time. A time ahead of the answer itself counts as the answer's: one wrong clock among
    a feed's devices must not hide what the others say next."""
    found = None
    for written in set(pattern.findall(answer.body)):
        try:
            at = moment(written.decode("utf-8", "replace"), zone)
        except RowError:
            continue
        found = at if found is None or at > found else found
    return None if found is None else min(found, answer.received_at.astimezone(UTC))


def text_of(at: datetime) -> str:
    """An instant as queries write it: UTC, whole milliseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
