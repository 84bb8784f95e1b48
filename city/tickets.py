"""Citizens' tickets as the indicators count them: not rejected, no duplicate, received by the moment.

`rejected` and `duplicate_of` carry no time: they hold at every moment.
"""

from dataclasses import dataclass

import numpy as np

from city import lives
from city.batch import Array
from city.indicator import Made
from city.lives import Decided, happened, unclosed
from city.rows import Rows
from city.scene import Scene, days

MONTH, WEEK = days(30), days(7)


@dataclass(frozen=True)
class Tickets:
    """Columns of the tickets that count, whenever received; `row` numbers them in their table."""

    row: Array
    slot: Array
    received: Array
    responded: Array
    closed: Array
    deadline: Array
    deadline_extended: Array
    extended: Array
    rating: Array


def _tickets(rows: Rows) -> Tickets:
    keep = np.flatnonzero(rows["counts"])
    return Tickets(
        row=keep,
        slot=rows["slot"][keep],
        received=rows["received_at"][keep],
        responded=rows["first_response_at"][keep],
        closed=rows["closed_at"][keep],
        deadline=rows["deadline"][keep],
        deadline_extended=rows["deadline_extended"][keep],
        extended=~np.isnat(rows["extended_to"][keep]),
        rating=rows["rating"][keep],
    )


def tickets(scene: Scene) -> Tickets:
    return scene.tables["feedback"].once("tickets", _tickets)


def received(scene: Scene) -> Array:
    """bool a ticket: received by the moment. Nothing else of a ticket counts before."""
    return scene.once("tickets received", lambda s: tickets(s).received <= s.at)


def is_open(scene: Scene) -> Array:
    return scene.once("tickets open", lambda s: received(s) & unclosed(s, tickets(s).closed))


def closed_within(scene: Scene, span: np.timedelta64) -> Array:
    """bool a ticket: closed in the window before the moment."""
    return scene.once(f"tickets closed {span}", lambda s: received(s) & happened(s, tickets(s).closed, span))


def received_within(scene: Scene, span: np.timedelta64) -> Array:
    return scene.once(f"tickets received {span}", lambda s: happened(s, tickets(s).received, span))


def decided(scene: Scene, deadline: str) -> Decided:
    """In the last 30 days, by `deadline` or `deadline_extended`."""
    return scene.once(
        f"tickets decided by {deadline}",
        lambda s: lives.decided(s, received(s), tickets(s).closed, getattr(tickets(s), deadline), MONTH),
    )


def taken_in(scene: Scene) -> Made:
    """All but duplicates received in the last 30 days; a hit was not rejected."""
    rows = scene.tables["feedback"]
    within = np.flatnonzero(rows["original"] & happened(scene, rows["received_at"], MONTH))
    return Made(within, rows["counts"][within])
