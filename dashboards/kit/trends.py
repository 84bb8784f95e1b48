"""Trend lines: an indicator at earlier moments, worked out beside the live path and kept by the moment.

Environment and public order show the last 24 hours by the hour, everything else the last 14 days by the day.
"""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
import structlog

from city.batch import Array
from city.indicators import registry
from city.scene import instant
from city.snapshot import Snapshot

HOURLY = frozenset({"environment", "public_order", "traffic", "health", "data"})
HOUR, DAY = np.timedelta64(1, "h"), np.timedelta64(1, "D")
REFRESH = timedelta(minutes=15)
KEPT = 20_000


def moments(domain: str, at: datetime) -> Array:
    """The grid's moments before `at`, oldest first (datetime64[us])."""
    return _grid(domain in HOURLY, at)[0]


@lru_cache(maxsize=64)
def _grid(hourly: bool, at: datetime) -> tuple[Array, list[int]]:
    """With its moments in microseconds, by which values are kept; a page asks for each of its indicators."""
    step, count = (HOUR, 24) if hourly else (DAY, 14)
    now = instant(at)
    newest = now.astype("datetime64[h]" if step == HOUR else "datetime64[D]").astype("datetime64[us]")
    grid = newest - step * np.arange(count, -1, -1)
    grid = grid[grid < now]
    return grid, grid.astype(np.int64).tolist()


class Trends:
    """Values at grid moments for every slot, kept until corrections should be looked for again.

    One thread fills it; any number read. What is not there yet is simply not drawn yet.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, int], tuple[datetime, Array]] = OrderedDict()
        self._lock = threading.Lock()
        self._unknown: set[str] = set()
        self.log = structlog.get_logger("dashboards.trends")

    def line(self, snapshot: Snapshot, code: str, slot: int) -> list[float | None] | None:
        """Values of one place, oldest first, the snapshot's own value last; None where not yet worked out."""
        scope, (_, stamps) = _scope(snapshot), _grid(registry()[code].domain in HOURLY, snapshot.at)
        with self._lock:
            found = [self._kept.get((scope, code, m)) for m in stamps]
        if not stamps or any(f is None or len(f[1]) != snapshot.places.slots for f in found):
            return None
        now = float(snapshot.outcome(code).values[slot])
        return [_known(float(f[1][slot])) for f in found if f] + [_known(now)]

    def missing(self, snapshot: Snapshot, codes: list[str]) -> list[tuple[str, np.datetime64]]:
        """What is to be worked out, the newest moments first."""
        oldest, scope = snapshot.at - REFRESH, _scope(snapshot)
        size = snapshot.places.slots
        with self._lock:
            return [
                (code, grid[i])
                for code in codes
                for grid, stamps in [_grid(registry()[code].domain in HOURLY, snapshot.at)]
                for i in range(len(stamps) - 1, -1, -1)
                if self._due(self._kept.get((scope, code, stamps[i])), oldest, size)
            ]

    @staticmethod
    def _due(entry: tuple[datetime, Array] | None, oldest: datetime, size: int) -> bool:
        return entry is None or entry[0] < oldest or len(entry[1]) != size

    def work_out(self, snapshot: Snapshot, code: str, moment: np.datetime64) -> None:
        """One that can't be worked out is unknown until it is looked at again, and no line is kept from the page."""
        try:
            values = registry()[code].compute(snapshot.scene.earlier(moment)).values
        except Exception:
            if code not in self._unknown:
                self.log.exception("a trend can't be worked out", indicator=code, at=str(moment))
            self._unknown.add(code)
            values = np.full(snapshot.places.slots, np.nan)
        with self._lock:
            self._kept[_scope(snapshot), code, int(moment.astype("datetime64[us]").astype(np.int64))] = (
                snapshot.at,
                values,
            )
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def _scope(snapshot: Snapshot) -> str:
    """Lines may be shared by pictures that know the same: all of today's knowledge, or one past moment's."""
    return "now" if snapshot.known == "now" else snapshot.at.isoformat()


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)
