"""The feeds as one JSON-ready answer: what the page of feeds shows, for programs."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from city.feed_state import Standing
from city.snapshot import Snapshot
from dashboards.kit import supply
from dashboards.kit.supply import Line

TEXTS = ("title", "domain", "standard", "url", "owner", "licence")


def sources(snapshot: Snapshot) -> dict[str, Any]:
    """Times are ISO 8601 in UTC, spans in seconds; null is unknown. A source without a feed writes by itself."""
    scene = snapshot.scene
    shares = {code: of(scene).sums() for code, of in supply.CRITERIA.items()}
    return {
        "city": snapshot.city.code,
        "at": snapshot.at.isoformat(),
        "known": snapshot.known,
        "version": snapshot.version,
        "sources": [_source(snapshot, line, shares) for line in supply.lines(scene)],
    }


def _source(snapshot: Snapshot, line: Line, shares: dict[str, dict[str, tuple[float, float]]]) -> dict[str, Any]:
    day = line.day
    return {
        "source": line.source,
        "state": line.state,
        **(_card(line.feed) if line.feed else {}),
        "newest_data_at": _iso(line.newest_at),
        "last_24h": {
            **{"runs": day.runs, "failed": day.failed, "rows_read": day.read, "rows_new": day.new},
            **{"rows_refused": day.refused, "delay": _number(day.delay)},
        },
        "criteria": {
            code: {"value": 100 * sums[line.source][0] / sums[line.source][1], "of": sums[line.source][1]}
            for code, sums in shares.items()
            if line.source in sums
        },
        "indicators": [i.code for i in supply.depends(snapshot.scene, line)],
    }


def _card(feed: Standing) -> dict[str, Any]:
    times = {"succeeded_at": feed.succeeded_at, "failing_since": feed.failing_since, "declared_at": feed["declared_at"]}
    return {
        **{name: feed[name] or None for name in TEXTS},
        **{name: _number(feed[name]) for name in ("every", "stale_after")},
        "shared": bool(feed["shared"]),
        **{name: _iso(at) for name, at in times.items()},
        "why": feed["why"] if feed.state in ("dead", "failing") and feed.last else None,
    }


def _iso(at: np.datetime64) -> str | None:
    if np.isnat(at):
        return None
    moment: datetime = at.astype("datetime64[us]").astype(datetime)
    return moment.replace(tzinfo=UTC).isoformat()


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
