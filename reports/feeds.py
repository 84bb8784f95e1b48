"""The data page: which feeds were silent when, the six criteria of data quality, and what is therefore unknown."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from city.batch import BEGINS, Array
from city.freshness import FRESHNESS, STALE_AFTER
from city.level import UNKNOWN
from city.marks import happenings
from city.metrics import METRICS
from city.scene import instant
from reports.blocks import Block, heading, items, table
from reports.letters import outside
from reports.scope import Scope

GAPS = 3
KINDS = {"event": "Public order", "feedback": "Citizen feedback", "administrative_case": "Public services"}
HOUR = np.timedelta64(1, "h")


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
    found = list(feeds(scope))
    return [silences(scope, found), criteria(scope, found), *unknown(scope)]


def silences(scope: Scope, found: list[Feed]) -> Block:
    say, rows = scope.say, []
    since, until = instant(scope.week.start), instant(scope.week.end)
    for feed in found:
        gaps = feed.gaps(since, until)
        silent = sum(((b - a) / HOUR for a, b in gaps), 0.0)
        when = ", ".join(f"{scope.when(a)} – {scope.when(b)}" for a, b in gaps[:GAPS])
        more = f", {say('and {n} more', n=len(gaps) - GAPS)}" if len(gaps) > GAPS else ""
        last = scope.when(feed.times[-1]) if len(feed.times) else "–"
        rows.append(
            [
                f"{outside(feed.source)} · {say(KINDS.get(feed.kind, feed.kind))}",
                last,
                say.number(silent, 1),
                when + more or say("None."),
            ]
        )
    head = [say(w) for w in ("Feed", "Last heard", "Hours silent", "Silent when")]
    return table(say("Feeds in this week"), head, rows, [44, 24, 18, 70], [2])


def criteria(scope: Scope, found: list[Feed]) -> Block:
    """What can be measured from the rows themselves; the rest is said not to be."""
    say = scope.say
    since, until = instant(scope.week.start), instant(scope.week.end)
    hours = len(found) * float((until - since) / HOUR)
    silent = sum((b - a) / HOUR for f in found for a, b in f.gaps(since, until))
    heard = 100 * (1 - silent / hours) if hours else None
    numbers = [scope.number(c) for c in scope.codes]
    fresh = 100 * sum(FRESHNESS[n.freshness] == "fresh" for n in numbers) / len(numbers)
    located = _located(scope)
    rows = [
        [say("Completeness"), _percent(scope, heard), say("hours in which every feed was heard as often as it should")],
        [say("Timeliness"), _percent(scope, fresh), say("indicators that were fresh at the week's end")],
        [say("Consistency"), _percent(scope, located), say("rows of the week whose place the city knows")],
        [say("Uniqueness"), say("by key"), say("the repository's keys allow no row twice")],
        [
            say("Validity"),
            say("refused at the door"),
            say("rows that can't be right are refused and kept with their reason"),
        ],
        [say("Accuracy"), say("not measured"), say("there is no reference to compare with")],
    ]
    head = [say(w) for w in ("Criterion", "Value", "What it says")]
    return table(say("Six criteria of data quality"), head, rows, [26, 26, 100], [])


def _located(scope: Scope) -> float | None:
    since, until = instant(scope.week.start), instant(scope.week.end)
    size = known = 0
    for name, begin in BEGINS.items():
        rows = scope.picture.tables[name]
        inside = (rows[begin] > since) & (rows[begin] <= until)
        size += int(inside.sum())
        known += int((inside & (rows["slot"] != scope.picture.places.unlocated)).sum())
    return 100 * known / size if size else None


def _percent(scope: Scope, value: float | None) -> str:
    return f"{scope.say.number(value, 1)} %" if value is not None else scope.say("unknown")


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
