"""Charts as marked-up tables: every bar stands beside its number, so that chart, text alternative and data are one.

Lengths and depths are custom properties (`--v`, 0 to 1) that assets/charts.css draws; nothing here knows a colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.kit.contract import View
from dashboards.kit.marks import aria, data
from dashboards.kit.words import plain_text

Cell = str | Component


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: a name, its value as a share of the longest (0 to 1), how it is written, and what stands behind it."""

    name: str
    share: float
    shown: str
    more: tuple[Cell, ...] = ()
    level: str = ""
    href: str = ""


def note(view: View, *, unit: str, period: str) -> Component:
    """What a chart counts, over which time, as of when."""
    at = view.language.moment(view.snapshot.at)
    return html.P(" · ".join(t for t in (unit, period, at) if t), className="chart-note")


def nothing(view: View) -> Component:
    return html.P(view.language("no data yet"), className="chart-none")


def bars(caption: str, head: Sequence[str], rows: Sequence[Bar]) -> Component:
    """Horizontal bars; `head` names the columns: the row's name, its value, and what `more` holds."""
    top = html.Thead(html.Tr([html.Th(h, scope="col") for h in head]))
    return html.Table([html.Caption(caption), top, html.Tbody([_bar(r) for r in rows])], className="chart bars")


def _bar(r: Bar) -> Component:
    name = plain_text(r.name, 60)
    length = html.I(className="bar", style={"--v": f"{r.share:.4f}"}, **aria(hidden="true"))
    cells = [
        html.Th(dcc.Link(name, href=r.href) if r.href else name, scope="row", title=name),
        html.Td([length, html.Span(r.shown)], className="bar-cell"),
        *(html.Td(m) for m in r.more),
    ]
    return html.Tr(cells, **(data(level=r.level) if r.level else {}))


def share(value: float, longest: float) -> float:
    return max(0.0, min(1.0, value / longest)) if longest > 0 else 0.0


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Component:
    """Plain rows; the first cell names the row."""
    body = [html.Tr([html.Th(r[0], scope="row"), *(html.Td(c) for c in r[1:])]) for r in rows]
    top = html.Thead(html.Tr([html.Th(h, scope="col") for h in head]))
    return html.Table([html.Caption(caption), top, html.Tbody(body)], className="chart plain")


def pairs(caption: str, head: Sequence[str], rows: Sequence[tuple[str, float, str, float, str]]) -> Component:
    """Two columns a moment side by side, such as what came in and what went out: name, share, words, share, words."""
    body = [
        html.Tr(
            [
                html.Th(name, scope="row"),
                html.Td([html.I(className="pair first", style={"--v": f"{a:.4f}"}), html.Span(one)]),
                html.Td([html.I(className="pair second", style={"--v": f"{b:.4f}"}), html.Span(two)]),
            ]
        )
        for name, a, one, b, two in rows
    ]
    top = html.Thead(html.Tr([html.Th(h, scope="col") for h in head]))
    return html.Table([html.Caption(caption), top, html.Tbody(body)], className="chart pairs")


def heat(caption: str, head: Sequence[str], rows: Sequence[tuple[str, Sequence[tuple[float, str]]]]) -> Component:
    """A grid of shares (0 to 1) with their words, darker where there is more."""
    body = [
        html.Tr([html.Th(name, scope="row"), *(html.Td(w, style={"--v": f"{v:.3f}"}) for v, w in cells)])
        for name, cells in rows
    ]
    top = html.Thead(html.Tr([html.Th(h, scope="col") for h in head]))
    return html.Table([html.Caption(caption), top, html.Tbody(body)], className="chart heat")
