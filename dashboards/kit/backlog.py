"""The backlog of tickets by what an operator asks of it: age, agency, place, category, day. Numbers only.

All count what the indicators count (city.tickets): received by the moment, neither rejected nor a duplicate.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from city import tickets
from city.batch import Array
from city.lives import DAY, took
from city.rollup import count
from city.rows import Rows
from city.scene import Scene
from city.tickets import WEEK

BUCKETS = ((0, 1), (2, 3), (4, 7), (8, 14), (15, None))
"""Whole days since a ticket was received, both ends included."""


@dataclass(frozen=True)
class Held:
    """Somebody's tickets: how many are open, and how many of those are past their deadline."""

    name: str | None
    open: int
    overdue: int
    slot: int = -1


@dataclass(frozen=True)
class Old:
    """A ticket that has waited long. Never a reporter's words, never where exactly."""

    number: str
    days: float
    agency: str | None
    category: str | None
    slot: int


def _still(scene: Scene) -> Array:
    """Row numbers of the open tickets among those that count."""
    return np.flatnonzero(tickets.is_open(scene))


def _late(scene: Scene, still: Array) -> Array:
    late: Array = tickets.tickets(scene).deadline_extended[still] < scene.at
    return late


def ages(scene: Scene) -> list[tuple[int, int]]:
    """Open and overdue tickets of each bucket."""
    still = _still(scene)
    bucket, late = age_of(scene, tickets.tickets(scene).received[still]), _late(scene, still)
    return [(int((bucket == n).sum()), int(((bucket == n) & late).sum())) for n in range(len(BUCKETS))]


def age_of(scene: Scene, since: Array) -> Array:
    """int64 a time: the bucket its age is in."""
    old = np.floor(took(since, scene.at, DAY))
    return np.searchsorted([low for low, _ in BUCKETS], old, side="right") - 1


def coded(rows: Rows, column: str) -> tuple[Array, list[str | None]]:
    """A number a counted ticket, and the words the numbers stand for; -1 for none."""

    def make(r: Rows) -> tuple[Array, list[str | None]]:
        codes, words = pd.factorize(r[column][np.flatnonzero(r["counts"])])
        return np.asarray(codes), [str(w) for w in words]

    return rows.once(f"coded {column}", make)


def by_word(scene: Scene, column: str) -> list[Held]:
    """Holders of open tickets by a column of words, the one with most first; None holds what names nobody."""
    codes, words = coded(scene.tables["feedback"], column)
    still, names = _still(scene), [*words, None]
    mine, late = codes[still] % len(names), _late(scene, still)  # -1 is the last: nobody
    sizes, overdue = np.bincount(mine, minlength=len(names)), np.bincount(mine[late], minlength=len(names))
    held = [Held(n, int(s), int(o)) for n, s, o in zip(names, sizes, overdue, strict=True) if s]
    return sorted(held, key=lambda h: (-h.open, h.name or ""))


def by_place(scene: Scene) -> list[Held]:
    """Places with open tickets, the one with most first; what has no place among them."""
    still = _still(scene)
    slot, late = tickets.tickets(scene).slot[still], _late(scene, still)
    sizes, overdue = count(slot, scene.slots), count(slot[late], scene.slots)
    held = [Held(None, int(sizes[s]), int(overdue[s]), s) for s in range(scene.slots - 1) if sizes[s]]
    return sorted(held, key=lambda h: (-h.open, h.slot))


def flow(scene: Scene, zone: ZoneInfo, back: int) -> list[tuple[pd.Timestamp, int, int]]:
    """Local days, the newest first and not yet whole: day, tickets received, tickets closed."""
    t, got = tickets.tickets(scene), tickets.received(scene)
    came = t.received[got]
    went = t.closed[got & (t.closed <= scene.at)]
    today = pd.Timestamp(scene.at, tz="UTC").tz_convert(zone).normalize()
    edges = [today - pd.DateOffset(days=i) for i in range(back - 1, -1, -1)]
    bounds = np.array([*(np.datetime64(e.tz_convert("UTC").tz_localize(None), "us") for e in edges), scene.at + 1])
    inward, outward = (np.diff(np.searchsorted(np.sort(x), bounds)) for x in (came, went))
    return list(zip(edges, inward.tolist(), outward.tolist(), strict=True))[::-1]


@dataclass(frozen=True)
class Kept:
    """Promises of 30 days by one deadline: how many were kept, of how many decided."""

    good: int
    all: int

    @property
    def rate(self) -> float | None:
        """Per cent; None of none."""
        return 100 * self.good / self.all if self.all else None


def kept(scene: Scene, deadline: str, column: str = "") -> dict[str | int | None, Kept]:
    """By the words of a column (None: names nobody), by slot for "place", else all under ""."""
    d = tickets.decided(scene, deadline)
    if column == "place":
        keys, names = tickets.tickets(scene).slot[d.rows], list[str | int | None](range(scene.slots))
    elif column:
        codes, words = coded(scene.tables["feedback"], column)
        names = [*words, None]
        keys = codes[d.rows] % len(names)
    else:
        keys, names = np.zeros(len(d.rows), np.int64), [""]
    whole, good = np.bincount(keys, minlength=len(names)), np.bincount(keys[d.on_time], minlength=len(names))
    return {n: Kept(int(g), int(w)) for n, g, w in zip(names, good, whole, strict=True)}


def rising(scene: Scene) -> list[tuple[str, int, int]]:
    """Categories: tickets of the last seven days, and of the seven before; the one that grew most first."""
    codes, words = coded(scene.tables["feedback"], "category")
    t = tickets.tickets(scene).received
    now = (t > scene.at - WEEK) & (t <= scene.at)
    before = (t > scene.at - 2 * WEEK) & (t <= scene.at - WEEK)
    a, b = (np.bincount(codes[m & (codes >= 0)], minlength=len(words)) for m in (now, before))
    found = [(str(w), int(x), int(y)) for w, x, y in zip(words, a, b, strict=True) if x or y]
    return sorted(found, key=lambda r: (r[2] - r[1], r[0]))


def oldest(scene: Scene, most: int, slot: int | None = None) -> list[Old]:
    """Of a place, or of all."""
    rows = scene.tables["feedback"]
    counted, still, t = np.flatnonzero(rows["counts"]), _still(scene), tickets.tickets(scene)
    if slot is not None:
        still = still[t.slot[still] == slot]
    first = still[np.argsort(t.received[still], kind="stable")][:most]
    return [
        Old(
            str(rows["feedback_id"][counted[i]]),
            float((scene.at - t.received[i]) / DAY),
            rows["agency"][counted[i]],
            rows["category"][counted[i]],
            int(t.slot[i]),
        )
        for i in first
    ]
