"""Incidents by what a duty officer asks of them: how bad, how old, how fast, when, where. Numbers only."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from city import incidents
from city.batch import Array
from city.lives import MINUTE, took
from city.rollup import count
from city.scene import Scene, days

AGES = (15, 60, 240, 1440)
"""Minutes at which an open incident passes into the next bucket; the fifth is all above."""
SEVERITIES = (1, 2, 3, 4, 5)
WEEKS = 4


@dataclass(frozen=True)
class Waiting:
    """An open incident. Never its summary, never where exactly."""

    category: str | None
    severity: float
    opened: np.datetime64
    reached: bool
    slot: int


def grid(scene: Scene) -> Array:
    """int64 (severities, then those without one × ages): open incidents."""
    i, still = incidents.incidents(scene), incidents.is_open(scene)
    age = age_of(scene, i.opened[still])
    row = np.where(np.isin(i.severity[still], SEVERITIES), np.nan_to_num(i.severity[still]) - 1, len(SEVERITIES))
    wide = len(AGES) + 1
    cells = row.astype(np.int64) * wide + age
    return np.bincount(cells, minlength=(len(SEVERITIES) + 1) * wide).reshape(-1, wide)


def age_of(scene: Scene, opened: Array) -> Array:
    """int64 a time: the bucket of AGES it is in."""
    return np.searchsorted(AGES, took(opened, scene.at, MINUTE), side="right")


def responses(scene: Scene, within: float) -> list[tuple[int, int, float, float]]:
    """By severity, incidents reached in the last 24 hours: severity, how many, median minutes, share within so many."""
    i, reached = incidents.incidents(scene), incidents.reached_within(scene, "arrived", days(1))
    minutes = took(i.opened, i.arrived, MINUTE)
    found = [(s, minutes[reached & (i.severity == s)]) for s in SEVERITIES]
    return [(s, len(m), float(np.median(m)), float((m <= within).mean())) for s, m in found if len(m)]


def week(scene: Scene, zone: ZoneInfo) -> Array:
    """int64 (7 days from Monday × 24 local hours): incidents opened in the last four weeks."""
    i = incidents.incidents(scene)
    opened = i.opened[incidents.opened_within(scene, days(7 * WEEKS))]
    local = pd.DatetimeIndex(opened, tz="UTC").tz_convert(zone)
    cells = np.asarray(local.day_of_week) * 24 + np.asarray(local.hour)
    return np.bincount(cells.astype(np.int64), minlength=7 * 24).reshape(7, 24)


def places(scene: Scene) -> list[tuple[int, int, int]]:
    """Slots, with the incidents of the last 24 hours and the open ones; most first."""
    i = incidents.incidents(scene)
    still = count(i.slot[incidents.is_open(scene)], scene.slots)
    new = count(i.slot[incidents.opened_within(scene, days(1))], scene.slots)
    found = [(s, int(new[s]), int(still[s])) for s in range(scene.slots - 1) if new[s] or still[s]]
    return sorted(found, key=lambda f: (-f[1], -f[2], f[0]))


def waiting(scene: Scene, most: int) -> list[Waiting]:
    """Open incidents, the severest first, and of those the oldest."""
    rows, i = scene.tables["event"], incidents.incidents(scene)
    mine, still = np.flatnonzero(rows["public_order"]), np.flatnonzero(incidents.is_open(scene))
    order = np.lexsort((i.opened[still], np.nan_to_num(i.severity[still], nan=9)))
    return [
        Waiting(
            rows["category"][mine[k]],
            float(i.severity[k]),
            i.opened[k],
            bool(i.arrived[k] <= scene.at),
            int(i.slot[k]),
        )
        for k in still[order][:most]
    ]
