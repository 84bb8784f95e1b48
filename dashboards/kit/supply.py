"""Feeds by what an operator asks of them: do they live, what came in, what was refused, who suffers. Numbers only."""

from collections import defaultdict
from dataclasses import dataclass
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
    log, first = scene.tables["feed_hour"], _first_hour(scene)
    place = (log["hour_at"] - first) // hours(1)
    rows = np.flatnonzero((place >= 0) & (place < STRIP_HOURS) & (log["hour_at"] <= scene.at))
    by: dict[str, dict[int, int]] = defaultdict(dict)
    for i in rows.tolist():
        by[log["source"][i]][int(place[i])] = i
    return {f.source: _stretches(scene, f, by[f.source], first) for f in standings(scene)}


def _first_hour(scene: Scene) -> np.datetime64:
    here: np.datetime64 = scene.at.astype("datetime64[h]").astype("datetime64[us]")
    return here - hours(STRIP_HOURS - 1)


def _stretches(scene: Scene, feed: Standing, at: dict[int, int], first: np.datetime64) -> list[Stretch]:
    log, out = scene.tables["feed_hour"], list[Stretch]()
    for n in range(STRIP_HOURS):
        i = at.get(n)
        runs, failed, gap = (0, 0, np.nan) if i is None else (log[c][i] for c in ("runs", "failed", "longest_gap"))
        runs, failed = int(np.nan_to_num(runs)), int(np.nan_to_num(failed))
        cell = _cell(runs, failed, float(gap), float(feed["stale_after"]))
        if cell == "none" and feed["declared_at"] >= first + hours(n + 1):
            cell = "before"
        if cell == "ok" and feed.state == "dead" and n == STRIP_HOURS - 1:
            cell = "late"  # the gap that nobody has ended yet
        if out and out[-1].cell == cell:
            last = out.pop()
            out.append(Stretch(cell, last.first, last.hours + 1, last.runs + runs, last.failed + failed))
        else:
            out.append(Stretch(cell, first + hours(n), 1, runs, failed))
    return out


def _cell(runs: int, failed: int, gap: float, limit: float) -> Cell:
    if not runs:
        return "none"
    if failed >= runs:
        return "failed"
    return "late" if gap > limit else "ok"


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
