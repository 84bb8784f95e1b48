"""How fresh a number is: observed when, by how many of the sources or sensors it hangs on, and is that enough.

A sensor is fresh while its newest reading is (city.newest); a source of rows with a life, while its newest happening
is not older than the table's limit, which the city file may override (`[stale_after]`). Whatever comes from a feed that
is dead (city.feed_state) is not fresh, however new its rows are. Sources silent for 30 days before the moment are
retired: no longer expected, unless all are.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import numpy as np

from city.batch import Array
from city.feed_state import dead, standings
from city.marks import happenings, origins_of
from city.newest import NEVER, retired, together
from city.rollup import count, latest
from city.scene import Scene

Freshness = Literal["fresh", "stale", "missing"]
FRESHNESS: tuple[Freshness, ...] = ("fresh", "stale", "missing")
FRESH, STALE, MISSING = range(3)
FEEDS = "feed"
"""What an indicator needs that is told of feeds themselves."""
STALE_AFTER = {
    "event": timedelta(hours=24),
    "feedback": timedelta(hours=24),
    "administrative_case": timedelta(hours=72),
}


@dataclass(frozen=True)
class Fresh:
    """A slot each: `state` int8 into FRESHNESS, `observed_at` datetime64[us], `fresh` of `expected` int64."""

    state: Array
    observed_at: Array
    fresh: Array
    expected: Array


def sensed(scene: Scene, metrics: tuple[str, ...]) -> Fresh:
    """Freshness of what hangs on sensors: stale where none is fresh, or a whole source has fallen silent."""
    return scene.once(f"sensed {metrics}", lambda s: _sensed(s, metrics))


def _sensed(scene: Scene, metrics: tuple[str, ...]) -> Fresh:
    found = together(scene, metrics)
    kept = found[~found.retired]
    slot, at, fresh, source = kept.slot, kept.at, kept.fresh, kept.source
    alive = count(slot[fresh], scene.slots)
    expected = count(slot, scene.slots)
    dead = set(source.tolist()) - set(source[fresh].tolist())
    silent = count(slot[np.isin(source, list(dead))], scene.slots) > 0 if dead else False
    state = np.where(expected == 0, MISSING, np.where((alive == 0) | silent, STALE, FRESH))
    return Fresh(
        state.astype(np.int8),
        latest(slot, at, scene.slots),
        alive.astype(np.int64),
        expected.astype(np.int64),
    )


def lived(scene: Scene, table: str) -> Fresh:
    """Freshness of what hangs on rows with a life: the same for every slot, stale when any source is."""
    return scene.once(f"lived {table}", lambda s: _lived(s, table))


def _lived(scene: Scene, table: str) -> Fresh:
    origins, times = _heard(scene, table)
    kept = ~retired(scene, times)
    origins, times = origins[kept], times[kept]
    limit = np.timedelta64(scene.city.stale_after.get(table, STALE_AFTER[table]), "us")
    fresh = int(((scene.at - times <= limit) & ~np.isin(origins, origins_of(dead(scene)))).sum())
    state = MISSING if not len(times) else FRESH if fresh == len(times) else STALE
    size = scene.slots
    return Fresh(
        np.full(size, state, np.int8),
        np.full(size, times.max() if len(times) else NEVER),
        np.full(size, fresh),
        np.full(size, len(times)),
    )


def fed(scene: Scene) -> Fresh:
    """Freshness of what is told of feeds themselves: the same for every slot, stale when any feed is dead."""
    return scene.once("fed", _fed)


def _fed(scene: Scene) -> Fresh:
    feeds = [f for f in standings(scene) if f.state != "withdrawn"]
    alive, size = sum(f.state != "dead" for f in feeds), scene.slots
    state = MISSING if not feeds else FRESH if alive == len(feeds) else STALE
    newest = max((f.run_at for f in feeds if not np.isnat(f.run_at)), default=NEVER)
    counts = (np.full(size, n, np.int64) for n in (alive, len(feeds)))
    return Fresh(np.full(size, state, np.int8), np.full(size, newest), *counts)


def _heard(scene: Scene, table: str) -> tuple[Array, Array]:
    """Sources that were ever heard of by now (as `origin` in city.marks), and the newest happening by now of each."""
    rows = scene.tables[table]
    origin = rows["origin"]
    heard = rows["heard"].copy()
    later = np.flatnonzero(heard > scene.at)  # the row's newest happening is still to come: look for one before
    heard[later] = NEVER
    for name in happenings(rows.columns):
        times = rows[name][later]
        heard[later] = np.fmax(heard[later], np.where(times <= scene.at, times, NEVER))
    origin, heard = origin[~np.isnat(heard)], heard[~np.isnat(heard)]
    out: dict[int, np.datetime64] = {}
    while len(origin):
        mine = origin == origin[0]
        out[int(origin[0])] = heard[mine].max()
        origin, heard = origin[~mine], heard[~mine]
    return np.array([*out], dtype=np.int64), np.array([*out.values()], dtype="datetime64[us]")
