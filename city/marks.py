"""What indicators ask of every row at every moment, and no moment changes: answered once, when the row is absorbed."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np

from city.batch import BEGINS, TIMES, Array, Columns

PROMISES = frozenset({"due_at", "extended_to"})
"""Times that are no happenings."""
GROUPS = ("fire", "rescue", "crime")
SCENES = ("traffic", "health")
"""Domains of events, besides public order, that indicators count."""
TOPICS = (
    *("crash", "accident", "road_closed", "flooded_road"),
    *("outbreak", "facility_flooded", "facility_no_power"),
)
"""Groups of those domains' categories."""
CASUALTIES = ("casualties", "number_of_casualties", "number_casualties")
"""What an event's attributes call the people hurt or killed; the first that is there holds."""
SEPARATORS = frozenset("_./:- ")
"""What may follow a group's word in a category: crime, crime_theft, crime/assault and "crime: theft" are all crime."""


def marks(table: str, rows: Columns) -> Columns:
    """Columns of ours, for tables of rows with a life.

    All: `origin` (int64, one number a source), `heard` (datetime64[us], the newest happening of the row).
    Feedback: `original` (bool, no duplicate), `counts` (bool, neither duplicate nor rejected).
    Cases: `counts` (bool, not rejected).
    Events: `public_order`, `fire`, `rescue`, `crime` (bool), `scene` and `topic` (int8 into SCENES and TOPICS, -1 for
    another), `casualties` (float64, NaN where the row does not say).
    """
    if table not in BEGINS:
        return {}
    out = {"origin": origins_of(rows["source"].tolist()), "heard": _heard(rows)}
    if table == "feedback":
        out["original"] = _each(v is None for v in rows["duplicate_of"].tolist())
        out["counts"] = out["original"] & _each(s != "rejected" for s in rows["status"].tolist())
    if table == "administrative_case":
        out["counts"] = _each(s != "rejected" for s in rows["status"].tolist())
    if table == "event":
        out["public_order"] = _each(d == "public_order" for d in rows["domain"].tolist())
        out |= {g: _each(in_group(c, g) for c in rows["category"].tolist()) for g in GROUPS}
        domains = [SCENES.index(d) if d in SCENES else -1 for d in rows["domain"].tolist()]
        out |= {"scene": np.array(domains, np.int8), "topic": _topics(rows["category"].tolist())}
        out["casualties"] = np.array([_casualties(a) for a in rows["attributes"].tolist()], np.float64)
    return out


def origins_of(sources: Collection[str]) -> Array:
    """int64: one number a source, the same within one process."""
    return np.fromiter(map(hash, sources), dtype=np.int64, count=len(sources))


def happenings(rows: Columns) -> list[str]:
    """Columns with the times at which something happened to a row."""
    return sorted((TIMES & rows.keys()) - PROMISES)


def in_group(category: str | None, group: str) -> bool:
    """Is it the group's word itself, or a category of the group?"""
    if category is None or not category.startswith(group):
        return False
    return len(category) == len(group) or category[len(group)] in SEPARATORS


def number(value: Any) -> float:
    """What an agency wrote as a number: one, or one in a text; anything else is none (NaN)."""
    try:
        return np.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return np.nan


def _casualties(attributes: Any) -> float:
    said = attributes if isinstance(attributes, Mapping) else {}
    found = next((number(said[name]) for name in CASUALTIES if name in said), np.nan)
    return found if 0 <= found < np.inf else np.nan


def _topics(categories: Iterable[str | None]) -> Array:
    known = {c: next((i for i, t in enumerate(TOPICS) if in_group(c, t)), -1) for c in set(categories)}
    return np.array([known[c] for c in categories], np.int8)


def _heard(rows: Columns) -> Array:
    last = np.full(len(rows["source"]), np.datetime64("NaT", "us"))
    for name in happenings(rows):
        last = np.fmax(last, rows[name])
    return last


def _each(answers: Iterable[bool]) -> Array:
    return np.fromiter(answers, dtype=bool)
