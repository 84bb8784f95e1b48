"""The environment's map: air by the decision's bands, gauges by alarm level, flooded streets, over the places' rain.

Nothing is told by colour alone: each station of air carries its index, each gauge its level in Roman numerals, and a
street's mark grows with the water. What is too old to count is grey and has no sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from dash import html
from dash.development.base_component import Component

from city.indicators import registry
from city.level import UNKNOWN, levels
from dashboards.kit import points, stations, theme, value_map
from dashboards.kit.clauses import ALARMS, BANDS
from dashboards.kit.contract import Figure, View
from dashboards.kit.points import Trace
from dashboards.kit.stations import Reading
from dashboards.kit.tile import sensor_name
from dashboards.kit.words import hover_text

RAIN, DEPTH = "rain_24h", "flood_depth_max"
HEAVY_MM = 100.0
"""Where the rain's colours end if nobody set a limit: very heavy rain, as the country's forecasters count it."""
NUMERALS = ("0", "I", "II", "III")
AIR, GAUGE, STREET, DEEPEST_CM = 23.0, 20.0, 9.0, 60.0
LETTERS = 11.0


@dataclass(frozen=True)
class Mark:
    """One station: `size` in pixels, its colour, the `sign` in it, and whether that stands in white."""

    reading: Reading
    text: str
    size: float
    colour: str
    sign: str = ""
    white: bool = False


def draw(view: View) -> Figure:
    scene = view.snapshot.scene
    rain = replace(view, choice={**view.choice, "show": RAIN})
    figure = value_map.under(rain, RAIN, 0.0, _most(view))
    streets = [_street(view, r) for r in stations.streets(scene)[::-1]]  # the deepest above the others
    gauges = [_gauge(view, r) for r in stations.rivers(scene)[::-1]]
    air = [_air(view, r) for r in stations.air(scene)[::-1]]
    traces = [
        *_drawn(view, "streets", streets, theme.SENSOR_EDGE),
        *_drawn(view, "gauges", gauges, theme.GAUGE_EDGE),
        *_drawn(view, "air", air, theme.SENSOR_EDGE),
    ]
    signed = [m for m in (*gauges, *air) if m.sign]
    inks = [_signs(view, [m for m in signed if m.white is w], w) for w in (False, True)]
    return {**figure, "data": [*figure["data"], *traces, *inks]}


def _most(view: View) -> float:
    return registry()[RAIN].limits(view.snapshot.scene).alarm or HEAVY_MM


def _drawn(view: View, name: str, found: Sequence[Mark], rim: str) -> list[Trace]:
    placed = [(m, at) for m in found if (at := points.of_sensor(view, m.reading.key))]
    sizes = points.sizes([m.size for m, _ in placed], points.size(view))
    core = {"size": sizes, "color": [m.colour for m, _ in placed], "opacity": 1}
    return points.rimmed(name, [at for _, at in placed], [m.text for m, _ in placed], core, rim, 2)


def _signs(view: View, found: Sequence[Mark], white: bool) -> Trace:
    placed = [(m, at) for m in found if (at := points.of_sensor(view, m.reading.key))]
    name, ink = ("signs in white", theme.SENSOR) if white else ("signs", theme.INK)
    words = [m.sign for m, _ in placed]
    return points.signs(name, [at for _, at in placed], words, LETTERS * points.size(view), ink)


def _air(view: View, r: Reading) -> Mark:
    say, index = view.language, r.values[0]
    band = stations.band(index) if r.fresh else 0
    told = f"VN_AQI: {_number(view, index)}" + (f" · {say(BANDS[stations.band(index) - 1])}" if index == index else "")
    more = f"PM2.5: {_number(view, r.values[1], 1)} µg/m³"
    colour = theme.AQI[band - 1] if band else theme.UNKNOWN
    sign = say.number(index) if band else ""
    return Mark(r, _text(view, r, told, more), AIR if band else STREET, colour, sign, colour in theme.AQI_DARK)


def _gauge(view: View, r: Reading) -> Mark:
    say, reached = view.language, r.values[1]
    known = r.fresh and not np.isnan(reached)
    level = int(reached) if known else None
    height = f"{say('height')}: {_number(view, r.values[0], 2)} m"
    stands = f"{say('alarm level')}: {'–' if np.isnan(reached) else say(ALARMS[int(reached)])}"
    rise = f"{say('rise, m/h')}: {_number(view, r.values[2], 2)}"
    colour = theme.UNKNOWN if level is None else theme.STAGES[level]
    sign = "" if level is None else NUMERALS[level]
    return Mark(r, _text(view, r, height, stands, rise), GAUGE, colour, sign, level == len(theme.STAGES) - 1)


def _street(view: View, r: Reading) -> Mark:
    indicator, depth = registry()[DEPTH], r.values[0]
    level = int(levels(np.array([depth if r.fresh else np.nan]), indicator.limits(view.snapshot.scene))[0])
    colour = theme.UNKNOWN if level == UNKNOWN else theme.STAGES[level]
    size = STREET * (1 + min(1.0, depth / DEEPEST_CM))
    return Mark(r, _text(view, r, f"{view.language('depth')}: {_number(view, depth)} cm"), size, colour)


def _text(view: View, r: Reading, *lines: str) -> str:
    told = [f"<b>{hover_text(sensor_name(r.sensor, view))}</b>", *map(hover_text, lines)]
    return "<br>".join(told if r.fresh else [*told, view.language("Stale")])


def _number(view: View, value: float, decimals: int = 0) -> str:
    return view.language.number(None if np.isnan(value) else value, decimals)


def key(view: View) -> Component:
    """The bands of air, the levels of gauges, the depths of streets, each in the map's own signs; then the rain."""
    say, places = view.language, view.snapshot.places
    air = [_sign(f"key-air aqi-{n}", "", say(word)) for n, word in enumerate(BANDS, 1)]
    gauges = [_sign(f"key-gauge stage-{n}", NUMERALS[n], "" if n else say(ALARMS[0])) for n in range(len(NUMERALS))]
    limits = registry()[DEPTH].limits(view.snapshot.scene)
    depths = [(n, x) for n, x in enumerate((limits.watch, limits.warning, limits.alarm), 1) if x is not None]
    streets = [_sign(f"key-street stage-{n}", "", f"≥ {say.number(x)} cm") for n, x in depths]
    rain = [html.Span("0"), html.Span(className="key-scale"), html.Span(f"≥ {say.number(_most(view))} mm")]
    groups = (
        (say("Air, VN_AQI"), air),
        (say("River gauge, alarm level"), gauges),
        (say("Flooded street"), [_sign("key-street stage-0", "", ""), *streets]),
        (say.title(registry()[RAIN]), [*rain, _sign("key-unknown", "", say("unknown"))]),
    )
    parts: list[Component] = [
        html.Span([html.Span(title, className="key-title"), *marks], className="key-group") for title, marks in groups
    ]
    if any(p.schematic for p in places.all):
        parts.append(html.Span(say("schematic boundaries"), className="key-schematic"))
    return html.Div(parts, className="key key-stations")


def _sign(kind: str, sign: str, word: str) -> Component:
    return html.Span([html.I(sign or None, className=kind), word], className="key-mark")
