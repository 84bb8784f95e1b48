"""How good feeds are beyond their readings: are rows clean, joined to what the city knows, and open to others."""

import re

import numpy as np

from city.batch import BEGINS, Array
from city.feed_state import standings
from city.lives import happened
from city.metrics import METRICS
from city.newest import newest
from city.quality import DAY, Shares, day_of, joined
from city.scene import Scene

CATEGORY = {"event": "category", "feedback": "category", "administrative_case": "procedure_code"}
"""What says of which kind a row with a life is."""
OPEN = re.compile(
    r"\b(cc0|cc[- ]?by(?:[- ]?sa)?(?![- ]?n[cd])|odbl|odc[- ]by|pddl|public domain|open government licen[cs]e|ogl)\b",
    re.I,
)
"""Licences under which anybody may use, change and pass on."""


def clean(scene: Scene) -> Shares:
    """Rows that were neither refused nor twice in one answer, of all that feeds read in 24 hours; of the city alone,
    since a refused row has no place."""
    return scene.once("clean", _clean)


def _clean(scene: Scene) -> Shares:
    hours = scene.tables["feed_hour"]
    rows = np.flatnonzero((hours["hour_at"] > scene.at - DAY) & (hours["hour_at"] <= scene.at))
    read = np.nan_to_num(hours["rows_read"][rows])
    bad = np.nan_to_num(hours["rows_refused"][rows]) + np.nan_to_num(hours["rows_duplicate"][rows])
    return _of_city(scene, hours["source"][rows], np.clip(read - bad, 0, None), read)


def unified(scene: Scene) -> Shares:
    """Rows with a known place and a category, of all of 24 hours. A reading's category is its metric, which fixes its
    unit; a row with a life is of the day on which it began."""
    return scene.once("unified", lambda s: joined([*(_read(s, m) for m in METRICS), *(_begun(s, t) for t in BEGINS)]))


def _read(scene: Scene, metric: str) -> Shares:
    r, sensors = scene.tables.metric(metric), newest(scene, metric)
    whole = np.bincount(r.series[day_of(scene, metric)], minlength=len(r.sensors)).astype(np.float64)[sensors.series]
    return Shares(sensors.slot, sensors.source, np.where(sensors.slot != scene.places.unlocated, whole, 0.0), whole)


def _begun(scene: Scene, table: str) -> Shares:
    rows = scene.tables[table]
    mine = np.flatnonzero(happened(scene, rows[BEGINS[table]], DAY))
    slot, category = rows["slot"][mine], rows[CATEGORY[table]][mine]
    known = (slot != scene.places.unlocated) & np.fromiter((bool(c) for c in category.tolist()), bool, len(mine))
    return Shares(slot, rows["source"][mine], known.astype(np.float64), np.ones(len(mine)))


def shared(scene: Scene) -> Shares:
    """Feeds whose data are published under an open licence, of those that are published or have such a licence."""
    return scene.once("shared", _shared)


def _shared(scene: Scene) -> Shares:
    feeds = [f for f in standings(scene) if f.state != "withdrawn" and (f["shared"] or open_licence(f["licence"]))]
    names = np.empty(len(feeds), dtype=object)
    names[:] = [f.source for f in feeds]
    part = np.array([bool(f["shared"] and open_licence(f["licence"])) for f in feeds], np.float64)
    return _of_city(scene, names, part, np.ones(len(feeds)))


def open_licence(licence: str | None) -> bool:
    return bool(OPEN.search(licence or ""))


def _of_city(scene: Scene, source: Array, part: Array, whole: Array) -> Shares:
    return Shares(np.full(len(part), scene.places.city, np.int32), source, part, whole)
