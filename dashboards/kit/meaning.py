"""What an indicator is, whose it is, and how it stands in every place."""

from typing import Any

import numpy as np
from dash import html
from dash.development.base_component import Component

from city.config import Threshold
from city.freshness import FRESHNESS
from city.indicator import Indicator
from city.indicators import registry
from city.level import LEVELS
from dashboards.kit import city_map
from dashboards.kit.attention import href
from dashboards.kit.charts import Bar, Cell, bars, note, nothing, share, table
from dashboards.kit.contract import View
from dashboards.kit.language import DOMAIN_WORDS
from dashboards.kit.links import inside, rows, to_meaning
from dashboards.kit.marks import data
from dashboards.kit.tile import tile, unit
from dashboards.kit.words import plain_text

FEW = 30
"""A rate or quantile of fewer rows is not ranked beside those of many."""


def shown(view: View) -> Indicator:
    """The indicator the URL asks for, else the map's own choice."""
    return city_map.shown(view) or next(iter(registry().values()))


def one(view: View) -> list[Component]:
    return [html.Div([tile(shown(view), view)], className="tiles")]


def about(view: View) -> Component:
    """Definition, formula, limits with their source, target, owner."""
    say, i = view.language, shown(view)
    t = i.limits(view.snapshot.scene)
    told: list[tuple[str, Cell]] = [
        (say("Definition"), say.definition(i)),
        (say("Formula"), html.Code(i.formula)),
        (say("Unit"), unit(i, say) or say("count")),
        (say("The city's value"), say(i.rollup)),
        (say("Limits"), _limits(view, i, t)),
        (say("Source of the limits"), say(t.source) if _judged(i, t) else "–"),
        (say("Target"), "–" if t.target is None else figure(view, i, t.target)),
        (say("Owner"), owner(view, i)),
        (say("Made of"), " · ".join(say(n) for n in i.needs)),
    ]
    inside_ = [part for word, what in told for part in (html.Dt(word), html.Dd(what))]
    return html.Div([html.P(say.title(i), className="about-title"), html.Dl(inside_)], className="about")


def owner(view: View, i: Indicator) -> str:
    owners = view.snapshot.city.owners
    found = owners.get(i.code) or owners.get(i.domain)
    return plain_text(found) if found else view.language("not set")


def figure(view: View, i: Indicator, value: float) -> str:
    decimals = 0 if value == int(value) else max(1, i.decimals)
    return f"{view.language.number(value, decimals)} {unit(i, view.language)}".strip()


def _judged(i: Indicator, t: Threshold) -> bool:
    return bool(i.judge) or any(x is not None for x in (t.watch, t.warning, t.alarm, t.target))


def _limits(view: View, i: Indicator, t: Threshold) -> Cell:
    found = [(LEVELS[n + 1], x) for n, x in enumerate((t.watch, t.warning, t.alarm)) if x is not None]
    if not found:
        return view.language("judged as its source says") if i.judge else "–"
    parts = [
        html.Span(
            [html.I(className="level-icon"), f" {view.language.level(level)} {_sign(i, x, t)} {figure(view, i, x)}"],
            className="cell-level",
            **data(level=level),
        )
        for level, x in found
    ]
    return html.Span(parts, className="limits")


def _sign(i: Indicator, limit: float, t: Threshold) -> str:
    if i.better == "higher":
        return "<"
    return ">" if limit == t.target else "≥"


def places(view: View) -> Component:
    """Every place, the worst first; what hangs on few rows after what hangs on many."""
    i = shown(view)
    o, names = view.snapshot.outcome(i.code), view.snapshot.places
    slots = [s for s in range(names.city) if not np.isnan(o.values[s])]
    if not slots:
        return nothing(view)
    volume = o.volume if o.volume is not None else np.full(names.slots, np.inf)
    worse = 1 if i.better == "higher" else -1
    ranked = sorted(slots, key=lambda s: (_few(i, volume[s]), worse * o.values[s], s))
    longest = max(abs(float(o.values[s])) for s in slots)
    counted = [_place(view, i, s, longest, o.volume is not None) for s in ranked]
    say = view.language
    none = names.city - len(slots)
    blank = say.counted("unknown in {n} place", "unknown in {n} places", none) if none else ""
    told = note(view, unit=unit(i, say) or say("count"), period=blank)
    head = (say("Place"), say.title(i), *((say("of how many"),) if o.volume is not None else ()), say("level"))
    return html.Div([told, bars(say("Every place"), head, counted, say)])


def _few(i: Indicator, volume: Any) -> bool:
    return bool(i.rollup in ("rate of sums", "quantile of all rows") and i.made_of and volume < FEW)


def _place(view: View, i: Indicator, slot: int, longest: float, many: bool) -> Bar:
    say, n = view.language, view.snapshot.number(i.code, slot)
    level = LEVELS[n.level]
    value = say.number(n.value, i.decimals)
    shown_ = rows(view, value, i.code, place=n.place) if i.made_of else value
    word = say("few rows") if many and _few(i, n.volume or 0) else say.level(level)
    word = say("Stale") if FRESHNESS[n.freshness] == "stale" else word
    mark = html.Span([html.I(className="level-icon"), f" {word}"], className="cell-level", **data(level=level))
    more: tuple[Cell, ...] = (*((say.number(n.volume),) if many else ()), mark)
    place = view.snapshot.places.code(slot) or ""
    return Bar(view.name(slot), share(abs(n.value or 0.0), longest), shown_, more, level, href(view, place))


def catalogue(view: View) -> Component:
    """Every indicator, with its number now."""
    say = view.language
    head = (say("Indicator"), say("Domain"), say("now"), say("Target"), say("Owner"))
    return html.Div(
        [
            note(view, unit="", period=""),
            table(say("All indicators"), head, [_row(view, i) for i in registry().values()]),
        ]
    )


def _row(view: View, i: Indicator) -> tuple[Cell, ...]:
    say, n = view.language, view.snapshot.number(i.code, view.slot)
    value: Any = "–" if n.value is None else f"{say.number(n.value, i.decimals)} {unit(i, say)}".strip()
    target = "–" if n.target is None else figure(view, i, n.target)
    level = html.Span(
        [html.I(className="level-icon"), " ", value], className="cell-level", **data(level=LEVELS[n.level])
    )
    return inside(say.title(i), to_meaning(view, i)), say(DOMAIN_WORDS[i.domain]), level, target, owner(view, i)
