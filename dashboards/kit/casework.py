"""Administrative cases by what a service centre asks of them: where they wait, what is on time, online, given once.

All count what the indicators count (city.cases): submitted by the moment and not rejected.
"""

from dataclasses import dataclass

import numpy as np

from city import cases
from city.batch import Array
from city.lives import DAY, took
from city.scene import Scene, days
from dashboards.kit.backlog import Kept, coded

TABLE = "administrative_case"
LEFT = (-7, 0, 1, 3)
"""Days to the deadline at which an open case passes into the next bucket: below the first it is long overdue."""
MONTH = days(30)


@dataclass(frozen=True)
class Work:
    """Somebody's cases: open and overdue now, the median age of the open (days), and of 30 days how many were decided
    on time, submitted, submitted online, and made of information given once."""

    name: str | None
    slot: int
    open: int
    overdue: int
    age: float
    kept: Kept
    submitted: int
    online: int
    reused: int


def by(scene: Scene, column: str) -> list[Work]:
    """By the words of a column (None: names nobody) or by "place"; who holds most first, who holds nothing left out."""
    c = cases.cases(scene)
    if column == "place":
        keys, names = c.slot, list[str | None]([None] * scene.slots)
    else:
        codes, words = coded(scene.tables[TABLE], column)
        names = [*words, None]
        keys = codes % len(names)
    still, within, d = cases.is_open(scene), cases.submitted_within(scene, MONTH), cases.decided(scene)
    late = still & (c.deadline < scene.at)
    size = len(names)

    def count(mask: Array) -> Array:
        return np.bincount(keys[mask], minlength=size)

    opened, overdue, whole = count(still), count(late), np.bincount(keys[d.rows], minlength=size)
    good, taken = np.bincount(keys[d.rows[d.on_time]], minlength=size), count(within)
    online, reused = count(within & (c.online == 1)), count(within & (c.reused == 1))
    ages = took(c.submitted, scene.at, DAY)
    found = [
        Work(
            names[k], k if column == "place" else -1, int(opened[k]), int(overdue[k]),
            float(np.median(ages[still & (keys == k)])) if opened[k] else np.nan,
            Kept(int(good[k]), int(whole[k])), int(taken[k]), int(online[k]), int(reused[k]),
        )
        for k in range(size)
        if opened[k] or whole[k] or taken[k]
    ]  # fmt: skip
    return sorted(found, key=lambda w: (-w.open, w.name or "", w.slot))


def left(scene: Scene) -> list[int]:
    """Open cases by days to their deadline: overdue by a week, overdue, due within a day, within three, later, and
    without a deadline."""
    c = cases.cases(scene)
    bucket = left_of(scene, c.deadline[cases.is_open(scene)])
    return [int(n) for n in np.bincount(bucket, minlength=len(LEFT) + 2)]


def left_of(scene: Scene, deadline: Array) -> Array:
    """int64 a deadline: the bucket it is in."""
    bucket: Array = np.searchsorted(LEFT, -took(deadline, scene.at, DAY), side="right")
    bucket[np.isnat(deadline)] = len(LEFT) + 1
    return bucket
