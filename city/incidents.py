"""Events of public order as the indicators count them. Their status is free text: times alone decide."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from city.batch import Array
from city.lives import happened, unclosed
from city.rows import Rows
from city.scene import Scene

DOMAIN = "public_order"
SEPARATORS = frozenset("_./:- ")
"""What may follow a group's word in a category: crime, crime_theft, crime/assault and "crime: theft" are all crime."""


@dataclass(frozen=True)
class Incidents:
    """Columns of the events of public order, whenever opened; `fire`, `rescue` and `crime` are bool."""

    slot: Array
    opened: Array
    acknowledged: Array
    arrived: Array
    closed: Array
    severity: Array
    fire: Array
    rescue: Array
    crime: Array


def in_group(categories: Iterable[str | None], word: str) -> Array:
    """bool a category: the word itself, or a category of its group."""
    size = len(word)
    found = (c is not None and c.startswith(word) and (len(c) == size or c[size] in SEPARATORS) for c in categories)
    return np.fromiter(found, dtype=bool)


def _incidents(rows: Rows) -> Incidents:
    keep = np.flatnonzero([d == DOMAIN for d in rows["domain"].tolist()])
    categories = rows["category"][keep].tolist()
    return Incidents(
        slot=rows["slot"][keep],
        opened=rows["opened_at"][keep],
        acknowledged=rows["acknowledged_at"][keep],
        arrived=rows["arrived_at"][keep],
        closed=rows["closed_at"][keep],
        severity=rows["severity"][keep],
        fire=in_group(categories, "fire"),
        rescue=in_group(categories, "rescue"),
        crime=in_group(categories, "crime"),
    )


def incidents(scene: Scene) -> Incidents:
    return scene.tables["event"].once("incidents", _incidents)


def is_open(scene: Scene) -> Array:
    """bool an incident."""
    return scene.once("incidents open", lambda s: (incidents(s).opened <= s.at) & unclosed(s, incidents(s).closed))


def opened_within(scene: Scene, span: np.timedelta64) -> Array:
    return scene.once(f"incidents opened {span}", lambda s: happened(s, incidents(s).opened, span))


def reached_within(scene: Scene, step: str, span: np.timedelta64) -> Array:
    """bool an incident: opened and `step` ("acknowledged", "arrived") both come, the later one in the window."""
    i = incidents(scene)
    return happened(scene, np.maximum(i.opened, getattr(i, step)), span)  # NaT where either is missing
