"""Health: who is full, where patients can go, which disease rises in which ward, what is out of service."""

from datetime import UTC
from functools import partial

import numpy as np
from dash import html
from dash.development.base_component import Component

from city.events import events
from city.indicators import registry
from city.level import LEVELS, levels
from dashboards.kit import calm, links, summary, value_map, wards
from dashboards.kit.attention import href
from dashboards.kit.charts import Bar, Cell, bars, note, nothing, share, table
from dashboards.kit.contract import Figure, Page, Panel, View
from dashboards.kit.marks import data
from dashboards.kit.tile import sensor_name
from dashboards.kit.tiles import band
from dashboards.kit.value_map import Point
from dashboards.kit.wards import Facility, Rise
from dashboards.kit.words import hover_text, plain_text

HEADLINES = (
    *("bed_occupancy", "icu_beds_free", "ed_wait_p50", "ambulance_response_p50_24h"),
    *("dengue_7d_per_100k", "outbreaks_open", "facilities_down"),
)
FULL = "bed_occupancy"
EMPTY, CROWDED = 60.0, 100.0
ROWS = 9


def _number(view: View, value: float, decimals: int = 0) -> str:
    return view.language.number(None if np.isnan(value) else value, decimals)


def _age(at: np.datetime64) -> Component:
    return html.Time(**data(age=at.astype(object).replace(tzinfo=UTC).isoformat()))


def _level(view: View, f: Facility) -> str:
    i = registry()[FULL]
    value = f.full if f.fresh else np.nan
    return LEVELS[int(levels(np.array([value]), i.limits(view.snapshot.scene), i.better)[0])]


def _name(view: View, f: Facility) -> str:
    return sensor_name(f.key[1], view)


def facility_map(view: View) -> Figure:
    found = [f for f in wards.facilities(view.snapshot.scene) if not np.isnan(f.full)]
    points = [Point(f.key, f.full if f.fresh else np.nan, _told(view, f)) for f in found]
    return value_map.draw(view, FULL, points, EMPTY, CROWDED)


def _told(view: View, f: Facility) -> str:
    say = view.language
    lines = [
        f"<b>{hover_text(_name(view, f))}</b>",
        f"{say('Beds occupied')}: {_number(view, f.full, 1)} %",
        f"{say('free beds')}: {_number(view, f.free)}",
        *([] if f.fresh else [say("Stale")]),
    ]
    return "<br>".join(lines)


def map_key(view: View) -> Component:
    say = view.language
    return value_map.key(view, say("Beds occupied"), f"≤ {say.number(EMPTY)} %", f"≥ {say.number(CROWDED)} %")


def full(view: View) -> Component:
    """Facilities by how full they are."""
    say, found = view.language, [f for f in wards.facilities(view.snapshot.scene) if not np.isnan(f.full)]
    if not found:
        return nothing(view)
    longest = max(100.0, *(f.full for f in found))
    rows = [
        Bar(
            _name(view, f),
            share(f.full, longest),
            _number(view, f.full, 1),
            (
                f"{_number(view, f.occupied)} / {_number(view, f.staffed)}",
                links.place(view, f.slot),
                _age(f.at),
            ),
            _level(view, f),
            lang=view.own,
        )
        for f in found[:ROWS]
    ]
    head = (say("Facility"), "%", say("occupied / staffed"), say("Place"), say("age"))
    told = note(view, unit=say("% of staffed beds"), period=say("{n} of {m}", n=len(rows), m=len(found)))
    return html.Div([told, bars(say("Who is full"), head, rows, say)])


def room(view: View) -> Component:
    """Where patients can go: most free beds first, of those that still report."""
    say = view.language
    known = [f for f in wards.facilities(view.snapshot.scene) if f.fresh and f.free > 0]
    found = sorted(known, key=lambda f: -f.free)
    if not found:
        return nothing(view)
    rows = [
        Bar(
            _name(view, f),
            share(f.free, found[0].free),
            _number(view, f.free),
            (_number(view, f.icu_free), _number(view, f.wait)),
            lang=view.own,
        )
        for f in found[:ROWS]
    ]
    head = (say("Facility"), say("free beds"), say("intensive care"), say("wait, min"))
    told = note(view, unit=say("free beds"), period=say("{n} of {m}", n=len(rows), m=len(found)))
    return html.Div([told, bars(say("Where patients can go"), head, rows)])


def diseases(view: View) -> Component:
    """Which disease rises in which ward against its season; with too little history, against the four weeks before."""
    say, found = view.language, wards.rises(view.snapshot.scene)
    if not found:
        return nothing(view)
    city = [r for r in found if r.slot == view.snapshot.places.city]
    rising = [r for r in found if r.slot != view.snapshot.places.city and r.cases > r.usual]
    longest = max((r.cases for r in rising), default=0.0)
    rows = [_rise(view, r, max(longest, 1.0)) for r in [*city, *rising[:ROWS]]]
    years = max(r.years for r in found)
    against = say("a week of the season") if years else say("a week, 4 weeks before")
    head = (say("Place"), say("7 days"), against, say("change"), say("Disease"))
    told = note(view, unit=say("cases"), period=_compared(view, years))
    return html.Div([told, bars(say("Diseases that rise"), head, rows, say)])


def _compared(view: View, years: int) -> str:
    if years:
        return view.language("7 days against the same weeks of {n} years", n=years)
    return view.language("fewer than 3 years of history: 7 days against the four weeks before")


def _rise(view: View, r: Rise, longest: float) -> Bar:
    say, city = view.language, r.slot == view.snapshot.places.city
    far = say("above its season") if r.years else say("far above usual")
    mark = far if r.unusual else ""
    shown = html.Span([say.number(r.cases), html.Small(f" {mark}")]) if mark else say.number(r.cases)
    words = (say.number(r.usual, 1), _signed(view, r.cases - r.usual))
    to = "" if city else href(view, view.snapshot.places.code(r.slot) or "")
    length = share(r.cases, longest) if not city else 0.0
    return Bar(view.name(r.slot), length, shown, (*words, say(f"cases_{r.disease}")), "watch" if r.unusual else "", to)


def _signed(view: View, value: float) -> str:
    return f"{'+' if value > 0 else ''}{view.language.number(value, 1)}"


def alerts(view: View) -> Component:
    """Outbreaks and facilities out of service."""
    say, found = view.language, wards.alerts(view.snapshot.scene)
    if not found:
        if not view.snapshot.scene.had("event"):
            return nothing(view)
        words = say("No outbreak, every facility in service")
        return calm.of_events(view, words, events(view.snapshot.scene, "health").row)
    rows: list[tuple[Cell, ...]] = [
        (plain_text(say(str(a.category or "incident")), 40), links.place(view, a.slot), _age(a.opened))
        for a in found[:ROWS]
    ]
    parts: list[Cell] = [
        links.rows(view, say("outbreaks in a list"), "outbreaks_open"),
        " · ",
        links.rows(view, say("facilities down in a list"), "facilities_down"),
    ]
    head = (say("Category"), say("Place"), say("age"))
    told = note(view, unit=say("open"), period=say("{n} of {m}", n=len(rows), m=len(found)))
    return html.Div([told, table(say("Outbreaks and outages"), head, rows), html.P(parts, className="chart-note")])


PAGE = Page(
    key="health",
    title="Health",
    order=20,
    kind="domain",
    panels=(
        Panel("now", "Now", partial(band, "health", HEADLINES), beside=partial(summary.line, "health")),
        Panel("map", "Facilities", facility_map, "figure", beside=map_key),
        Panel("full", "Who is full", full, "component", wide=True),
        Panel("room", "Where patients can go", room, "component"),
        Panel("diseases", "Diseases that rise", diseases, "component", wide=True),
        Panel("alerts", "Outbreaks and outages", alerts, "component", wide=True),
    ),
)
