"""Traffic: where it is slow against its own normal, what blocks it, how today compares with the same weekday."""

from datetime import UTC
from functools import partial

import numpy as np
from dash import html
from dash.development.base_component import Component

from city.events import events
from city.indicators import registry
from city.level import LEVELS, levels
from dashboards.kit import calm, corridors, links, summary, value_map
from dashboards.kit.charts import Bar, Cell, bars, columns, note, nothing, share, table
from dashboards.kit.contract import Figure, Page, Panel, View
from dashboards.kit.corridors import Block, Road
from dashboards.kit.marks import data
from dashboards.kit.tile import sensor_name, spelt_sensor
from dashboards.kit.tiles import band
from dashboards.kit.value_map import Point
from dashboards.kit.words import hover_text, plain_text

HEADLINES = (
    *("travel_time_index", "average_speed", "congested_share", "traffic_incidents_open"),
    *("roads_closed", "incident_clearance_p90_24h"),
)
INDEX = "travel_time_index"
FREE, JAM = 1.0, 2.5
ROWS = 9


def _index(view: View, value: float) -> str:
    return "∞" if np.isinf(value) else view.language.number(value, 2)


def _level(view: View, index: float) -> str:
    i = registry()[INDEX]
    return LEVELS[int(levels(np.array([index]), i.limits(view.snapshot.scene), i.better)[0])]


def _age(at: np.datetime64) -> Component:
    return html.Time(**data(age=at.astype(object).replace(tzinfo=UTC).isoformat()))


def roads_map(view: View) -> Figure:
    points = [Point(r.key, _shown(r.index), _told(view, r)) for r in corridors.roads(view.snapshot.scene)]
    return value_map.draw(view, INDEX, points, FREE, JAM)


def _shown(index: float) -> float:
    return JAM if np.isinf(index) else index


def _told(view: View, r: Road) -> str:
    say = view.language
    lines = [
        f"<b>{hover_text(sensor_name(r.key[1], view))}</b>",
        f"{say('Travel time index')}: {_index(view, r.index)}",
        f"{say.number(r.speed)} {say('km/h')} · {say('free')} {say.number(r.free)} {say('km/h')}",
        *([] if r.recent else [say("Stale")]),
    ]
    return "<br>".join(lines)


def roads_key(view: View) -> Component:
    say = view.language
    return value_map.key(view, say("Travel time index"), say.number(FREE, 1), f"≥ {say.number(JAM, 1)}")


def slow(view: View) -> Component:
    """Roads whose trips take longest against the same hour of the week."""
    say = view.language
    found = [r for r in corridors.roads(view.snapshot.scene) if r.recent][:ROWS]
    if not found:
        return nothing(view)
    longest = max((_shown(r.index) for r in found if not np.isnan(r.index)), default=1.0)
    rows = [
        Bar(
            sensor_name(r.key[1], view),
            0.0 if np.isnan(r.index) else share(_shown(r.index) - 1, longest - 1),
            _index(view, r.index),
            (_index(view, r.usual_index), _times(view, r.slower), _speeds(view, r), _age(r.at)),
            _level(view, r.index),
            lang=view.own,
        )
        for r in found
    ]
    head = (say("Road"), say("index now"), say("usually"), say("against usual"), say("km/h, now / free"), say("age"))
    told = note(view, unit=say("times the time of a free road"), period=say("usual: this hour and weekday, 4 weeks"))
    return html.Div([told, bars(say("Slow against its own normal"), head, rows, say)])


def _times(view: View, ratio: float) -> str:
    if np.isnan(ratio) or np.isinf(ratio):
        return "–"
    percent = round(100 * (ratio - 1))
    return f"{'+' if percent > 0 else ''}{view.language.number(percent)} %"


def _speeds(view: View, r: Road) -> str:
    return f"{view.language.number(r.speed)} / {view.language.number(r.free)}"


def incidents(view: View) -> Component:
    """What stands in the way, and the road beside it."""
    say, found = view.language, corridors.blocks(view.snapshot.scene)
    if not found:
        if not view.snapshot.scene.had("event"):
            return nothing(view)
        return calm.of_events(view, say("Nothing blocks a road"), events(view.snapshot.scene, "traffic").row)
    rows = [_block(view, b) for b in found[:ROWS]]
    head = (say("Severity"), say("Category"), say("Place"), say("age"), say("Road nearby"), say("index now"))
    some = say("{n} of {m}", n=len(rows), m=len(found))
    count = links.rows(view, say("all in a list"), "traffic_incidents_open")
    told = note(view, unit=say("open traffic incidents"), period=some)
    return html.Div([told, table(say("What blocks the roads"), head, rows), html.P(count, className="chart-note")])


def _block(view: View, b: Block) -> tuple[Cell, ...]:
    say, road = view.language, b.road
    return (
        say.number(None if np.isnan(b.severity) else b.severity),
        plain_text(say(str(b.category or "incident")), 40),
        links.place(view, b.slot),
        _age(b.opened),
        spelt_sensor(road.key[1], view, 40) if road else "–",
        _index(view, road.index) if road else "–",
    )


def today(view: View) -> Component:
    say, found = view.language, corridors.day(view.snapshot.scene, view.language.zone)
    if np.isnan(found).all():
        return nothing(view)
    most = max(1.5, float(np.nanmax(found)))
    names = (say("today"), say("same weekday, 4 weeks"))
    rows = [
        (name, [(0.0 if np.isnan(v) else share(v - 1, most - 1), say.number(v, 1)) for v in line.tolist()])
        for name, line in zip(names, found, strict=True)
    ]
    told = note(view, unit=say("travel time index, mean of the hour"), period=say("by the hour"))
    return html.Div([told, columns(say("Today and the same weekday"), ("", *(f"{h:02d}" for h in range(24))), rows)])


PAGE = Page(
    key="traffic",
    title="Traffic",
    order=10,
    kind="domain",
    panels=(
        Panel("now", "Now", partial(band, "traffic", HEADLINES), beside=partial(summary.line, "traffic")),
        Panel("map", "Roads", roads_map, "figure", beside=roads_key, wide=True),
        Panel("slow", "Slow against its own normal", slow, "component", wide=True),
        Panel("today", "Today and the same weekday", today, "component", wide=True),
        Panel("incidents", "What blocks the roads", incidents, "component", wide=True),
    ),
)
