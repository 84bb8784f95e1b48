"""Events of traffic and health as the indicators count them. Their status is free text: times alone decide."""

from dataclasses import dataclass

import numpy as np

from city.batch import Array
from city.lives import happened, unclosed
from city.marks import SCENES, TOPICS
from city.rows import Rows
from city.scene import Scene


@dataclass(frozen=True)
class Events:
    """Columns of one domain's events, whenever opened; `topic` and `casualties` as in city.marks;
    `row` numbers them in their table."""

    row: Array
    slot: Array
    opened: Array
    closed: Array
    topic: Array
    casualties: Array


def _events(rows: Rows, domain: str) -> Events:
    keep = np.flatnonzero(rows["scene"] == SCENES.index(domain))
    return Events(
        row=keep,
        slot=rows["slot"][keep],
        opened=rows["opened_at"][keep],
        closed=rows["closed_at"][keep],
        topic=rows["topic"][keep],
        casualties=rows["casualties"][keep],
    )


def events(scene: Scene, domain: str) -> Events:
    return scene.tables["event"].once(f"events of {domain}", lambda r: _events(r, domain))


def is_open(scene: Scene, domain: str) -> Array:
    """bool an event."""
    e = events(scene, domain)
    return scene.once(f"{domain} open", lambda s: (e.opened <= s.at) & unclosed(s, e.closed))


def opened_within(scene: Scene, domain: str, span: np.timedelta64) -> Array:
    return scene.once(f"{domain} opened {span}", lambda s: happened(s, events(s, domain).opened, span))


def about(scene: Scene, domain: str, *topics: str) -> Array:
    """bool an event: is its category one of these, or of their groups?"""
    return np.isin(events(scene, domain).topic, [TOPICS.index(t) for t in topics])
