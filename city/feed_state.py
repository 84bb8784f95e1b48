"""How feeds stand at a moment: only runs that had happened by then count.

A row of table `feed` tells of its last run. Where that is later than the moment (a past looked at by today's rows), the
hours tell; a success since then says that what the feed brought is known, so nothing is stale for its sake.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from city.batch import Array
from city.scene import Scene

State = Literal["ok", "failing", "dead", "waiting", "withdrawn"]
"""Dead: no success for longer than it may be. Waiting: no run yet, and not for long."""
NEVER = np.datetime64("NaT", "us")
LONGEST = 366 * 86_400.0
"""Seconds; a table anybody writes may allow `infinity`."""
SLACK = np.timedelta64(10, "s")
"""A run may begin while the picture of its moment is read."""


@dataclass(frozen=True)
class Standing:
    """One feed at a moment. `card` holds its row's columns; `succeeded_at` (datetime64[us], NaT: never), `run_at` and
    `failing_since` are not after the moment; `last` says whether the columns of the last run are of that moment."""

    source: str
    card: dict[str, Any]
    state: State
    succeeded_at: np.datetime64
    run_at: np.datetime64
    failing_since: np.datetime64
    last: bool

    def __getitem__(self, column: str) -> Any:
        return self.card[column]


def dead(scene: Scene) -> frozenset[str]:
    """Sources whose feed has not succeeded for longer than its card allows."""
    return scene.once("dead feeds", lambda s: frozenset(s.tables["feed"]["source"][_overdue(s)].tolist()))


def next_death(scene: Scene) -> np.timedelta64 | None:
    """How long after the moment the next feed will be dead if it is not heard of by then; None when none can be."""
    left = _left(scene)
    ahead = left[left >= np.timedelta64(0)]
    return ahead.min() if len(ahead) else None


def among(sources: Array, chosen: Iterable[str]) -> Array:
    """bool a source (object): is it one of these?"""
    named = frozenset(chosen)
    if not named:
        return np.zeros(len(sources), dtype=bool)
    return np.fromiter((s in named for s in sources.tolist()), dtype=bool, count=len(sources))


def standings(scene: Scene) -> list[Standing]:
    """Every feed that was there by the moment, by source."""
    return scene.once("feeds", _standings)


def _overdue(scene: Scene) -> Array:
    """bool a feed."""
    late: Array = _left(scene) < np.timedelta64(0)
    return late


def _left(scene: Scene) -> Array:
    """timedelta64[us] a feed: how long it may still be silent; NaT where nobody expects it."""
    feeds, at = scene.tables["feed"], scene.at
    heard = np.where(feeds["succeeded_at"] > at, at, feeds["succeeded_at"])
    since = np.where(np.isnat(heard), feeds["declared_at"], heard)
    limit = (1e6 * np.clip(np.nan_to_num(feeds["stale_after"]), 0, LONGEST)).astype("timedelta64[us]")
    left: Array = limit - np.subtract(at, since)
    left[(limit <= np.timedelta64(0)) | (feeds["withdrawn_at"] <= at)] = np.timedelta64("NaT")
    return left


def _standings(scene: Scene) -> list[Standing]:
    feeds, over, past = scene.tables["feed"], _overdue(scene), _successes(scene)
    names = list(feeds.columns)
    rows = zip(*(list(feeds[n]) for n in names), strict=True)
    cards = [dict(zip(names, row, strict=True)) for row in rows]
    found = [
        _standing(c, bool(late), scene.at, past.get(c["source"], NEVER)) for c, late in zip(cards, over, strict=True)
    ]
    return sorted((f for f in found if f is not None), key=lambda f: f.source)


def _standing(card: dict[str, Any], late: bool, at: np.datetime64, past: np.datetime64) -> Standing | None:
    """`past`: its last success by the moment, as its hours tell; of the moment's own hour a run that went well tells
    too, since a log that was thinned keeps one an hour."""
    last = not card["run_at"] > at + SLACK
    if not last and card["outcome"] == "ok" and _hour(card["run_at"]) == _hour(at):
        past = at
    succeeded = _by(card["succeeded_at"], at) if last else past
    run_at = _by(card["run_at"], at) if last else past
    if card["declared_at"] > at and np.isnat(run_at):
        return None
    failing = card["failing_since"] if card["failing_since"] <= at else NEVER
    state: State = "ok" if np.isnat(failing) else "failing"
    if np.isnat(run_at) and np.isnat(failing):
        state = "waiting"
    if late:
        state = "dead"
    if card["withdrawn_at"] <= at:
        state = "withdrawn"
    return Standing(card["source"], card, state, succeeded, run_at, failing, last)


def _hour(time: np.datetime64) -> np.datetime64:
    hour: np.datetime64 = time.astype("datetime64[h]")
    return hour


def _by(time: np.datetime64, at: np.datetime64) -> np.datetime64:
    return at if time > at else time


def _successes(scene: Scene) -> dict[str, np.datetime64]:
    """The last success of each feed by the moment, as its hours tell: within the moment's own hour that may be it."""
    if not (scene.tables["feed"]["run_at"] > scene.at + SLACK).any():
        return {}
    hours = scene.tables["feed_hour"]
    begun = np.flatnonzero((hours["hour_at"] <= scene.at) & ~np.isnat(hours["succeeded_at"]))
    begun = begun[np.argsort(hours["hour_at"][begun], kind="stable")]
    times = np.minimum(hours["succeeded_at"][begun], scene.at)
    return dict(zip(hours["source"][begun].tolist(), times, strict=True))
