"""Charts as marked-up tables: every bar stands beside its number, so that chart, text alternative and data are one.

Lengths and depths are custom properties (`--v`, 0 to 1) that assets/charts.css draws; nothing here knows a colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from dash import dcc, html
from dash.development.base_component import Component

from city.level import Level
from dashboards.kit.contract import View
from dashboards.kit.language import Language
from dashboards.kit.marks import aria, data
from dashboards.kit.words import plain_text

Cell = str | Component


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: a name, its value as a share of the longest (0 to 1), how it is written, and what stands behind it.
    `lang` is the name's language where it is not the page's."""

    name: str
    share: float
    shown: Cell
    more: tuple[Cell, ...] = ()
    level: str = ""
    href: str = ""
    lang: str = ""


def note(view: View, *, unit: str, period: str) -> Component:
    """What a chart counts, over which time, as of when."""
    at = view.language.moment(view.snapshot.at)
    return html.P(" · ".join(t for t in (unit, period, at) if t), className="chart-note")


def nothing(view: View) -> Component:
    return html.P(view.language("no data yet"), className="chart-none")


def _head(head: Sequence[str]) -> Component:
    """Column heads; one without words is a plain corner."""
    return html.Thead(html.Tr([html.Th(h, scope="col") if h else html.Td() for h in head]))


def bars(caption: str, head: Sequence[str], rows: Sequence[Bar], say: Language | None = None) -> Component:
    """Horizontal bars; `head` names the columns: the row's name, its value, and what `more` holds. Rows that have a
    level need `say`: who hears the page is told the level's word where others see its sign."""
    top = _head(head)
    return html.Table([html.Caption(caption), top, html.Tbody([_bar(r, say) for r in rows])], className="chart bars")


def _bar(r: Bar, say: Language | None) -> Component:
    name = plain_text(r.name, 60)
    sign = _sign(r.level, say) if r.level not in ("", "ok") else []
    spelt: Any = {"lang": r.lang} if r.lang else {}
    length = html.I(className="bar", style={"--v": f"{r.share:.4f}"}, **aria(hidden="true"))
    cells = [
        html.Th(dcc.Link(name, href=r.href) if r.href else name, scope="row", title=name, **spelt),
        html.Td([length, *sign, html.Span(r.shown)], className="bar-cell"),
        *(html.Td(m) for m in r.more),
    ]
    return html.Tr(cells, **(data(level=r.level) if r.level else {}))


def _sign(level: str, say: Language | None) -> list[Component]:
    if say is None:
        raise TypeError("bars of a level need a language")
    word = html.Span(f"{say.level(cast(Level, level))} ", className="heard")
    return [html.I(className="level-icon", **aria(hidden="true")), word]


def share(value: float, longest: float) -> float:
    return max(0.0, min(1.0, value / longest)) if longest > 0 else 0.0


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Component:
    """Plain rows; the first cell names the row."""
    body = [html.Tr([html.Th(r[0], scope="row"), *(html.Td(c) for c in r[1:])]) for r in rows]
    top = _head(head)
    return html.Table([html.Caption(caption), top, html.Tbody(body)], className="chart plain")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two shares (0 to 1) side by side, each with how it is written, such as what came in and what went out."""

    name: str
    first: tuple[float, Cell]
    second: tuple[float, Cell]
    more: tuple[Cell, ...] = ()


def pairs(caption: str, head: Sequence[str], rows: Sequence[Pair]) -> Component:
    body = [
        html.Tr(
            [
                html.Th(plain_text(r.name, 60), scope="row"),
                html.Td([_half("first", r.first[0]), html.Span(r.first[1])]),
                html.Td([_half("second", r.second[0]), html.Span(r.second[1])]),
                *(html.Td(m, className="more") for m in r.more),
            ]
        )
        for r in rows
    ]
    top = _head(head)
    return html.Table([html.Caption(caption), top, html.Tbody(body)], className="chart pairs")


def _half(which: str, length: float) -> Component:
    return html.I(className=f"pair {which}", style={"--v": f"{length:.4f}"}, **aria(hidden="true"))


def heat(caption: str, head: Sequence[str], rows: Sequence[tuple[str, Sequence[tuple[float, Cell]]]]) -> Component:
    """A grid of shares (0 to 1) with their words, darker where there is more."""
    body = [
        html.Tr([html.Th(name, scope="row"), *(html.Td(w, style={"--v": f"{v:.3f}"}) for v, w in cells)])
        for name, cells in rows
    ]
    top = _head(head)
    return html.Table([html.Caption(caption), top, html.Tbody(body)], className="chart heat")


def columns(caption: str, head: Sequence[str], rows: Sequence[tuple[str, Sequence[tuple[float, Cell]]]]) -> Component:
    """Upright bars of shares (0 to 1), such as the hours of a day: one line of bars a row, the same scale for all."""
    body = [
        html.Tr([html.Th(name, scope="row"), *(html.Td([_upright(v), html.Span(w)]) for v, w in cells)])
        for name, cells in rows
    ]
    top = _head(head)
    return html.Table([html.Caption(caption), top, html.Tbody(body)], className="chart columns")


def _upright(length: float) -> Component:
    return html.I(className="column", style={"--v": f"{length:.4f}"}, **aria(hidden="true"))
