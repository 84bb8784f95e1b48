"""Events of public order as the indicators count them. Their status is free text: times alone decide."""

from dataclasses import dataclass

import numpy as np

from city.batch import Array
from city.lives import happened, unclosed
from city.rows import Rows
from city.scene import Scene


@dataclass(frozen=True)
class Incidents:
    """Columns of the events of public order, whenever opened; `fire`, `rescue` and `crime` are bool (city.marks);
    `row` numbers them in their table."""

    row: Array
    slot: Array
    opened: Array
    acknowledged: Array
    arrived: Array
    closed: Array
    severity: Array
    fire: Array
    rescue: Array
    crime: Array


def _incidents(rows: Rows) -> Incidents:
    keep = np.flatnonzero(rows["public_order"])
    return Incidents(
        row=keep,
        slot=rows["slot"][keep],
        opened=rows["opened_at"][keep],
        acknowledged=rows["acknowledged_at"][keep],
        arrived=rows["arrived_at"][keep],
        closed=rows["closed_at"][keep],
        severity=rows["severity"][keep],
        fire=rows["fire"][keep],
        rescue=rows["rescue"][keep],
        crime=rows["crime"][keep],
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
