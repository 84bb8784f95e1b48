"""What stands with the city's map: the choice of what colours it, and the key to its colours and marks."""

from dash import html
from dash.development.base_component import Component

from city.indicators import registry
from dashboards.kit import city_map
from dashboards.kit.contract import View
from dashboards.kit.language import DOMAIN_WORDS
from dashboards.kit.marks import aria, data
from dashboards.kit.tile import unit


def controls(view: View) -> list[Component]:
    """A native list of indicators by domain; assets/live.js puts the choice into the URL."""
    say, now = view.language, city_map.shown(view)
    groups: dict[str, list[Component]] = {}
    for code, indicator in registry().items():
        option = html.Option(say.title(indicator), value=code, selected=bool(now and code == now.code))
        groups.setdefault(indicator.domain, []).append(option)
    inside = [html.Optgroup(options, label=say(DOMAIN_WORDS[d])) for d, options in groups.items()]
    return [html.Select(inside, **data(query="show"), **aria(label=say("Colour the map by")))]


def key(view: View) -> Component:
    """From the lowest to the highest value in words; what is grey; the marks; how true the shapes are."""
    say, indicator = view.language, city_map.shown(view)
    places = view.snapshot.places
    parts: list[Component] = []
    if indicator:
        values = view.snapshot.outcome(indicator.code).values[: places.unlocated]
        low, high = city_map.scale(values)
        shown = [say.number(v, indicator.decimals) for v in (low, high)]
        parts = [
            html.Span(say.title(indicator), className="key-title"),
            html.Span(shown[0]),
            html.Span(className="key-scale"),
            html.Span(f"{shown[1]} {unit(indicator, say)}"),
        ]
    parts += [_mark("unknown", say("unknown")), _mark("sensor", say("sensor")), _mark("incident", say("open incident"))]
    parts.append(_mark("severe", say("severity 1 or 2")))
    if any(p.schematic for p in places.all):
        parts.append(html.Span(say("schematic boundaries"), className="key-schematic"))
    return html.Div(parts, className="key")


def _mark(kind: str, word: str) -> Component:
    return html.Span([html.I(className=f"key-{kind}"), word], className="key-mark")
