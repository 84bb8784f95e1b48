"""Facilities and diseases one by one, as the health service reads them. Numbers only."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from city import events
from city.batch import Array
from city.facilities import ED_WAIT, ICU_FREE, OCCUPIED, STAFFED, told
from city.history import above
from city.metrics import DISEASES
from city.newest import Newest, newest
from city.readings import SensorKey
from city.rollup import total
from city.scene import Scene, days

DOMAIN = "health"
WEEKS = 4
FACTS = (OCCUPIED, STAFFED, ICU_FREE, ED_WAIT)


@dataclass(frozen=True)
class Facility:
    """Its newest numbers, each NaN where it does not tell; `at` and `fresh` of the newest of all."""

    key: SensorKey
    slot: int
    at: np.datetime64
    fresh: bool
    occupied: float
    staffed: float
    icu_free: float
    wait: float

    @property
    def full(self) -> float:
        """Per cent of the staffed beds."""
        return 100 * self.occupied / self.staffed if self.staffed > 0 else np.nan

    @property
    def free(self) -> float:
        return self.staffed - self.occupied


def facilities(scene: Scene) -> list[Facility]:
    """The fullest first; those silent for a month left out."""
    return scene.once("facilities", _facilities)


def _facilities(scene: Scene) -> list[Facility]:
    known = {m: _by_key(newest(scene, m)) for m in FACTS}
    found = []
    for key in dict.fromkeys(k for facts in known.values() for k in facts):
        rows = [(newest(scene, m), facts[key]) for m, facts in known.items() if key in facts]
        last, i = max(rows, key=lambda r: r[0].at[r[1]])
        values = [float(newest(scene, m).value[facts[key]]) if key in facts else np.nan for m, facts in known.items()]
        found.append(Facility(key, int(last.slot[i]), last.at[i], bool(last.fresh[i]), *values))
    return sorted(found, key=lambda f: (np.isnan(f.full), -np.nan_to_num(f.full), f.key))


def _by_key(found: Newest) -> Mapping[SensorKey, int]:
    return {key: i for i, key in enumerate(found.keys) if not found.retired[i]}


@dataclass(frozen=True)
class Rise:
    """Cases of a disease in a place: the last 7 days, the mean of the four weeks before, and whether that is far above
    them (city.history)."""

    disease: str
    slot: int
    cases: float
    usual: float
    unusual: bool


def rises(scene: Scene) -> list[Rise]:
    """Every disease in every place and the city, those that rise most first."""
    return scene.once("diseases that rise", _rises)


def _rises(scene: Scene) -> list[Rise]:
    out = []
    for disease in DISEASES:
        weeks = np.array([_week(scene, disease, n) for n in range(WEEKS + 1)])
        now, before = weeks[0], weeks[1:]
        usual, far = before.mean(axis=0), above(now, before)
        out += [
            Rise(disease, s, float(now[s]), float(usual[s]), bool(far[s]))
            for s in range(scene.slots)
            if not np.isnan(now[s]) and not np.isnan(usual[s])
        ]
    return sorted(out, key=lambda r: (not r.unusual, -(r.cases - r.usual), r.slot))


def _week(scene: Scene, disease: str, n: int) -> Array:
    """float64 a slot: cases of a week, n weeks ago; NaN where nothing was told."""
    moment = scene.earlier(scene.at - days(7 * n)) if n else scene
    return total(*told(moment, f"cases_{disease}", days(7)), scene.slots)


@dataclass(frozen=True)
class Alert:
    """An open outbreak, or a facility that is out of service."""

    category: str | None
    slot: int
    opened: np.datetime64


def alerts(scene: Scene) -> list[Alert]:
    """The newest first."""
    rows, e = scene.tables["event"], events.events(scene, DOMAIN)
    still = np.flatnonzero(events.is_open(scene, DOMAIN))
    found = [Alert(rows["category"][e.row[k]], int(e.slot[k]), e.opened[k]) for k in still]
    return sorted(found, key=lambda a: a.opened, reverse=True)
