"""The indicators of rows with a life, once more: row by row in plain Python, straight from the definitions.

Shares nothing with the product but the names of columns. Rows are dictionaries with aware datetimes.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

Rows = list[Mapping[str, Any]]
Numbers = dict[tuple[str, str | None], float | None]
DAY = timedelta(days=1)
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)


def by_place(rows: Rows, codes: Iterable[str]) -> dict[str | None, Rows]:
    known = set(codes)
    groups: dict[str | None, Rows] = {None: rows, "unlocated": [], **{c: [] for c in known}}
    for row in rows:
        groups[row["place_code"] if row.get("place_code") in known else "unlocated"].append(row)
    return groups


def quantile(values: list[float], q: float) -> float | None:
    return float(np.quantile(np.array(values), q)) if values else None


def share(hits: int, whole: int) -> float | None:
    return 100 * hits / whole if whole else None


def deadline(stored: datetime | None, zone: ZoneInfo, midnight_ends: bool = True) -> datetime | None:
    if stored is None:
        return None
    local = stored.astimezone(zone)
    if not midnight_ends or local.time() != time(0):
        return stored
    tomorrow: date = local.date() + DAY
    return datetime.combine(tomorrow, time(0), tzinfo=zone).astimezone(UTC)


def within(moment: datetime | None, at: datetime, span: timedelta) -> bool:
    return moment is not None and at - span < moment <= at


def came(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and moment <= at


def verdict(row: Mapping[str, Any], end: datetime | None, at: datetime) -> bool | None:
    """On time, late, or not decided in the last 30 days."""
    if end is None:
        return None
    closed = row.get("closed_at")
    if came(closed, at) and closed <= end:
        return True if within(closed, at, 30 * DAY) else None
    if end < at:
        return False if within(end, at, 30 * DAY) else None
    return None


def feedback(rows: Rows, codes: Iterable[str], at: datetime, zone: ZoneInfo) -> Numbers:
    out: Numbers = {}
    known = [r for r in rows if r["received_at"] <= at]
    had = bool(known)
    for place, group in by_place(known, codes).items():
        one = _feedback(group, at, zone, had)
        out |= {(code, place): value for code, value in one.items()}
    return out


def _feedback(rows: Rows, at: datetime, zone: ZoneInfo, had: bool) -> dict[str, float | None]:
    counted = [r for r in rows if r.get("status") != "rejected" and r.get("duplicate_of") is None]
    still = [r for r in counted if not came(r.get("closed_at"), at)]
    ends = [deadline(r.get("due_at"), zone) for r in counted]
    extended_ends = [deadline(r.get("extended_to") or r.get("due_at"), zone) for r in counted]
    overdue = [
        e for r, e in zip(counted, extended_ends, strict=True) if not came(r.get("closed_at"), at) and e and e < at
    ]
    ages = [(at - r["received_at"]) / DAY for r in still]
    week_in = [r for r in counted if within(r["received_at"], at, 7 * DAY)]
    week_out = [r for r in counted if within(r.get("closed_at"), at, 7 * DAY)]
    original = [(verdict(r, e, at), r) for r, e in zip(counted, ends, strict=True)]
    decided = [(v, r) for v, r in original if v is not None]
    extended = [v for r, e in zip(counted, extended_ends, strict=True) if (v := verdict(r, e, at)) is not None]
    closed = [r for r in counted if within(r.get("closed_at"), at, 30 * DAY)]
    rated = [r["rating"] for r in closed if r.get("rating") is not None]
    took = [(r["closed_at"] - r["received_at"]) / DAY for r in closed]
    first = [
        (r["first_response_at"] - r["received_at"]) / timedelta(hours=1)
        for r in counted
        if within(r.get("first_response_at"), at, 30 * DAY)
    ]
    entered = [r for r in rows if r.get("duplicate_of") is None and within(r["received_at"], at, 30 * DAY)]

    def number(n: int) -> float | None:
        return float(n) if had else None

    return {
        "feedback_open": number(len(still)),
        "feedback_overdue": number(len(overdue)),
        "feedback_age_p50": quantile(ages, 0.5),
        "feedback_age_p90": quantile(ages, 0.9),
        "feedback_received_7d": number(len(week_in)),
        "feedback_closed_7d": number(len(week_out)),
        "feedback_net_flow_7d": number(len(week_in) - len(week_out)),
        "feedback_on_time_rate_30d": share(sum(v for v, _ in decided), len(decided)),
        "feedback_on_time_extended_rate_30d": share(sum(extended), len(extended)),
        "feedback_extension_rate_30d": share(sum(r.get("extended_to") is not None for _, r in decided), len(decided)),
        "feedback_first_response_p50_30d": quantile(first, 0.5),
        "feedback_resolution_p50_30d": quantile(took, 0.5),
        "feedback_resolution_p90_30d": quantile(took, 0.9),
        "feedback_satisfaction_30d": share(sum(x >= 4 for x in rated), len(rated)),
        "feedback_rated_share_30d": share(len(rated), len(closed)),
        "feedback_verified_share_30d": share(sum(r.get("status") != "rejected" for r in entered), len(entered)),
    }


def group_of(category: str | None, word: str) -> bool:
    return category is not None and any(category == word or category.startswith(word + s) for s in "_./:- ")


def public_order(rows: Rows, population: Mapping[str, float | None], at: datetime) -> Numbers:
    out: Numbers = {}
    known = [r for r in rows if r["opened_at"] <= at]
    city = None if None in population.values() or not population else sum(x for x in population.values() if x)
    people = {**population, None: city, "unlocated": None}
    for place, group in by_place(known, population).items():
        one = _public_order([r for r in group if r.get("domain") == "public_order"], people[place], at, bool(known))
        out |= {(code, place): value for code, value in one.items()}
    return out


def _public_order(rows: Rows, people: float | None, at: datetime, had: bool) -> dict[str, float | None]:
    still = [r for r in rows if not came(r.get("closed_at"), at)]
    day = [r for r in rows if within(r["opened_at"], at, DAY)]
    crimes = [r for r in rows if within(r["opened_at"], at, 30 * DAY) and group_of(r.get("category"), "crime")]

    def minutes(step: str) -> list[float]:
        reached = [(r["opened_at"], r[step]) for r in rows if r.get(step) is not None]
        return [(b - a) / timedelta(minutes=1) for a, b in reached if within(max(a, b), at, DAY)]

    def number(found: Iterable[Any]) -> float | None:
        return float(len(list(found))) if had else None

    return {
        "incidents_open": number(still),
        "incidents_severe_open": number(r for r in still if r.get("severity") is not None and r["severity"] <= 2),
        "incidents_24h": number(day),
        "incidents_7d": number(r for r in rows if within(r["opened_at"], at, 7 * DAY)),
        "dispatch_p50_24h": quantile(minutes("acknowledged_at"), 0.5),
        "response_p50_24h": quantile(minutes("arrived_at"), 0.5),
        "response_p90_24h": quantile(minutes("arrived_at"), 0.9),
        "fires_24h": number(r for r in day if group_of(r.get("category"), "fire")),
        "rescues_open": number(r for r in still if group_of(r.get("category"), "rescue")),
        "crime_per_100k_30d": 1e5 * len(crimes) / people if had and people else None,
    }


def compare(snapshot: Any, wanted: Numbers, only: Callable[[str], bool] = lambda _: True) -> None:
    """Counts equal, quantiles and rates to 1e-6, unknown as unknown, for every place that is named."""
    assert wanted
    wrong = {}
    for (code, place), value in wanted.items():
        if only(code):
            ours = snapshot.number(code, snapshot.places.slot(place)).value
            near = ours == value if None in (ours, value) else abs(ours - value) <= 1e-6
            if not near:
                wrong[code, place] = (ours, value)
    assert not wrong, f"(ours, wanted): {wrong}"
