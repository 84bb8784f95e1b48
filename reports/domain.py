"""A page a domain: its indicators beside their past, two charts, a map, and what is missing."""

from collections.abc import Callable

import numpy as np

from city.freshness import FRESH, FRESHNESS, MISSING, STALE
from city.indicator import Domain, Indicator
from city.indicators import registry
from city.level import UNKNOWN
from reports.blocks import Block, beside, box, table
from reports.charts import week_line
from reports.scope import Scope
from reports.wards import places

DRAWN: dict[str, tuple[str, ...]] = {
    "environment": ("river_level", "rain_24h"),
    "public_order": ("incidents_open", "response_p50_24h"),
    "feedback": ("feedback_open", "feedback_overdue"),
    "services": ("cases_open", "cases_overdue"),
}
MAPPED = {
    "environment": ("flood_depth_max", "vn_aqi"),
    "public_order": ("incidents_7d",),
    "feedback": ("feedback_overdue",),
    "services": ("cases_overdue",),
}
"""What charts and the map show where it has values; else the first of the domain's indicators that have."""


def blocks(scope: Scope, domain: Domain) -> list[Block]:
    found = scope.domain(domain)
    drawn = _first(DRAWN.get(domain, ()), found, lambda i: not np.isnan(scope.looks[i.code][0]).all())
    mapped = _first(MAPPED.get(domain, ()), found, lambda i: _mappable(scope, i))
    charts = beside(*(week_line(scope, i) for i in drawn[:2]))
    return [*missing(scope, found), indicators(scope, domain, found), charts, *places(scope, mapped[0])]


def _first(preferred: tuple[str, ...], found: list[Indicator], fits: Callable[[Indicator], int]) -> list[Indicator]:
    """The preferred ones first, then the domain's others; those that fit best before the rest."""
    ordered = [*(registry()[c] for c in preferred), *(i for i in found if i.code not in preferred)]
    return sorted(ordered, key=lambda i: -fits(i))


def _mappable(scope: Scope, indicator: Indicator) -> int:
    """2 where places have values that are not all zero, 1 where they have values, else 0."""
    outcome = scope.picture.outcome(indicator.code)
    values = outcome.values[outcome.freshness == FRESH][: len(scope.picture.places.all)]
    return int(bool((~np.isnan(values)).any())) + int(bool(np.nan_to_num(values).any()))


def missing(scope: Scope, found: list[Indicator]) -> list[Block]:
    """A box for what never had a row, and one for what had fallen silent by the week's end."""
    say, out = scope.say, []
    for state, words in ((MISSING, "Never any data"), (STALE, "Silent at the week's end; no state is given")):
        quiet = [i for i in found if scope.number(i.code).freshness == state]
        if not quiet:
            continue
        seen = max((n.observed_at for i in quiet if (n := scope.number(i.code)).observed_at), default=None)
        since = f" {say('Last heard: {time}.', time=scope.moment(seen))}" if seen else ""
        out.append(box(say(words), "; ".join(say.title(i) for i in quiet) + "." + since))
    return out


def indicators(scope: Scope, domain: Domain, found: list[Indicator]) -> Block:
    say = scope.say
    head = [say(w) for w in ("Indicator", "Value", "State", "Worst of the week", "Week before", "Trend")]
    rows = [row(scope, i) for i in found]
    return table(
        say("Six criteria of data quality") if domain == "data" else say("Indicators"),
        [*head, say("Mean of 4 weeks"), say("Target")],
        rows,
        [52, 19, 22, 40, 14, 18, 15, 11],
        [1, 4, 5, 6, 7],
    )


def row(scope: Scope, indicator: Indicator) -> list[str]:
    n, say = scope.number(indicator.code), scope.say
    before = scope.past(indicator.code)[0] if scope.before else None
    state = scope.level(n.level) if n.freshness == 0 else f"– {say(_why(n.freshness))}"
    bare = [scope.shown(indicator, v, unit=False) for v in (before, scope.mean(indicator.code))]
    target = "–" if n.target is None else f"{'≤' if indicator.better == 'lower' else '≥'} {say.number(n.target)}"
    change = scope.change(indicator, scope.fresh(indicator.code), before)
    return [
        say.title(indicator),
        scope.shown(indicator, n.value),
        state,
        worst(scope, indicator),
        bare[0],
        change,
        bare[1],
        target,
    ]


def _why(freshness: int) -> str:
    return {"missing": "No data", "stale": "Stale"}[FRESHNESS[freshness]]


def worst(scope: Scope, indicator: Indicator) -> str:
    """The worst of the week's looks, and when it was."""
    values = scope.looks[indicator.code][0][1:]  # the first look is the end of the week before
    if np.isnan(values).all():
        return "–"
    at = int(np.nanargmax(values if indicator.better == "lower" else -values))
    return f"{scope.shown(indicator, float(values[at]), unit=False)} · {scope.when(scope.moments[1:][at])}"


def worst_level(scope: Scope, found: list[Indicator]) -> int:
    """Of the city's or place's indicators at any look of the week; unknown only where nothing is known."""
    levels = np.concatenate([scope.looks[i.code][1][1:] for i in found])
    known = levels[levels != UNKNOWN]
    return int(known.max()) if len(known) else UNKNOWN
