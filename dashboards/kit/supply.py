"""Feeds by what an operator asks of them: do they live, what came in, what was refused, who suffers. Numbers only."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from city import feed_quality, quality
from city.batch import BEGINS, Array
from city.feed_state import Standing, standings
from city.indicator import Indicator
from city.indicators import registry
from city.newest import NEVER, together
from city.scene import Scene, days, hours

Cell = Literal["ok", "late", "failed", "none", "before"]
"""An hour: all in time; a gap longer than the feed may have; no run that went well; no run at all; no feed yet."""
CELLS: tuple[Cell, ...] = ("ok", "late", "failed", "none", "before")
OK, LATE, FAILED, NONE, BEFORE = range(5)
STRIP_HOURS = 24 * 7
CRITERIA = {
    "data_correct": quality.correct,
    "data_sufficient": quality.sufficient,
    "data_clean": feed_quality.clean,
    "data_live": quality.live,
    "data_unified": feed_quality.unified,
    "data_shared": feed_quality.shared,
}
_COUNTS = ("rows_read", "rows_new", "rows_refused", "runs", "failed")
WORST = ("dead", "failing", "waiting", "ok", "alone", "withdrawn")


@dataclass(frozen=True)
class Day:
    """What a feed brought in the last 24 hours, by whole hours of its log; `delay` in seconds, the worst hour's median,
    NaN where unknown."""

    read: int = 0
    new: int = 0
    refused: int = 0
    runs: int = 0
    failed: int = 0
    delay: float = np.nan


@dataclass(frozen=True)
class Line:
    """One source. Without a `feed` it writes by itself, and only the age of its data tells how it does: `state` is then
    "alone"."""

    source: str
    state: str
    feed: Standing | None
    newest_at: np.datetime64
    day: Day

    @property
    def rank(self) -> tuple[int, str]:
        return WORST.index(self.state), self.source


@dataclass(frozen=True)
class Stretch:
    """Hours in a row that went alike; `first` (datetime64[us]) is where they begin."""

    cell: Cell
    first: np.datetime64
    hours: int
    runs: int
    failed: int


@dataclass(frozen=True)
class Refused:
    """Rows refused for one reason: how many are kept, the newest, and one of them as it may be shown."""

    source: str
    reason: str
    rows: int
    last_at: np.datetime64
    sample: str


def lines(scene: Scene) -> list[Line]:
    """Every feed and every source that writes by itself, the worst first."""
    newest, log = _newest(scene), _day(scene)
    feeds = {f.source: f for f in standings(scene)}
    found = [
        Line(s, feeds[s].state if s in feeds else "alone", feeds.get(s), newest.get(s, NEVER), log.get(s, Day()))
        for s in {*feeds, *newest}
    ]
    return sorted(found, key=lambda line: line.rank)


def _newest(scene: Scene) -> dict[str, np.datetime64]:
    """When the newest row of each source was observed or began, by the moment."""
    seen: dict[str, np.datetime64] = {}
    sensed = together(scene, tuple(scene.tables.readings)) if scene.tables.readings else None
    parts = [] if sensed is None else [(sensed.source, sensed.at)]
    for table, begin in BEGINS.items():
        rows = scene.tables[table]
        begun = rows[begin] <= scene.at
        parts.append((rows["source"][begun], rows[begin][begun]))
    for sources, times in parts:
        for source, at in zip(*_latest(sources, times), strict=True):
            seen[source] = max(seen.get(source, at), at)
    return seen


def _latest(sources: Array, times: Array) -> tuple[list[str], Array]:
    names, which = np.unique(sources.astype(str), return_inverse=True)
    out = np.full(len(names), np.iinfo(np.int64).min)
    np.maximum.at(out, which, times.astype(np.int64))
    return names.tolist(), out.view("datetime64[us]")


def _day(scene: Scene) -> dict[str, Day]:
    log = scene.tables["feed_hour"]
    rows = np.flatnonzero((log["hour_at"] > scene.at - days(1)) & (log["hour_at"] <= scene.at))
    out = {}
    for source in set(log["source"][rows].tolist()):
        mine = rows[log["source"][rows] == source]
        read, new, refused, runs, failed = (int(np.nansum(log[c][mine])) for c in _COUNTS)
        delays = log["delay"][mine]
        delay = float(np.nanmax(delays)) if np.isfinite(delays).any() else np.nan
        out[source] = Day(read, new, refused, runs, failed, delay)
    return out


def strips(scene: Scene) -> dict[str, list[Stretch]]:
    """The last seven days of each feed, hour by hour up to the moment's own."""
    feeds, first = standings(scene), _first_hour(scene)
    if not feeds:
        return {}
    runs, failed, gap = _grid(scene, feeds, first)
    cells = np.where(failed >= runs, FAILED, np.where(gap > _of(feeds, "stale_after"), LATE, OK))
    cells = np.where(runs > 0, cells, NONE)
    ends = first + hours(1) * np.arange(1, STRIP_HOURS + 1)
    cells = np.where((cells == NONE) & (_of(feeds, "declared_at") >= ends), BEFORE, cells)
    gone = np.array([f.state == "dead" for f in feeds], dtype=bool)
    cells[gone & (cells[:, -1] == OK), -1] = LATE  # the gap that nobody has ended yet
    return {f.source: _stretches(cells[k], runs[k], failed[k], first) for k, f in enumerate(feeds)}


def _first_hour(scene: Scene) -> np.datetime64:
    here: np.datetime64 = scene.at.astype("datetime64[h]").astype("datetime64[us]")
    return here - hours(STRIP_HOURS - 1)


def _of(feeds: list[Standing], name: str) -> Array:
    """A column of the cards, upright."""
    return np.array([f[name] for f in feeds]).reshape(-1, 1)


def _grid(scene: Scene, feeds: list[Standing], first: np.datetime64) -> tuple[Array, Array, Array]:
    """Runs, failed ones and the longest gap (seconds), feeds × hours."""
    log, row = scene.tables["feed_hour"], {f.source: k for k, f in enumerate(feeds)}
    hour = (log["hour_at"] - first) // hours(1)
    feed = np.array([row.get(s, -1) for s in log["source"].tolist()], dtype=np.int64)
    seen = np.flatnonzero((feed >= 0) & (hour >= 0) & (hour < STRIP_HOURS) & (log["hour_at"] <= scene.at))
    out = np.zeros((3, len(feeds), STRIP_HOURS))
    for k, name in enumerate(("runs", "failed", "longest_gap")):
        out[k, feed[seen], hour[seen]] = np.nan_to_num(log[name][seen])
    return out[0], out[1], out[2]


def _stretches(cells: Array, runs: Array, failed: Array, first: np.datetime64) -> list[Stretch]:
    edges = [0, *(np.flatnonzero(np.diff(cells)) + 1).tolist(), STRIP_HOURS]
    return [
        Stretch(CELLS[cells[a]], first + hours(a), b - a, int(runs[a:b].sum()), int(failed[a:b].sum()))
        for a, b in pairwise(edges)
    ]


def depends(scene: Scene, line: Line) -> list[Indicator]:
    """Indicators that are stale while this source is dead; those of the data themselves hang on all of them."""
    metrics = {m for m, r in scene.tables.readings.items() if any(s == line.source for s, _ in r.sensors)}
    tables = {t for t in BEGINS if line.source in scene.tables[t].once("sources", lambda r: set(r["source"].tolist()))}
    if line.feed is not None:
        metrics |= set(line.feed["metrics"] or ())
        tables |= set(line.feed["tables"] or ())
    hung = metrics | (tables & BEGINS.keys())
    return [i for i in registry().values() if i.domain != "data" and hung & set(i.needs)]


def refused(scene: Scene, most: int) -> list[Refused]:
    """By source and reason, the newest first; of a reason that came up again after the moment only the count."""
    rows = scene.tables["refusal"]
    known = np.flatnonzero(rows["first_at"] <= scene.at)
    last = np.where(rows["last_at"] <= scene.at, rows["last_at"], NEVER)
    order = known[np.argsort(-np.minimum(rows["last_at"][known], scene.at).astype(np.int64), kind="stable")][:most]
    counts, samples = np.nan_to_num(rows["rows_refused"]), rows["sample"]
    return [
        Refused(rows["source"][i], rows["reason"][i], int(counts[i]), last[i], "" if np.isnat(last[i]) else samples[i])
        for i in order.tolist()
    ]
