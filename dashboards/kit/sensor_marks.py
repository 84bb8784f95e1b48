"""Every sensor on the city's map, with its newest readings in words.

A country has twenty thousand of them, and between two pictures few have read anew: words are made for those, and kept
beside the sensors' rows for all others.
"""

from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

import numpy as np

from city.batch import Array
from city.metrics import METRICS
from city.newest import newest
from city.roll import Roll
from city.rows import Rows
from dashboards.kit import points, theme
from dashboards.kit.contract import View
from dashboards.kit.words import hover_text


@dataclass(frozen=True)
class Lines:
    """Of one metric, a row of the sensors' table each: the newest reading's minute, its value, its line, and whether it
    is fresh; the line is None where there is no reading."""

    roll: Roll
    rows: Array
    minute: Array
    value: Array
    line: Array
    fresh: Array


@dataclass
class Kept:
    """What the last picture's words were made of, and the words: replaced, never changed."""

    metrics: dict[str, Lines] = field(default_factory=dict)
    old: Array = field(default_factory=lambda: np.empty(0, dtype=bool))
    text: Array = field(default_factory=lambda: np.empty(0, dtype=object))


def draw(view: View) -> dict[str, Any]:
    sensors = view.snapshot.tables["sensor"]
    where, rows = sensors.once("spots", _spots)
    told = _told(view, sensors)
    if view.slot != view.snapshot.places.city:
        here = np.flatnonzero(sensors["slot"][rows] == view.slot)
        where, rows = [where[i] for i in here.tolist()], rows[here]
    colour = np.where(told.old[rows], theme.UNKNOWN, theme.SENSOR).tolist()
    marker = {"size": 7 * points.size(view), "color": colour or theme.SENSOR, "opacity": 0.95}
    return points.marks("sensors", where, told.text[rows].tolist(), marker)


def _spots(sensors: Rows) -> tuple[list[points.At], Array]:
    """Where sensors stand, and the rows of those of which somebody said so."""
    each = [points.at(*at) for at in zip(sensors["latitude"].tolist(), sensors["longitude"].tolist(), strict=True)]
    rows = np.array([i for i, at in enumerate(each) if at], dtype=np.int64)
    return [at for at in each if at], rows


def _told(view: View, sensors: Rows) -> Kept:
    """The words of every sensor, made anew where they may have changed; old is who has no fresh reading."""
    box: list[Kept] = sensors.once(f"told {view.language.code}", lambda _: [Kept()])
    last = box[0]
    metrics = {m: _lines(view, sensors, m, last.metrics.get(m)) for m in view.snapshot.tables.readings}
    read, fresh = np.zeros(len(sensors), dtype=bool), np.zeros(len(sensors), dtype=bool)
    for lines in metrics.values():
        read |= lines.line != None  # noqa: E711  elementwise
        fresh |= lines.fresh
    old = read & ~fresh
    if metrics.keys() == last.metrics.keys() and len(last.text) == len(sensors):
        changed, text = old != last.old, last.text.copy()
        for metric, lines in metrics.items():
            changed |= lines.line != last.metrics[metric].line
    else:
        changed, text = np.ones(len(sensors), dtype=bool), np.empty(len(sensors), dtype=object)
    for i in np.flatnonzero(changed).tolist():
        text[i] = _text(view, sensors, i, [x.line[i] for x in metrics.values() if x.line[i]], old=bool(old[i]))
    box[0] = Kept(metrics, old, text)
    return box[0]


def _text(view: View, sensors: Rows, i: int, lines: list[str], *, old: bool) -> str:
    say = view.language
    name = f"<b>{hover_text(sensors['name'][i] or sensors['sensor_id'][i])}</b>"
    return "<br>".join([name, *(lines or [say("no reading")]), *([say("Stale")] if old else [])])


def _lines(view: View, sensors: Rows, metric: str, last: Lines | None) -> Lines:
    found, roll = newest(view.snapshot.scene, metric), view.snapshot.tables.metric(metric).roll
    if last is not None and last.roll is roll:
        rows = last.rows
    else:
        rows, last = np.array([sensors.position.get(key, -1) for key in roll.sensors], dtype=np.int64), None
    known = np.flatnonzero(rows[found.series] >= 0)
    mine = rows[found.series[known]]
    minute, value = np.full(len(sensors), np.datetime64("NaT", "m")), np.full(len(sensors), np.nan)
    minute[mine], value[mine] = found.at[known].astype("datetime64[m]"), found.value[known]
    line, fresh = np.full(len(sensors), None, dtype=object), np.zeros(len(sensors), dtype=bool)
    fresh[mine] = found.fresh[known]
    new = np.ones(len(mine), dtype=bool)
    if last is not None:
        new = (minute[mine] != last.minute[mine]) | (value[mine] != last.value[mine])
        line[mine[~new]] = last.line[mine[~new]]
    say, unit = view.language, METRICS[metric].unit
    times = minute[mine[new]].astype("datetime64[us]").tolist()
    for i, at, number in zip(mine[new].tolist(), times, value[mine[new]].tolist(), strict=True):
        digits = say.number(number, 2 if abs(number) < 10 else 0)
        line[i] = f"{say(metric)}: {digits} {unit} · {say.time(at.replace(tzinfo=UTC))}"
    return Lines(roll, rows, minute, value, line, fresh)
