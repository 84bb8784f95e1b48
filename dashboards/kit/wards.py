"""Facilities and diseases one by one, as the health service reads them. Numbers only."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from city import events
from city.facilities import ED_WAIT, ICU_FREE, OCCUPIED, STAFFED
from city.metrics import DISEASES
from city.newest import Newest, newest
from city.readings import SensorKey
from city.scene import Scene
from city.season import usual

DOMAIN = "health"
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
    """Cases of a disease in a place: of the last 7 days, what is usual and the limit above which a week is unusual
    (city.season); `years` of history stand behind these, 0 the four weeks before."""

    disease: str
    slot: int
    cases: float
    usual: float
    limit: float
    unusual: bool
    years: int


def rises(scene: Scene) -> list[Rise]:
    """Every disease in every place that has or had any, and in the city; those that rise most first."""
    return scene.once("diseases that rise", _rises)


def _rises(scene: Scene) -> list[Rise]:
    out = []
    for disease in DISEASES:
        if not len(scene.tables.metric(f"cases_{disease}")):
            continue
        u = usual(scene, f"cases_{disease}")
        facts = zip(u.cases.tolist(), u.mean.tolist(), u.limit.tolist(), u.unusual.tolist(), strict=True)
        found = [Rise(disease, slot, *fact, u.years) for slot, fact in enumerate(facts)]
        out += [r for r in found if r.cases > 0 or r.usual > 0]
    return sorted(out, key=lambda r: (not r.unusual, -(r.cases - r.usual), r.slot))


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
