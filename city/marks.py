"""What indicators ask of every row at every moment, and no moment changes: answered once, when the row is absorbed."""

from collections.abc import Iterable

import numpy as np

from city.batch import BEGINS, TIMES, Array, Columns

PROMISES = frozenset({"due_at", "extended_to"})
"""Times that are no happenings."""
GROUPS = ("fire", "rescue", "crime")
SEPARATORS = frozenset("_./:- ")
"""What may follow a group's word in a category: crime, crime_theft, crime/assault and "crime: theft" are all crime."""


def marks(table: str, rows: Columns) -> Columns:
    """Columns of ours, for tables of rows with a life.

    All: `origin` (int64, one number a source), `heard` (datetime64[us], the newest happening of the row).
    Feedback: `original` (bool, no duplicate), `counts` (bool, neither duplicate nor rejected).
    Cases: `counts` (bool, not rejected).
    Events: `public_order`, `fire`, `rescue`, `crime` (bool).
    """
    if table not in BEGINS:
        return {}
    out = {"origin": np.fromiter(map(hash, rows["source"].tolist()), dtype=np.int64), "heard": _heard(rows)}
    if table == "feedback":
        out["original"] = _each(v is None for v in rows["duplicate_of"].tolist())
        out["counts"] = out["original"] & _each(s != "rejected" for s in rows["status"].tolist())
    if table == "administrative_case":
        out["counts"] = _each(s != "rejected" for s in rows["status"].tolist())
    if table == "event":
        out["public_order"] = _each(d == "public_order" for d in rows["domain"].tolist())
        out |= {g: _each(in_group(c, g) for c in rows["category"].tolist()) for g in GROUPS}
    return out


def happenings(rows: Columns) -> list[str]:
    """Columns with the times at which something happened to a row."""
    return sorted((TIMES & rows.keys()) - PROMISES)


def in_group(category: str | None, group: str) -> bool:
    """Is it the group's word itself, or a category of the group?"""
    if category is None or not category.startswith(group):
        return False
    return len(category) == len(group) or category[len(group)] in SEPARATORS


def _heard(rows: Columns) -> Array:
    last = np.full(len(rows["source"]), np.datetime64("NaT", "us"))
    for name in happenings(rows):
        last = np.fmax(last, rows[name])
    return last


def _each(answers: Iterable[bool]) -> Array:
    return np.fromiter(answers, dtype=bool)
