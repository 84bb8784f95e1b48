"""A refused row as it may be shown to anybody: its shape, its times and numbers; never who wrote it or what about.

Whose words a text is can't be told from outside, so only texts that name a kind of thing stay, by the names of their
fields; runs of digits as long as a telephone's or an identity card's go as well.
"""

import re
from typing import Any

import orjson

LONGEST = 300
HIDDEN = "…"
DEEPEST = 3
KINDS = frozenset(
    {
        *("source", "sensor_id", "event_id", "feedback_id", "case_id", "place_code", "metric", "unit", "kind", "type"),
        *("domain", "category", "status", "channel", "severity", "procedure_code", "field", "agency", "id", "code"),
        *("service_code", "service_request_id", "unique_key", "complaint_type", "parameter", "datastream"),
    }
)
"""Fields whose texts name a kind, a code or a thing."""
_WHO = re.compile(
    r"name|phone|tel|mobile|mail|report|citizen|address|contact|owner|user|author|person|identity|cccd|cmnd", re.I
)
_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|[+-]\d\d:?\d\d))?)?")
_NUMBER = re.compile(r"[+-]?\d{1,6}([.,]\d{1,8})?")
_DIGITS = re.compile(r"\d{7,}")
_WORDS = re.compile(r"[^\W\d_]+")


def redacted(content: str) -> str:
    """One line of at most `LONGEST` characters."""
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        shown = _DIGITS.sub(HIDDEN, _WORDS.sub(HIDDEN, content[: 4 * LONGEST]))
    else:
        shown = orjson.dumps(_shown(value, "", DEEPEST)).decode()
    shown = " ".join(shown.split())
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + HIDDEN


def _shown(value: Any, name: str, deep: int) -> Any:
    if isinstance(value, dict) and deep:
        return {str(k)[:40]: _shown(v, str(k), deep - 1) for k, v in list(value.items())[:40]}
    if isinstance(value, list) and deep:
        return [_shown(v, name, deep - 1) for v in value[:5]]
    if value is None or isinstance(value, bool):
        return value
    return value if _tells_nobody(value, name) else HIDDEN


def _tells_nobody(value: Any, name: str) -> bool:
    if _WHO.search(name):
        return False
    if isinstance(value, int | float):
        return abs(value) < 1e7
    if not isinstance(value, str):
        return False
    if _TIME.fullmatch(value) or _NUMBER.fullmatch(value):
        return True
    return name.lower() in KINDS and len(value) <= 60 and "@" not in value and not _DIGITS.search(value)
