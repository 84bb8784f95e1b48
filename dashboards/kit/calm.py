"""What a panel says when all is well: that it is, and what was last. One line, so that a calm day looks calm."""

from datetime import UTC

import numpy as np
from dash import html
from dash.development.base_component import Component

from city.batch import Array
from dashboards.kit.contract import View
from dashboards.kit.tile import sensor_name
from dashboards.kit.words import plain_text


def of_events(view: View, words: str, rows: Array) -> Component:
    """`rows` number the events (of the table) that the panel would list; the one that closed last is told."""
    found = view.snapshot.scene.tables["event"]
    closed = found["closed_at"][rows]
    over = np.flatnonzero(closed <= view.snapshot.scene.at)
    if not len(over):
        return _line(words)
    i = int(rows[over[np.argmax(closed[over])]])
    what = plain_text(view.language(str(found["category"][i] or "incident")), 40)
    return _line(words, _last(view, what, view.name(int(found["slot"][i])), found["closed_at"][i]))


def of_readings(view: View, words: str, metric: str) -> Component:
    """The sensor of a metric that was last above nothing is told."""
    r = view.snapshot.tables.metric(metric)
    above = np.flatnonzero((r.value > 0) & (r.at <= view.snapshot.scene.at))
    if not len(above):
        return _line(words)
    i = int(above[np.argmax(r.at[above])])
    name = sensor_name(r.sensors[int(r.series[i])][1], view)
    return _line(words, _last(view, name, view.name(int(r.slot[i])), r.at[i]))


def _last(view: View, what: str, place: str, at: np.datetime64) -> str:
    time = view.language.minute(at.astype(object).replace(tzinfo=UTC))
    return view.language("last one: {what}, {place}, until {time}", what=what, place=plain_text(place), time=time)


def _line(words: str, last: str = "") -> Component:
    return html.P([words, *([html.Small(f" · {last}")] if last else [])], className="chart-none")
