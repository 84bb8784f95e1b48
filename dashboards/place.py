"""One place: every indicator of every domain, what needs attention there, where it lies."""

from functools import partial

from dash import html
from dash.development.base_component import Component

from city.freshness import MISSING
from city.indicators import registry
from dashboards.kit import city_map, map_key, summary
from dashboards.kit.attention import attention
from dashboards.kit.clauses import MAKERS
from dashboards.kit.contract import Page, Panel, View
from dashboards.kit.language import DOMAIN_WORDS
from dashboards.kit.tiles import band, of_domain

LARGE = 6


def _domain(domain: str, view: View) -> list[Component]:
    """What is measured here comes first, and large."""
    codes = of_domain(domain)
    here = [c for c in codes if view.snapshot.number(c, view.slot).freshness != MISSING]
    return band(domain, (here or codes)[:LARGE], view)


def _beside(domain: str, view: View) -> Component:
    """The domain's sentence for this place, and what of it nobody measures here."""
    if domain not in MAKERS:
        return html.Div()
    none = [
        i
        for i in registry().values()
        if i.domain == domain and view.snapshot.number(i.code, view.slot).freshness == MISSING
    ]
    known = [i for i in registry().values() if i.domain == domain]
    parts = [summary.line(domain, view)]
    if none and len(none) < len(known):
        words = view.language("not measured here: {what}", what=", ".join(view.language.title(i) for i in none))
        parts.append(html.P(words, className="not-here"))
    return html.Div(parts)


def _path(domain: str) -> str:
    return f"/{domain.replace('_', '-')}"


DOMAINS = tuple(dict.fromkeys(i.domain for i in registry().values()))

PAGE = Page(
    key="place",
    title="Place",
    path="/place/{place}",
    listed=False,
    panels=(
        Panel("map", "Map", city_map.draw, "figure", beside=map_key.key, controls=map_key.controls, area="side"),
        Panel("attention", "Attention", attention, "component", area="side"),
        *(
            Panel(
                d,
                DOMAIN_WORDS[d],
                partial(_domain, d),
                beside=partial(_beside, d),
                href=_path(d) if d in MAKERS else "",
            )
            for d in DOMAINS
        ),
    ),
)
