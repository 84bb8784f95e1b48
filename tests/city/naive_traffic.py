"""The indicators of traffic, once more: reading by reading and event by event, straight from the definitions."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from tests.city.naive import DAY, Numbers, Rows, by_place, came, group_of, quantile, within
from tests.city.naive_sensors import Series, series

QUARTER = timedelta(minutes=15)
Sensor = dict[str, Any]


def _mean(found: list[Sensor], name: str) -> float | None:
    counted = [s for s in found if s["flow"]]
    if counted:
        return sum(s[name] * s["flow"] for s in counted) / sum(s["flow"] for s in counted)
    return sum(s[name] for s in found) / len(found) if found else None


def _now(speeds: Series, flows: Series, told: Mapping[str, float], at: datetime) -> tuple[list[Sensor], list[Sensor]]:
    """Sensors that report now; and every reading of seven days as a ratio to free flow."""
    now, week = [], []
    for name, rows in speeds.items():
        month = [v for t, v, _ in rows if within(t, at, 28 * DAY)]
        free = told.get(name) or (float(np.percentile(month, 95)) if month else None)
        seen, speed, place = rows[-1]
        newest_flow = flows[name][-1] if name in flows else (datetime.min.replace(tzinfo=at.tzinfo), None, None)
        flow = newest_flow[1] if newest_flow[1] is not None and at - newest_flow[0] <= QUARTER else None
        if at - seen <= QUARTER:
            index = None if not free or speed == 0 else max(1.0, free / speed)
            still = bool(free) and speed == 0 and flow != 0
            now.append({"place_code": place, "speed": speed, "flow": flow, "index": index, "still": still})
        if free:
            week += [{"place_code": place, "ratio": free / v} for t, v, _ in rows if v > 0 and within(t, at, 7 * DAY)]
    return now, week


def roads(readings: Rows, told: Mapping[str, float], codes: Iterable[str], at: datetime) -> Numbers:
    codes, out = list(codes), {}
    now, week = _now(series(readings, "speed", at), series(readings, "flow", at), told, at)
    weeks = by_place(week, codes)
    for place, found in by_place(now, codes).items():
        moving = [s for s in found if s["index"] is not None]
        judged = len(moving) + sum(s["still"] for s in found)
        slow = sum(s["index"] > 1.5 for s in moving) + sum(s["still"] for s in found)
        out["average_speed", place] = _mean(found, "speed")
        out["travel_time_index", place] = _mean(moving, "index")
        out["congested_share", place] = 100 * slow / judged if judged else None
        out["planning_time_index_7d", place] = quantile([s["ratio"] for s in weeks[place]], 0.95)
    return out


def blocked(rows: Rows, codes: Iterable[str], at: datetime) -> Numbers:
    known = [r for r in rows if r["opened_at"] <= at]
    tells = any(_hurt(r) is not None for r in known if _crashed(r, at))
    silent = any(_crashed(r, at) for r in known) and not tells
    out: Numbers = {}
    for place, group in by_place(known, codes).items():
        mine = [r for r in group if r.get("domain") == "traffic"]
        crashes = [r for r in mine if _crashed(r, at)]
        still = [r for r in mine if not came(r.get("closed_at"), at)]
        cleared = [r for r in mine if within(r.get("closed_at"), at, DAY)]
        shut = [r for r in still if any(group_of(r.get("category"), w) for w in ("road_closed", "flooded_road"))]
        counts = {"traffic_incidents_open": len(still), "roads_closed": len(shut), "crashes_30d": len(crashes)}
        minutes = [(r["closed_at"] - r["opened_at"]) / timedelta(minutes=1) for r in cleared]
        out |= {(code, place): float(n) if known else None for code, n in counts.items()}
        out["incident_clearance_p90_24h", place] = quantile(minutes, 0.9)
        hurt = float(sum(_hurt(r) or 0 for r in crashes))
        out["crash_casualties_30d", place] = None if silent or not known else hurt
    return out


def _crashed(row: Mapping[str, Any], at: datetime) -> bool:
    named = group_of(row.get("category"), "crash") or group_of(row.get("category"), "accident")
    return row.get("domain") == "traffic" and named and within(row["opened_at"], at, 30 * DAY)


def _hurt(row: Mapping[str, Any]) -> float | None:
    said: float | None = (row.get("attributes") or {}).get("casualties")
    return said
