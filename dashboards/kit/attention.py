"""What needs somebody: every place's indicator at warning or alarm, and everything that has gone quiet; worst first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from dash import dcc, html
from dash.development.base_component import Component

from city.freshness import MISSING, STALE
from city.indicator import DOMAINS
from city.indicators import registry
from city.level import ALARM, LEVELS, UNKNOWN, WARNING
from city.snapshot import Number
from dashboards.kit.address import link
from dashboards.kit.contract import View
from dashboards.kit.language import Language
from dashboards.kit.marks import data
from dashboards.kit.tile import sensor_name, unit
from dashboards.kit.trends import HOURLY
from dashboards.kit.words import plain_text

SHOWN = 40


@dataclass(frozen=True, slots=True)
class Notice:
    """One row of the list. `nth` counts an indicator's places from the worst, so that each one's worst comes first."""

    number: Number
    slot: int
    nth: int = 0

    @property
    def rank(self) -> tuple[Any, ...]:
        """Alarms first, then warnings, then the quiet; what changes by the minute before what changes by the day."""
        severity = -1 if self.number.level == UNKNOWN else self.number.level
        slow = self.number.indicator.domain not in HOURLY
        return (-severity, self.nth, slow, DOMAINS.index(self.number.indicator.domain), self.number.indicator.code)


def notices(view: View) -> list[Notice]:
    """For the city: places at warning or alarm (the city itself where no place is), and what is stale."""
    return sorted(_notices(view), key=lambda n: n.rank)


def _notices(view: View) -> Iterator[Notice]:
    places = view.snapshot.places
    for code, indicator in registry().items():
        outcome = view.snapshot.outcome(code)
        bad = np.flatnonzero((outcome.levels >= WARNING) & (outcome.levels <= ALARM)).tolist()
        if view.slot == places.city:
            mine = [s for s in bad if s != places.city] or bad
        else:
            mine = [s for s in bad if s == view.slot]
        worse = 1 if indicator.better == "higher" else -1
        mine.sort(key=lambda s: (-outcome.levels[s], worse * outcome.values[s], s))
        yield from (Notice(view.snapshot.number(code, s), s, i) for i, s in enumerate(mine))
        number = view.snapshot.number(code, view.slot)
        if number.freshness == STALE:
            yield Notice(number, view.slot)


def quiet(view: View) -> list[str]:
    """Titles of indicators that have never had a row here."""
    found = (view.snapshot.number(c, view.slot) for c in registry())
    return [view.language.title(n.indicator) for n in found if n.freshness == MISSING]


def attention(view: View) -> Component:
    """The list, or a calm word when there is nothing on it."""
    say, found = view.language, notices(view)
    if not found:
        return html.P(say("Nothing needs attention"), className="calm")
    rows: list[Component] = [_row(n, view) for n in found[:SHOWN]]
    if len(found) > SHOWN:
        more = say("and {n} more", n=say.number(len(found) - SHOWN))
        rows.append(html.Li(more, className="more"))
    return html.Div([_sum(found, say), html.Ol(rows, className="attention")], className="attention-all")


def _sum(found: list[Notice], say: Language) -> Component:
    """How many of each level, as far as there are any."""
    levels = [LEVELS[n.number.level] for n in found]
    counts = [(level, levels.count(level)) for level in ("alarm", "warning", "unknown") if level in levels]
    words = {"unknown": say("Stale")}
    parts = [
        html.Span(
            [html.I(className="level-icon"), f"{say.number(n)} {words.get(level) or say.level(level)}"],
            className="attention-level",
            **data(level=level),
        )
        for level, n in counts
    ]
    return html.P(parts, className="attention-sum")


def _row(notice: Notice, view: View) -> Component:
    n, say = notice.number, view.language
    level = LEVELS[n.level]
    word = say("Stale") if n.freshness == STALE else say.level(level)
    shown = f"{say.number(n.value, n.indicator.decimals)} {unit(n.indicator, say)}".strip()
    observed = n.observed_at.isoformat() if n.observed_at else ""
    inside = [
        html.Span([html.I(className="level-icon"), html.Span(word)], className="attention-level"),
        html.Span(plain_text(view.name(notice.slot)), className="attention-place"),
        html.Span(_what(n, view), className="attention-what"),
        html.Span(shown, className="attention-value"),
        html.Time(className="age", **data(age=observed)),
    ]
    place = n.place or ""
    body = dcc.Link(inside, href=href(view, place)) if place else html.Div(inside)
    marks = data(attention=n.indicator.code, level=level, place=place)
    return html.Li(body, className="attention-row", **marks)


def _what(n: Number, view: View) -> str:
    title = view.language.title(n.indicator)
    return f"{title} · {sensor_name(n.sensor, view)}" if n.sensor else title


def href(view: View, place: str) -> str:
    """The page of a place, at the same moment and in the same language."""
    return link(f"/place/{place}", {k: v for k, v in view.choice.items() if k in ("at", "known", "lang")})
