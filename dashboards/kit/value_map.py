"""A map of points that each carry a number, over places coloured by the page's own indicator."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from dash import html
from dash.development.base_component import Component

from city.readings import SensorKey
from dashboards.kit import city_map, points, theme
from dashboards.kit.contract import Figure, View

KEPT = ("places", "place markers")


@dataclass(frozen=True)
class Point:
    """A sensor by its key; `value` NaN where unknown; `text` is ready for Plotly (kit.words.hover_text)."""

    key: SensorKey
    value: float
    text: str


def draw(view: View, code: str, found: Sequence[Point], low: float, high: float) -> Figure:
    """Points from `low` (small, dark) to `high` (large, bright); the unknown are small and grey."""
    placed = [(p, at) for p in found if (at := points.of_sensor(view, p.key))]
    placed.sort(key=lambda f: np.nan_to_num(f[0].value, nan=low))  # the highest above the others
    shares = [min(1.0, max(0.0, (p.value - low) / (high - low))) for p, _ in placed]
    known = [not np.isnan(s) for s in shares]
    core = {
        "size": points.sizes([(9 + 9 * s if k else 7) for s, k in zip(shares, known, strict=True)], points.size(view)),
        "color": [s if k else -0.02 for s, k in zip(shares, known, strict=True)],
        "cmin": -0.0102,
        "cmax": 1.0,
        "colorscale": theme.stepped(),
        "showscale": False,
    }
    text, where = [p.text for p, _ in placed], [at for _, at in placed]
    figure = under(view, code, low, high)
    return {**figure, "data": [*figure["data"], *points.rimmed("points", where, text, core, theme.SENSOR_EDGE, 2)]}


def under(view: View, code: str, low: float, high: float) -> Figure:
    """The places alone, coloured by the indicator from `low` to `high`, and standing back behind what lies on them."""
    figure = city_map.draw(_with(view, code))
    kept = [_behind(t, low, high) if t["name"] == "places" else t for t in figure["data"] if t["name"] in KEPT]
    return {**figure, "data": kept}


def _with(view: View, code: str) -> View:
    return replace(view, choice={**view.choice, "show": view.choice.get("show") or code})


def _behind(trace: dict[str, Any], low: float, high: float) -> dict[str, Any]:
    """Places stand back behind the points, on the same scale."""
    marker, below = trace["marker"], low - 0.0102 * (high - low)
    z = [below if v == trace["zmin"] else max(low, v) for v in trace["z"]]
    faint = {**marker, "opacity": [0.35 * o for o in marker["opacity"]]}
    return {**trace, "z": z, "zmin": below, "zmax": high, "marker": faint}


def key(view: View, title: str, low: str, high: str) -> Component:
    """What the points' colours and sizes mean, in words."""
    parts = [
        html.Span(title, className="key-title"),
        html.Span(low),
        html.Span(className="key-scale"),
        html.Span(high),
        html.Span([html.I(className="key-unknown"), view.language("unknown")], className="key-mark"),
    ]
    if any(p.schematic for p in view.snapshot.places.all):
        parts.append(html.Span(view.language("schematic boundaries"), className="key-schematic"))
    return html.Div(parts, className="key")
