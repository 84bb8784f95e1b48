"""The environment: air in the decision's bands, rivers and how long until the next level, rain, streets, noise."""

from datetime import UTC
from functools import partial

import numpy as np
from dash import html
from dash.development.base_component import Component

from city.indicators import registry
from city.level import LEVELS, levels
from dashboards.kit import calm, links, station_map, stations, summary
from dashboards.kit.charts import Bar, Cell, bars, note, nothing, share, table
from dashboards.kit.clauses import BANDS
from dashboards.kit.contract import Page, Panel, View
from dashboards.kit.marks import aria, data
from dashboards.kit.stations import Reading
from dashboards.kit.tile import sensor_name, spelt_sensor
from dashboards.kit.tiles import band

HEADLINES = ("vn_aqi", "river_level", "river_rise_rate", "rain_24h", "flood_depth_max", "heat_index")
ALARMS = ("none", "I", "II", "III")
ROWS = 10


def _number(view: View, value: float, decimals: int = 0) -> str:
    return view.language.number(None if np.isnan(value) else value, decimals)


def _age(r: Reading) -> Component:
    return html.Time(**data(age=r.at.astype(object).replace(tzinfo=UTC).isoformat()))


def _level(view: View, code: str, value: float) -> str:
    indicator = registry()[code]
    found = levels(np.array([value]), indicator.limits(view.snapshot.scene), indicator.better)
    return LEVELS[int(found[0])]


def _band(view: View, index: float) -> Cell:
    """The band's own colour, and its word."""
    n = stations.band(index)
    return html.Span([html.I(className=f"swatch aqi-{n}"), view.language(BANDS[n - 1])]) if n else "–"


def air(view: View) -> Component:
    say, found = view.language, stations.air(view.snapshot.scene)[:ROWS]
    if not found:
        return nothing(view)
    rows = [
        (
            spelt_sensor(r.sensor, view),
            _number(view, r.values[0]),
            _band(view, r.values[0] if r.fresh else np.nan),
            _number(view, r.values[1], 1),
            _age(r),
        )
        for r in found
    ]
    head = (say("Station"), "VN_AQI", say("band"), say("PM2.5, µg/m³"), say("age"))
    told = note(view, unit=say("VN_AQI, hourly, Decision 1459/QĐ-TCMT"), period=say("1 hour"))
    return html.Div([told, table(say("Air by station"), head, rows)])


def rivers(view: View) -> Component:
    say, found = view.language, stations.rivers(view.snapshot.scene)[:ROWS]
    if not found:
        return nothing(view)
    rows = [
        (
            spelt_sensor(r.sensor, view),
            _number(view, r.values[0], 2),
            _gauge(view, r),
            " / ".join(_number(view, x, 1) for x in r.values[4:7]),
            _alarm(view, r.values[1], r.fresh),
            _number(view, r.values[2], 2),
            _number(view, r.values[3], 1),
            _age(r),
        )
        for r in found
    ]
    levels_ = (say("height"), say("I / II / III, m"), say("alarm level"))
    head = (say("Gauge"), "m", *levels_, say("rise, m/h"), say("hours to the next"), say("age"))
    return html.Div([note(view, unit=say("newest reading"), period=""), table(say("Rivers by gauge"), head, rows)])


def _gauge(view: View, r: Reading) -> Cell:
    """The water between the ground and a fifth above alarm level III, with the levels marked."""
    value, limits = r.values[0], [x for x in r.values[4:7] if not np.isnan(x)]
    if np.isnan(value) or not limits:
        return ""
    top = max(1.2 * limits[-1], value)
    marks = [html.B(style={"--v": f"{share(x, top):.4f}"}) for x in limits]
    level = LEVELS[int(r.values[1])] if r.fresh and r.values[1] > 0 else ""
    inside = [html.I(style={"--v": f"{share(value, top):.4f}"}), *marks]
    return html.Span(
        html.Span(inside, className="gauge", **aria(hidden="true")), **(data(level=level) if level else {})
    )


def _alarm(view: View, reached: float, fresh: bool) -> Cell:
    if np.isnan(reached):
        return "–"
    word = ALARMS[int(reached)]
    level = LEVELS[int(reached)] if fresh else "unknown"
    shown = view.language("none") if word == "none" else word
    return html.Span([html.I(className="level-icon"), f" {shown}"], className="cell-level", **data(level=level))


def rain(view: View) -> Component:
    say, found = view.language, stations.rain(view.snapshot.scene)[:ROWS]
    head = (say("Station"), say("24 hours"), say("1 hour"), say("72 hours"), say("age"))
    rows = [
        _bar(view, r, 1, found, "rain_24h", 1, (_number(view, r.values[0], 1), _number(view, r.values[2], 1), _age(r)))
        for r in found
    ]
    return _bars(view, "mm", "Rain by station", head, rows)


def streets(view: View) -> Component:
    say, found = view.language, stations.streets(view.snapshot.scene)[: ROWS - 1]
    if not found and view.snapshot.tables.metric("flood_depth").sensors:
        return calm.of_readings(view, say("No street is flooded"), "flood_depth")
    rows = [_bar(view, r, 0, found, "flood_depth_max", 0, (links.place(view, r.slot), _age(r))) for r in found]
    return _bars(view, "cm", "Flooded streets", (say("Street"), say("depth"), say("Place"), say("age")), rows)


def noise(view: View) -> Component:
    say, found = view.language, stations.noise(view.snapshot.scene)[:ROWS]
    rows = [_bar(view, r, 0, found, "", 1, (_age(r),)) for r in found]
    return _bars(view, "dBA · LAeq", "Noise by station", (say("Station"), say("1 hour"), say("age")), rows)


def _bar(view: View, r: Reading, i: int, all_: list[Reading], code: str, decimals: int, more: tuple[Cell, ...]) -> Bar:
    """A sensor's bar, coloured by the indicator's limits where it names one and the reading is fresh."""
    value, longest = r.values[i], max((x.values[i] for x in all_ if not np.isnan(x.values[i])), default=0.0)
    level = _level(view, code, value) if code and r.fresh else ""
    length = 0.0 if np.isnan(value) else share(value, longest)
    return Bar(sensor_name(r.sensor, view), length, _number(view, value, decimals), more, level, lang=view.own)


def _bars(view: View, unit: str, caption: str, head: tuple[str, ...], rows: list[Bar]) -> Component:
    if not rows:
        return nothing(view)
    return html.Div([note(view, unit=unit, period=""), bars(view.language(caption), head, rows, view.language)])


PAGE = Page(
    key="environment",
    title="Environment",
    order=30,
    kind="domain",
    panels=(
        Panel("now", "Now", partial(band, "environment", HEADLINES), beside=partial(summary.line, "environment")),
        Panel("map", "Air and water", station_map.draw, "figure", beside=station_map.key),
        Panel("rivers", "Rivers by gauge", rivers, "component", wide=True),
        Panel("streets", "Flooded streets", streets, "component", wide=True),
        Panel("air", "Air by station", air, "component", wide=True),
        Panel("rain", "Rain by station", rain, "component"),
        Panel("noise", "Noise by station", noise, "component"),
    ),
)
