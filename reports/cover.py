"""The first page: the week in one look."""

import numpy as np

from city.freshness import FRESH
from city.indicator import DOMAINS, Indicator
from city.indicators import registry
from city.level import LEVELS, UNKNOWN, WARNING
from dashboards.kit.language import DOMAIN_WORDS
from reports.blocks import Block, box, heading, items, table, text
from reports.domain import worst_level
from reports.letters import outside
from reports.scope import Scope

MOST, NAMED = 6, 4


def blocks(scope: Scope) -> list[Block]:
    say = scope.say
    better, worse = moved(scope)
    return [
        domains(scope),
        *unmeasured(scope),
        heading(say("In five sentences")),
        *(text(s) for s in sentences(scope)),
        heading(say("What got worse since the week before")),
        items(worse, say("Nothing.")),
        heading(say("What got better since the week before")),
        items(better, say("Nothing.")),
        heading(say("What needs a decision")),
        items(decisions(scope), say("Nothing is at warning or alarm.")),
        approval(scope),
    ]


def approval(scope: Scope) -> Block:
    """Where a hand signs; or who signed the file itself, invisibly, since a stamp would break its standards."""
    say = scope.say
    if scope.signer:
        words = say("Signed electronically by {name}. The signature is within the file; any change to it shows.")
        return box(say("Approval"), words.format(name=outside(scope.signer, 80)))
    return box(say("Approval"), say("Name, date and signature:") + " " + "." * 60)


def domains(scope: Scope) -> Block:
    say, rows = scope.say, []
    for domain in DOMAINS:
        found = scope.domain(domain)
        if not found:
            continue
        levels = [scope.number(i.code).level for i in found]
        known = [x for x in levels if x != UNKNOWN]
        at_end = max(known) if known else UNKNOWN
        counts = [str(levels.count(k)) for k in range(len(LEVELS))]
        rows.append([say(DOMAIN_WORDS[domain]), scope.level(at_end), scope.level(worst_level(scope, found)), *counts])
    head = [say("Domain"), say("At the week's end"), say("Worst of the week"), *(say.level(x) for x in LEVELS)]
    return table(say("State of each domain"), head, rows, [30, 22, 22, 14, 18, 14, 14, 20], [3, 4, 5, 6, 7])


def unmeasured(scope: Scope) -> list[Block]:
    silent = [scope.say(DOMAIN_WORDS[d]) for d in DOMAINS if d != "data" and not scope.domain(d)]
    return [box(scope.say("Not measured"), ", ".join(silent) + ".")] if silent else []


def sentences(scope: Scope) -> list[str]:
    """Made of the figures alone."""
    say = scope.say
    levels = [scope.number(c).level for c in scope.codes]
    counts = {f"n{k}": str(levels.count(k)) for k in range(len(LEVELS))}
    first = say("Of {all} indicators {n0} are normal, {n1} at watch, {n2} at warning, {n3} at alarm and {n4} unknown.")
    return [
        first.format(all=len(levels), **counts),
        *(_filled(scope, words, codes) for words, codes in _SENTENCES if set(codes) <= registry().keys()),
    ]


_SENTENCES = (
    (
        "The rivers stood at {0} at the week's end; the most rain in 24 hours then was {1}, the deepest street {2}.",
        ("river_level", "rain_24h", "flood_depth_max"),
    ),
    (
        "In 7 days {0} incidents were opened; {1} were open at the week's end, {2} of them severe.",
        ("incidents_7d", "incidents_open", "incidents_severe_open"),
    ),
    (
        "In 7 days {0} tickets came in and {1} were closed; {2} were open at the week's end, {3} past their deadline.",
        ("feedback_received_7d", "feedback_closed_7d", "feedback_open", "feedback_overdue"),
    ),
    (
        "Of the tickets decided in 30 days {0} were on time by the original deadline, {1} by the extended one.",
        ("feedback_on_time_rate_30d", "feedback_on_time_extended_rate_30d"),
    ),
)
SAID = tuple(words for words, _ in _SENTENCES)


def _filled(scope: Scope, words: str, codes: tuple[str, ...]) -> str:
    return scope.say(words).format(*(_said(scope, c) for c in codes))


def _said(scope: Scope, code: str) -> str:
    """The figure; "unknown" where there is none, and that it is old where it is."""
    n = scope.number(code)
    if n.value is None:
        return scope.say("unknown")
    stale = f" ({scope.say('Stale')})" if n.freshness != FRESH else ""
    return scope.shown(n.indicator, n.value) + stale


def moved(scope: Scope) -> tuple[list[str], list[str]]:
    """Better and worse than a week before: indicators of which both values are known, the largest steps first."""
    steps: list[tuple[float, Indicator, float, float]] = []
    for code in scope.codes if scope.before else []:
        now, before = scope.fresh(code), scope.past(code)[0]
        i = registry()[code]
        if now is None or before is None or round(now - before, i.decimals) == 0 or not _judged(scope, i):
            continue
        step = (now - before) / max(abs(now), abs(before))
        steps.append((step if i.better == "lower" else -step, i, before, now))
    steps.sort(key=lambda s: (-abs(s[0]), s[1].code))
    lines = [(s, _moved(scope, i, before, now)) for s, i, before, now in steps]
    return [x for s, x in lines if s < 0][:MOST], [x for s, x in lines if s > 0][:MOST]


def _judged(scope: Scope, indicator: Indicator) -> bool:
    """Only what has limits or a target can be better or worse."""
    limits = indicator.limits(scope.picture.scene)
    return any(x is not None for x in (limits.watch, limits.warning, limits.alarm, limits.target))


def _moved(scope: Scope, i: Indicator, before: float, now: float) -> str:
    change = scope.change(i, now, before)
    return f"{scope.say.title(i)}: {scope.shown(i, before, unit=False)} → {scope.shown(i, now)} ({change})"


def decisions(scope: Scope) -> list[str]:
    """Indicators at warning or alarm here, the worst first, with the places where they are."""
    found = [n for c in scope.codes if WARNING <= (n := scope.number(c)).level < UNKNOWN]
    found.sort(key=lambda n: (-n.level, DOMAINS.index(n.indicator.domain), n.indicator.code))
    out = []
    for n in found[: MOST + 2]:
        where = _where(scope, n.indicator) if scope.slot == scope.picture.places.city else ""
        out.append(
            f"{scope.level(n.level)}: {scope.say.title(n.indicator)}, {scope.shown(n.indicator, n.value)}{where}"
        )
    return out


def _where(scope: Scope, indicator: Indicator) -> str:
    levels = scope.picture.outcome(indicator.code).levels[: scope.picture.places.unlocated]
    bad = np.flatnonzero((levels >= WARNING) & (levels < UNKNOWN)).tolist()
    bad.sort(key=lambda s: (-levels[s], s))
    names = ", ".join(scope.name(s) for s in bad[:NAMED])
    more = f", {scope.say('and {n} more', n=len(bad) - NAMED)}" if len(bad) > NAMED else ""
    return f" ({names}{more})" if bad else ""
