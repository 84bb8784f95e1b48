"""The data page: which feeds were silent when, the six criteria of data quality, and what is therefore unknown."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from city.batch import BEGINS, Array
from city.feed_state import Standing, standings
from city.freshness import FRESHNESS, STALE_AFTER
from city.level import UNKNOWN
from city.marks import happenings
from city.metrics import METRICS
from city.scene import instant
from reports.blocks import Block, heading, items, table, text
from reports.letters import outside
from reports.scope import Scope

GAPS = 3
KINDS = {"event": "Public order", "feedback": "Citizen feedback", "administrative_case": "Public services"}
HOUR = np.timedelta64(1, "h")
STATES = {"ok": "in order", "failing": "failing", "dead": "down", "waiting": "not run yet"}


@dataclass(frozen=True)
class Feed:
    """One source's rows of one kind: `times` sorted datetime64[us], and how long it may be silent."""

    source: str
    kind: str
    times: Array
    patience: np.timedelta64

    def gaps(self, since: np.datetime64, until: np.datetime64) -> list[tuple[np.datetime64, np.datetime64]]:
        """When it was silent for longer than it may be, within the week."""
        inside = self.times[(self.times > since) & (self.times <= until)]
        before = self.times[self.times <= since]
        edges = np.concatenate([before[-1:] if len(before) else [since], inside, [until]])
        long = np.flatnonzero(np.diff(edges) > self.patience)
        return [(max(edges[i], since), edges[i + 1]) for i in long.tolist()]


def feeds(scope: Scope) -> Iterator[Feed]:
    at = instant(scope.week.end)
    for metric, readings in sorted(scope.picture.tables.readings.items()):
        sources = np.array([s for s, _ in readings.sensors], dtype=object)
        for source in sorted(set(sources.tolist())):
            times = readings.at[(sources[readings.series] == source) & (readings.at <= at)]
            yield Feed(source, metric, np.unique(times), np.timedelta64(METRICS[metric].stale_after))
    for table_, patience in STALE_AFTER.items():
        rows = scope.picture.tables[table_]
        for source in sorted(set(rows["source"].tolist())):
            mine = rows["source"] == source
            times = np.concatenate([rows[c][mine] for c in (BEGINS[table_], *happenings(rows.columns))])
            yield Feed(source, table_, np.unique(times[times <= at]), np.timedelta64(patience))


def blocks(scope: Scope) -> list[Block]:
    return [*runs(scope), *silences(scope, list(feeds(scope))), *unknown(scope)]


def runs(scope: Scope) -> list[Block]:
    """How each declared feed ran in the week, by its own log; those that were down first."""
    say, found = scope.say, Log(scope)
    if not found.feeds:
        return []
    rows = []
    for feed in sorted(found.feeds, key=lambda f: (-found.down(f.source), f.source)):
        hours = found.down(feed.source)
        since = say("never") if np.isnat(feed.succeeded_at) else scope.when(feed.succeeded_at)
        when = [f"{scope.when(a)} – {scope.when(b)}" for a, b in found.stretches(feed.source)]
        more = f", {say('and {n} more', n=len(when) - GAPS)}" if len(when) > GAPS else ""
        name = outside(feed["title"] or feed.source, 40)
        rows.append(
            [name, say(STATES[feed.state]), since, say.number(hours), ", ".join(when[:GAPS]) + more or say("None.")]
        )
    head = [say(w) for w in ("Feed", "State", "Last success", "Hours down", "Down when")]
    return [table(say("Feeds in this week, by their log"), head, rows, [44, 20, 24, 16, 66], [3])]


class Log:
    """The feeds at the week's end, and the hours of the week in which none of a feed's runs went well."""

    def __init__(self, scope: Scope) -> None:
        scene = scope.picture.scene
        self.feeds = [f for f in standings(scene) if f.state != "withdrawn"]
        log, self._since, self._until = scene.tables["feed_hour"], instant(scope.week.start), instant(scope.week.end)
        inside = (log["hour_at"] >= self._since) & (log["hour_at"] < self._until)
        bad = inside & ~(log["failed"] < log["runs"])
        self._bad = {f.source: np.sort(log["hour_at"][bad & (log["source"] == f.source)]) for f in self.feeds}
        self._silent = {
            f.source: self._missing(log["hour_at"][inside & (log["source"] == f.source)], f) for f in self.feeds
        }

    def _missing(self, heard: Array, feed: Standing) -> Array:
        """Hours between the feed's first and the week's end without any run, though one was due."""
        if not len(heard) or not feed["every"] <= HOUR / np.timedelta64(1, "s"):
            return heard[:0]
        every = np.arange(heard.min(), self._until, HOUR)
        return every[~np.isin(every, heard)]

    def hours(self, source: str) -> Array:
        return np.union1d(self._bad[source], self._silent[source])

    def down(self, source: str) -> int:
        return len(self.hours(source))

    def stretches(self, source: str) -> list[tuple[np.datetime64, np.datetime64]]:
        """Hours in a row, as one."""
        hours = self.hours(source)
        parts = np.split(hours, np.flatnonzero(np.diff(hours) > HOUR) + 1) if len(hours) else []
        return [(p[0], p[-1] + HOUR) for p in parts]


def silences(scope: Scope, found: list[Feed]) -> list[Block]:
    say, rows, whole = scope.say, list[list[str]](), list[Feed]()
    since, until = instant(scope.week.start), instant(scope.week.end)
    for feed in found:
        gaps = feed.gaps(since, until)
        silent = sum(((b - a) / HOUR for a, b in gaps), 0.0)
        when = ", ".join(f"{scope.when(a)} – {scope.when(b)}" for a, b in gaps[:GAPS])
        more = f", {say('and {n} more', n=len(gaps) - GAPS)}" if len(gaps) > GAPS else ""
        last = scope.when(feed.times[-1]) if len(feed.times) else "–"
        if not gaps:
            whole.append(feed)
            continue
        name = f"{outside(feed.source)} · {say(KINDS.get(feed.kind, feed.kind))}"
        rows.append([name, last, say.number(silent, 1), when + more])
    head = [say(w) for w in ("Data", "Last heard", "Hours silent", "Silent when")]
    kinds = ", ".join(dict.fromkeys(say(KINDS.get(f.kind, f.kind)) for f in whole))
    calm = [text(say("Heard all week as often as they should be: {names}.", names=kinds))] if whole else []
    return [*([table(say("Data in this week"), head, rows, [44, 24, 18, 70], [2])] if rows else []), *calm]


def unknown(scope: Scope) -> list[Block]:
    """Indicators without a state, by the reason."""
    say = scope.say
    reasons = {"missing": "Never any data", "stale": "Stale", "fresh": "No value"}
    quiet = [n for c in scope.codes if (n := scope.number(c)).level == UNKNOWN]
    lines = []
    for freshness, reason in reasons.items():
        titles = [say.title(n.indicator) for n in quiet if FRESHNESS[n.freshness] == freshness]
        if titles:
            lines.append(f"{say(reason)}: {'; '.join(titles)}.")
    return [heading(say("Therefore unknown")), items(lines, say("Nothing."))]
