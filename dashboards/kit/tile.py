"""A tile: one indicator at one place. Its skeleton is drawn once; what changes is a record of ready words.

The record's fields are the tile's attributes and texts; assets/live.js puts them where the skeleton says.
"""

from typing import Any

import numpy as np
from dash import html
from dash.development.base_component import Component

from city.freshness import FRESHNESS
from city.indicator import Indicator
from city.level import LEVELS
from city.scene import Scene
from city.snapshot import Number
from dashboards.kit.contract import View
from dashboards.kit.language import Language
from dashboards.kit.links import inside, to_meaning, to_rows
from dashboards.kit.marks import data
from dashboards.kit.trends import HOURLY
from dashboards.kit.words import plain_text

Record = dict[str, Any]
PERIODS = {True: "24 h", False: "14 d"}
"""How far a trend line goes back, for what changes by the hour and what does not."""
SILENT_UNITS = frozenset({"count", "1", "index", "level", "per 100,000"})
"""What says nothing behind a number, or stands in the title already."""
LIVED = ("event", "feedback", "administrative_case", "feed")
"""Tables of rows with a life: their numbers hang on sources, all others on sensors."""


def key(code: str, place: str | None) -> str:
    """How frames name a tile."""
    return f"{code}|{place or ''}"


def record(n: Number, view: View) -> Record:
    """Attributes (`value`, `level`, `freshness`, `observed`) and texts of one tile."""
    say = view.language
    level, freshness = LEVELS[n.level], FRESHNESS[n.freshness]
    return {
        "value": "" if n.value is None else n.value,
        "level": level,
        "freshness": freshness,
        "observed": n.observed_at.isoformat() if n.observed_at else "",
        "number": say.number(n.value, n.indicator.decimals),
        "word": state_word(n, say),
        "sources": _sources(n, say),
        "sensor": sensor_name(n.sensor, view),
        "beside": _beside(n.indicator, view),
    }


def sensor_name(sensor: str | None, view: View) -> str:
    """What people call a sensor; its id where it has no name."""
    if sensor is None:
        return ""
    return plain_text(view.snapshot.scene.once("sensor names", _sensor_names).get(sensor) or sensor, 60)


def spelt_sensor(sensor: str, view: View, longest: int = 60) -> Component:
    """The same as text on the page, in the city's own language."""
    return html.Span(plain_text(sensor_name(sensor, view), longest), **view.spelt)


def _sensor_names(scene: Scene) -> dict[str, str]:
    sensors = scene.tables["sensor"]
    return dict(zip(sensors["sensor_id"].tolist(), sensors["name"].tolist(), strict=True))


def state_word(n: Number, say: Language) -> str:
    """A number's level, or why it has none."""
    freshness = FRESHNESS[n.freshness]
    if freshness == "missing":
        return say("No data")
    if freshness == "stale":
        return say("Stale")
    return say("No value") if n.value is None else say.level(LEVELS[n.level])


def _sources(n: Number, say: Language) -> str:
    if not n.expected:
        return ""
    sensed = n.indicator.needs[0] not in LIVED
    return say("{n} of {m} sensors" if sensed else "{n} of {m} sources", n=n.fresh, m=n.expected)


def unit(indicator: Indicator, say: Language) -> str:
    """How a unit is written behind a number; counts have none."""
    return "" if indicator.unit in SILENT_UNITS else say(indicator.unit)


def _beside(indicator: Indicator, view: View) -> str:
    """The past that a number is held against; nothing where there is none yet."""
    if indicator.beside is None:
        return ""
    told = view.snapshot.scene.once(f"beside {indicator.code}", indicator.beside)
    value = float(told.values[view.slot])
    say = view.language
    known = not np.isnan(value)
    return (
        say("{what}: {value}", what=say(told.words, n=told.n), value=say.number(value, indicator.decimals))
        if known
        else ""
    )


def tile(indicator: Indicator, view: View, *, size: str = "large") -> Component:
    """The skeleton of a tile; `size` is large (with a trend line) or small."""
    say, place = view.language, view.place or ""
    definition = say.definition(indicator)
    head = html.H3(inside(say.title(indicator), to_meaning(view, indicator)), className="tile-title", title=definition)
    digits: Component = html.Span(className="tile-number", **data(text="number"))
    if indicator.made_of:
        digits = inside([digits], to_rows(view, indicator.code), "to-rows")
    number = html.P([digits, html.Span(unit(indicator, say), className="unit")], className="tile-value")
    word = html.Span(className="tile-word", **data(text="word"))
    level = html.P(
        [html.I(className="level-icon"), word, *_target(indicator, view), *_past(indicator)], className="tile-level"
    )
    foot = html.P(
        [
            html.Time(className="age", **data(text="age")),
            html.Span(className="tile-sources", **data(text="sources", own=view.own)),
        ],
        className="tile-foot",
    )
    period = html.Span(say(PERIODS[indicator.domain in HOURLY]), className="period")
    trend = [html.Div([html.Div(className="line", **data(text="trend")), period], className="trend")]
    marks = data(indicator=indicator.code, place=place, unit=unit(indicator, say))
    return html.Article(
        [head, number, level, *(trend if size == "large" else []), foot], className=f"tile {size}", **marks
    )


def _past(indicator: Indicator) -> list[Component]:
    return [html.Span(className="tile-target", **data(text="beside"))] if indicator.beside else []


def _target(indicator: Indicator, view: View) -> list[Component]:
    target = indicator.limits(view.snapshot.scene).target
    if target is None:
        return []
    decimals = 0 if target == int(target) else indicator.decimals
    shown = view.language.number(target, decimals)
    sign = "≤" if indicator.better == "lower" else "≥"
    return [html.Span(view.language("target {value}", value=f"{sign} {shown}"), className="tile-target")]
