"""A domain in one sentence, made from the snapshot: for a leader's phone, the pages, the weekly report.

What is unknown is called unknown, what is old is called old; a place that has no data of a domain says so.
"""

from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from city.freshness import MISSING, STALE
from city.indicators import registry
from city.level import LEVELS, UNKNOWN
from dashboards.kit.clauses import MAKERS
from dashboards.kit.contract import View
from dashboards.kit.language import DOMAIN_WORDS
from dashboards.kit.links import inside, there
from dashboards.kit.marks import data

TOLD = {
    "environment": ("vn_aqi", "river_level", "rain_24h", "flood_depth_max"),
    "public_order": ("incidents_open",),
    "traffic": ("travel_time_index",),
    "health": ("bed_occupancy", "icu_beds_free", "dengue_7d_per_100k"),
    "feedback": ("feedback_open",),
    "services": ("cases_open",),
}
"""Domains with a sentence, and the indicators of it that may be old each by itself."""


@dataclass(frozen=True)
class Summary:
    """`text` without the domain's name; `level` (into LEVELS) is the worst of the domain's indicators."""

    domain: str
    text: str
    level: int


def sentence(view: View, domain: str) -> str:
    """With the domain's name before it."""
    return f"{view.language(DOMAIN_WORDS[domain])}: {summary(view, domain).text}"


def summary(view: View, domain: str) -> Summary:
    say = view.language
    numbers = [view.snapshot.number(c, view.slot) for c, i in registry().items() if i.domain == domain]
    if all(n.freshness == MISSING for n in numbers):
        return Summary(domain, say("no data yet"), UNKNOWN)
    told = [c for c in MAKERS[domain](view) if c]
    text = "; ".join(told) or say("no value known")
    old = [view.snapshot.number(c, view.slot) for c in TOLD[domain]]
    old = [n for n in old if n.freshness == STALE]
    if old:
        what = ", ".join(dict.fromkeys(say.title(n.indicator) for n in old))
        text = say("{summary} – not current: {what}", summary=text, what=what)
    known = [n.level for n in numbers if n.level != UNKNOWN]
    return Summary(domain, text, max(known, default=UNKNOWN))


def line(domain: str, view: View) -> Component:
    """The sentence beside a page's or a panel's title."""
    s = summary(view, domain)
    return html.P(
        [html.I(className="level-icon"), s.text], className="sentence", **data(sentence=domain, level=LEVELS[s.level])
    )


def all_(view: View) -> Component:
    """Every domain's sentence, in the order of the overview; each leads to its page."""
    found = [summary(view, d) for d in MAKERS]
    return html.Ul([_item(view, s) for s in found], className="sentences")


def _item(view: View, s: Summary) -> Component:
    name = html.Strong(view.language(DOMAIN_WORDS[s.domain]))
    inner: list[Component] = [html.I(className="level-icon"), html.Span([name, f" {s.text}"])]
    path = f"/{s.domain.replace('_', '-')}"
    return html.Li(
        inside(inner, there(view, path)), className="sentence", **data(sentence=s.domain, level=LEVELS[s.level])
    )
