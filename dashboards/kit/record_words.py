"""The words that narrow a list of rows, as people read them."""

from collections.abc import Callable
from datetime import UTC, datetime

from babel.dates import format_date

from dashboards.kit import backlog, records
from dashboards.kit.contract import View
from dashboards.kit.records import NOBODY, Found


def word(view: View, found: Found, name: str, value: str) -> str:
    say = view.language
    if name in records.WORDS:
        return say("Nobody yet") if value == NOBODY else say(value) if found.table == "event" else value
    told: dict[str, Callable[[], str]] = {
        "severity": lambda: say("unknown") if value == NOBODY else say("severity {n}", n=value),
        "age": lambda: _age(view, found, value),
        "day": lambda: value,
        "weekday": lambda: weekday(view, value),
        "left": lambda: _left(view, value),
        "hour": lambda: say("{n} o'clock", n=value),
        "hit": lambda: say("those that count") if value == "yes" else say("those that do not count"),
    }
    return told[name]()


def _age(view: View, found: Found, value: str) -> str:
    n = int(value) if value.isascii() and value.isdigit() else -1
    names = age_names(view) if found.table != "event" else [view.language(a) for a in AGES]
    return names[n] if 0 <= n < len(names) else value


def _left(view: View, value: str) -> str:
    return view.language(LEFT[int(value)]) if value in tuple("012345") else value


LEFT = (
    *("overdue by more than 7 days", "overdue by up to 7 days", "due within a day", "due in 1–3 days"),
    *("due later", "without a deadline"),
)
"""The buckets of kit.casework in words."""
AGES = ("under 15 min", "15–60 min", "1–4 h", "4–24 h", "over 24 h")
"""The buckets of kit.order.AGES in words."""


def age_names(view: View) -> list[str]:
    """The buckets of kit.backlog in words."""
    say = view.language
    ends = backlog.BUCKETS
    return [
        say("{low}–{high} days", low=a, high=b) if b is not None else say("{low} days and more", low=a) for a, b in ends
    ]


def weekday(view: View, n: str) -> str:
    if n not in tuple("0123456"):
        return n
    return str(format_date(datetime(2024, 1, 1 + int(n), tzinfo=UTC), "EEEE", locale=view.language.locale))
