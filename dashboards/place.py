"""One place: every indicator of every domain, what needs attention there, where it lies."""

from functools import partial

from dash.development.base_component import Component

from city.indicators import registry
from dashboards.kit import city_map, map_key
from dashboards.kit.attention import attention
from dashboards.kit.contract import Page, Panel, View
from dashboards.kit.language import DOMAIN_WORDS
from dashboards.kit.tiles import band, of_domain

LARGE = 6


def _domain(domain: str, view: View) -> list[Component]:
    return band(domain, of_domain(domain)[:LARGE], view)


DOMAINS = tuple(dict.fromkeys(i.domain for i in registry().values()))

PAGE = Page(
    key="place",
    title="Place",
    path="/place/{place}",
    listed=False,
    panels=(
        Panel("map", "Map", city_map.draw, "figure", beside=map_key.key, controls=map_key.controls, area="side"),
        Panel("attention", "Attention", attention, "component", area="side"),
        *(Panel(d, DOMAIN_WORDS[d], partial(_domain, d)) for d in DOMAINS),
    ),
)
