"""The rows behind a number: exactly those it counts, as a list. Nobody's words, and never where exactly.

Words of the URL choose them: `indicator` (a code, or one of OTHERS), `place` (a code, "unlocated", or none for the
city), and any of FILTERS; NOBODY is what names nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from city import incidents, tickets
from city.batch import BEGINS, Array
from city.indicator import Made
from city.indicators import registry
from city.lives import happened
from city.rows import Rows
from city.scene import Scene, days
from dashboards.kit import backlog, casework, order
from dashboards.kit.address import FILTERS
from dashboards.kit.contract import View

NOBODY = "-"
WORDS = ("category", "agency", "channel", "field")
PER_PAGE = 50
OWN = {"feedback": "feedback_id", "event": "event_id", "administrative_case": "case_id"}


def _week_before(scene: Scene) -> Made:
    return Made(tickets.tickets(scene).row[happened(scene.earlier(scene.at - days(7)), *_received(scene))])


def _received(scene: Scene) -> tuple[Array, np.timedelta64]:
    return tickets.tickets(scene).received, days(7)


def _closed(scene: Scene) -> Made:
    t = tickets.tickets(scene)
    return Made(t.row[tickets.received(scene) & (t.closed <= scene.at)])


def _hot(scene: Scene) -> Made:
    return Made(incidents.incidents(scene).row[incidents.opened_within(scene, days(7 * order.WEEKS))])


OTHERS: dict[str, tuple[str, str, Callable[[Scene], Made]]] = {
    "tickets_received": ("Tickets received", "feedback", lambda s: Made(tickets.tickets(s).row[tickets.received(s)])),
    "tickets_closed": ("Tickets closed", "feedback", _closed),
    "tickets_received_week_before": ("Tickets received in the week before", "feedback", _week_before),
    "incidents_28d": ("Incidents, 28 days", "event", _hot),
}
"""Selections that pages count and no indicator does: title, table, rows."""


@dataclass(frozen=True)
class Found:
    """Row numbers (int64) of `table`, the longest-begun first; `title` is English or an indicator's code."""

    code: str
    title: str
    table: str
    rows: Array

    def page(self, n: int) -> Array:
        """The n-th page of rows, from 1."""
        return self.rows[(n - 1) * PER_PAGE : n * PER_PAGE]

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.rows) // PER_PAGE))


def find(view: View) -> Found | None:
    """None where the URL asks for no number that is made of rows, or for a place that is not."""
    scene, code = view.snapshot.scene, view.choice.get("indicator", "")
    indicator = registry().get(code)
    slot = view.snapshot.places.slot(view.choice.get("place"))
    if slot is None:
        return None
    if code in OTHERS:
        title, table, select = OTHERS[code]
        found = Found(code, title, table, np.empty(0, np.int64))
        made = select(scene)
    elif indicator and indicator.made_of:
        found = Found(code, indicator.title, indicator.needs[0], np.empty(0, np.int64))
        made = indicator.made_of(scene)
    else:
        return None
    rows = scene.tables[found.table]
    keep = np.ones(len(made.rows), dtype=bool) if slot == view.snapshot.places.city else rows["slot"][made.rows] == slot
    if made.hit is not None and view.choice.get("hit") in ("yes", "no"):
        keep &= made.hit == (view.choice["hit"] == "yes")
    kept = _filtered(view, rows, made.rows[keep], found)
    return replace(found, rows=kept[np.argsort(rows[BEGINS[found.table]][kept], kind="stable")])


def _filtered(view: View, rows: Rows, chosen: Array, found: Found) -> Array:
    asked = {name: view.choice[name] for name in FILTERS if view.choice.get(name)}
    for name, word in asked.items():
        if name in WORDS and name in rows.columns:
            wanted = None if word == NOBODY else word
            chosen = chosen[np.array([v == wanted for v in rows[name][chosen].tolist()], dtype=bool)]
        elif name == "severity" and name in rows.columns:
            chosen = chosen[_severity(rows[name][chosen], word)]
        elif name == "left" and found.table == casework.TABLE:
            chosen = chosen[casework.left_of(view.snapshot.scene, rows["deadline"][chosen]) == _whole(word)]
        elif name in ("age", "day", "weekday", "hour"):
            chosen = chosen[_timed(view, rows, chosen, found, name, word)]
    return chosen


def _severity(severity: Array, word: str) -> Array:
    known = np.isin(severity, order.SEVERITIES)
    keep: Array = ~known if word == NOBODY else known & (severity == _whole(word))
    return keep


def _timed(view: View, rows: Rows, chosen: Array, found: Found, name: str, word: str) -> Array:
    """bool a row: by its age's bucket, or by the local day, weekday (0 is Monday) or hour at which it began (at which
    it was closed, where closings are looked at)."""
    scene = view.snapshot.scene
    if name == "age":
        began = rows[BEGINS[found.table]][chosen]
        bucket = order.age_of(scene, began) if found.table == "event" else backlog.age_of(scene, began)
        return np.asarray(bucket == _whole(word))
    times = rows["closed_at" if found.code == "tickets_closed" else BEGINS[found.table]][chosen]
    local = pd.DatetimeIndex(times, tz="UTC").tz_convert(view.language.zone)
    if name == "day":
        return np.asarray(local.normalize().tz_localize(None) == _day(word))
    return np.asarray((local.day_of_week if name == "weekday" else local.hour) == _whole(word))


def _whole(word: str) -> int:
    """-1, which is nothing's number, for what is none."""
    return int(word) if word.isascii() and word.isdigit() and len(word) < 4 else -1


def _day(word: str) -> pd.Timestamp:
    try:
        return pd.Timestamp(date.fromisoformat(word))
    except ValueError:
        return pd.NaT
