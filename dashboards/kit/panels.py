"""A page's panels as components: how they stand on the page, which tiles they hold, what of them is drawn anew."""

from dataclasses import dataclass
from typing import Any

import orjson
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.kit.address import link
from dashboards.kit.contract import Drawn, Figure, Page, Panel, View
from dashboards.kit.marks import aria, data
from dashboards.kit.told import told

GRAPH: Any = {
    "displayModeBar": False,
    "scrollZoom": True,
    "responsive": True,
    "showTips": False,
    "doubleClick": "reset",
    "plotlyServerURL": "",
}

TABLE = {
    "name": "Name",
    "details": "Details",
    "csv": "Save as CSV",
    "places": "Places",
    "sensors": "Sensors",
    "incidents": "Open incidents",
    "points": "Points",
    "air": "Air by station",
    "gauges": "Rivers by gauge",
    "streets": "Flooded streets",
}
"""Words of the table behind a figure; traces by their names."""


@dataclass(frozen=True, slots=True)
class Painted:
    """What follows each snapshot, by the id it has on the page."""

    components: dict[str, bytes]
    figures: dict[str, Figure]


def drawn(page: Page, view: View) -> Painted:
    """Every panel but the tiles', drawn."""
    components, figures = {}, {}
    for panel in page.panels:
        if panel.kind == "figure":
            figures[page.id(panel)] = _figure(panel.draw(view), view)
        elif panel.kind == "component":
            components[page.id(panel)] = as_json(panel.draw(view))
        if panel.beside:
            components[f"{page.id(panel)}__beside"] = as_json(panel.beside(view))
    return Painted(components, figures)


def section(page: Page, panel: Panel, view: View) -> Component:
    """A panel with its title where it stands on the page."""
    words = view.language(panel.title)
    title = html.H2(_leading(words, panel.href, view), id=f"{page.id(panel)}__title")
    none = [html.Span(view.language("no data yet"), className="none-yet")] if panel.kind == "tiles" else []
    beside = [html.Div(id=f"{page.id(panel)}__beside", className="beside")] if panel.beside else []
    leading, following = (beside, []) if panel.kind == "tiles" else ([], beside)
    controls = [*(panel.controls(view) if panel.controls else []), *_data(page, panel, view)]
    head = html.Div([title, *none, *leading, *controls], className="panel-head")
    return html.Section(
        [head, _body(page, panel, view), *following],
        className=f"panel panel-{panel.key} kind-{panel.kind}{' wide' if panel.wide else ''}",
        **aria(labelledby=f"{page.id(panel)}__title"),
    )


def _data(page: Page, panel: Panel, view: View) -> list[Component]:
    """The table behind a figure; assets/data.js fills it from the figure when it is opened."""
    if panel.kind != "figure":
        return []
    words = orjson.dumps({k: view.language(v) for k, v in TABLE.items()}).decode()
    inside = [html.Summary(view.language("Data")), html.Div(className="data-body")]
    return [html.Details(inside, className="data", **data(of=page.id(panel), words=words))]


def _leading(words: str, href: str, view: View) -> Component | str:
    """A title that leads to a page, at the same moment and in the same language."""
    kept = {k: v for k, v in view.choice.items() if k in ("at", "known", "lang")}
    return dcc.Link(words, href=link(href, kept)) if href else words


def _body(page: Page, panel: Panel, view: View) -> Component:
    if panel.kind == "figure":
        figure = _figure(panel.draw(view), view)
        graph = dcc.Graph(id=page.id(panel), figure=figure, config=GRAPH, responsive=True, className="graph")
        return html.Div(graph, className="figure", **data(map=panel.key))
    if panel.kind == "component":  # filled by the page's first frame and every later one, in assets/parts.js
        scrolls = {"tabIndex": "0", "role": "group", **aria(labelledby=f"{page.id(panel)}__title")}
        return html.Div(id=page.id(panel), className="panel-body", **(scrolls if page.kind == "domain" else {}))
    return html.Div(_components(panel.draw(view)), id=page.id(panel), className="panel-body")


def codes(page: Page, view: View) -> list[str]:
    """Indicators that have a tile on the page."""
    found: dict[str, None] = {}
    for panel in page.panels:
        if panel.kind == "tiles":
            found.update(dict.fromkeys(_tiles_in(panel.draw(view))))
    return list(found)


def _tiles_in(what: Drawn) -> list[str]:
    shown = (getattr(p, "data-indicator", None) for p in inside(_components(what)))
    return [code for code in shown if code]


def inside(roots: list[Component]) -> list[Component]:
    """Components and all that stand in them."""
    found = (p for r in roots for p in (r, *r._traverse()))  # type: ignore[no-untyped-call]
    return [p for p in found if isinstance(p, Component)]


def _components(what: Drawn) -> list[Component]:
    if isinstance(what, dict):
        raise TypeError("only a figure panel draws a figure")
    return what if isinstance(what, list) else [what]


def as_json(what: Drawn) -> bytes:
    return orjson.dumps(what, default=_component)


def _component(what: Any) -> Any:
    if isinstance(what, Component):
        return what.to_plotly_json()  # type: ignore[no-untyped-call]
    raise TypeError(type(what).__name__)


def _figure(what: Drawn, view: View) -> Figure:
    """With what it shows in words, which the browser puts on the canvas."""
    if not isinstance(what, dict):
        raise TypeError("a figure panel draws a figure")
    first, *others = what["data"]
    return {**what, "data": [{**first, "meta": {"told": told(what, view.language)}}, *others]}
