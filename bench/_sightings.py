"""Commits and what a screen showed, on one clock: how long each commit took to be seen."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench._writer import WARDS

Sighting = tuple[float, float | None]
"""Time in ms, and the tile's value from then on (None while it has none)."""
TILE = "feedback_open"


@dataclass(frozen=True, slots=True)
class Shown:
    """`delays` in ms of the commits that were seen; `unseen` counts those that never were."""

    delays: list[float]
    unseen: int


def shown(commits: Sequence[float], seen: Sequence[Sighting], each: int = WARDS) -> Shown:
    """`commits` are the times of the 1st, 2nd … commit; `seen` begins before the first.

    A value tells how many commits it holds, each of which raises it by `each`. It is rounded: the window moves on, and
    an old ticket may leave it.
    """
    known = [(at, value) for at, value in seen if value is not None]
    if not known:
        return Shown([], len(commits))
    base = known[0][1]
    held = [(at, round((value - base) / each)) for at, value in known]
    delays = []
    for number, committed in enumerate(commits, 1):
        first = next((at for at, count in held if count >= number), None)
        if first is not None:
            delays.append(first - committed)
    return Shown(delays, len(commits) - len(delays))
