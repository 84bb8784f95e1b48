"""The indicators of administrative cases, once more: row by row in plain Python, straight from the definitions."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.city.naive import DAY, Numbers, Rows, by_place, came, deadline, quantile, share, verdict, within


def services(rows: Rows, codes: Iterable[str], at: datetime, zone: ZoneInfo) -> Numbers:
    known = [r for r in rows if r["submitted_at"] <= at]
    groups = by_place(known, codes).items()
    return {(code, place): v for place, group in groups for code, v in _services(group, at, zone, bool(known)).items()}


def _known_share(rows: Rows, name: str, yes: Any) -> float | None:
    said = [r.get(name) for r in rows]
    return share(said.count(yes), len(said)) if any(s is not None for s in said) else None


def _ended(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"closed_at": row.get("completed_at")}


def _services(rows: Rows, at: datetime, zone: ZoneInfo, had: bool) -> dict[str, float | None]:
    counted = [r for r in rows if r.get("status") != "rejected"]
    still = [r for r in counted if not came(r.get("completed_at"), at)]
    ends = {id(r): deadline(r.get("due_at"), zone) for r in counted}
    overdue = [r for r in still if (end := ends[id(r)]) is not None and end < at]
    decided = [v for r in counted if (v := verdict(_ended(r), ends[id(r)], at)) is not None]
    month = [r for r in counted if within(r["submitted_at"], at, 30 * DAY)]
    done = [r for r in counted if within(r.get("completed_at"), at, 30 * DAY)]
    rated = [r["rating"] for r in done if r.get("rating") is not None]

    def number(found: Rows) -> float | None:
        return float(len(found)) if had else None

    return {
        "cases_received_7d": number([r for r in counted if within(r["submitted_at"], at, 7 * DAY)]),
        "cases_open": number(still),
        "cases_overdue": number(overdue),
        "cases_on_time_rate_30d": share(sum(decided), len(decided)),
        "online_submission_rate_30d": _known_share(month, "channel", "online"),
        "online_payment_rate_30d": _known_share(month, "fee_paid_online", True),
        "data_reuse_rate_30d": _known_share(month, "data_reused", True),
        "processing_days_p50_30d": quantile([(r["completed_at"] - r["submitted_at"]) / DAY for r in done], 0.5),
        "services_satisfaction_30d": share(sum(x >= 4 for x in rated), len(rated)),
        "services_rated_share_30d": share(len(rated), len(done)),
    }
