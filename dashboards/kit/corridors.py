"""Roads one by one, as traffic operators read them: against their own normal, and what stands in the way."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from city import events
from city.batch import Array
from city.feed_state import among, dead
from city.lives import MINUTE, took
from city.newest import newest
from city.readings import SensorKey
from city.roads import FREE_DAYS, RECENT, SPEED, driven, free_flow
from city.scene import Scene, days, hours

DOMAIN = "traffic"
WEEKS = 4
AROUND = hours(0.5)
NEAR_KM = 3.0
DEGREE_KM = 111.2


@dataclass(frozen=True)
class Road:
    """A speed sensor: km/h now, when free, and as a rule at this hour of this weekday (median of four weeks, half an
    hour around); NaN where unknown. `index` and `usual_index` are free ÷ speed, at least 1. `at` of its newest;
    `recent` when that is of the last minutes, and of a feed that lives."""

    key: SensorKey
    slot: int
    at: np.datetime64
    recent: bool
    speed: float
    free: float
    usual: float

    @property
    def index(self) -> float:
        return _index(self.free, self.speed) if self.recent else np.nan

    @property
    def usual_index(self) -> float:
        return _index(self.free, self.usual)

    @property
    def slower(self) -> float:
        """How many times as long as usual a trip takes here."""
        return self.index / self.usual_index


def _index(free: float, speed: float) -> float:
    if np.isnan(free) or np.isnan(speed):
        return np.nan
    return max(1.0, free / speed) if speed > 0 else np.inf


def roads(scene: Scene) -> list[Road]:
    """The slowest against its own normal first; those silent for a month left out."""
    return scene.once("roads one by one", _roads)


def _roads(scene: Scene) -> list[Road]:
    sensors, free, usual = newest(scene, SPEED), free_flow(scene), _usual(scene)
    recent: Array = np.less_equal(np.subtract(scene.at, sensors.at), RECENT) & ~among(sensors.source, dead(scene))
    found = [
        Road(
            key, int(sensors.slot[i]), sensors.at[i], bool(recent[i]), float(sensors.value[i]), float(free[i]),
            float(usual[i]),
        )
        for i, key in enumerate(sensors.keys)
        if not sensors.retired[i]
    ]  # fmt: skip
    return sorted(found, key=lambda r: (np.isnan(r.slower), -np.nan_to_num(r.slower), -np.nan_to_num(r.index)))


def _usual(scene: Scene) -> Array:
    """float64 a sensor of `newest`, km/h."""
    r, sensors = scene.tables.metric(SPEED), newest(scene, SPEED)
    rows = driven(scene, days(FREE_DAYS) + AROUND, standing=True)
    ago: Array = np.subtract(scene.at, r.at[rows])
    back, old = np.mod(ago, days(7)), ago > days(6)
    rows = rows[old & ((back <= AROUND) | (back >= days(7) - AROUND))]
    medians = pd.Series(r.value[rows]).groupby(r.series[rows]).median()
    out: Array = medians.reindex(sensors.series).to_numpy(dtype=np.float64)
    return out


def day(scene: Scene, zone: ZoneInfo) -> Array:
    """float64 (2 × 24 local hours): mean travel time index of all readings of today, and of the same weekday in the
    four weeks before; NaN where there is none."""
    r, sensors = scene.tables.metric(SPEED), newest(scene, SPEED)
    free = np.full(len(r.sensors), np.nan)
    free[sensors.series] = free_flow(scene)
    rows = driven(scene, days(FREE_DAYS + 1))
    index = np.maximum(1.0, free[r.series[rows]] / r.value[rows])
    local = pd.DatetimeIndex(r.at[rows], tz="UTC").tz_convert(zone)
    midnight = pd.Timestamp(scene.at, tz="UTC").tz_convert(zone).normalize()
    back = np.asarray((midnight - local.normalize()).days)
    known = np.isfinite(index)
    out = np.full((2, 24), np.nan)
    for line, which in enumerate((back == 0, (back > 0) & (back % 7 == 0))):
        mine = which & known
        means = pd.Series(index[mine]).groupby(np.asarray(local.hour)[mine]).mean()
        out[line, means.index.to_numpy(dtype=np.int64)] = means.to_numpy()
    return out


@dataclass(frozen=True)
class Block:
    """An open incident, and the road sensor nearest to it within NEAR_KM (None where there is none)."""

    category: str | None
    severity: float
    opened: np.datetime64
    minutes: float
    slot: int
    road: Road | None


def blocks(scene: Scene) -> list[Block]:
    """The severest first, and of those the oldest. Never a summary, never where exactly."""
    rows, e = scene.tables["event"], events.events(scene, DOMAIN)
    still = np.flatnonzero(events.is_open(scene, DOMAIN))
    minutes = took(e.opened[still], scene.at, MINUTE)
    places = _positions(scene)
    found = []
    for k, old in zip(still.tolist(), minutes.tolist(), strict=True):
        i = int(e.row[k])
        near = _nearest(places, float(rows["latitude"][i]), float(rows["longitude"][i]))
        found.append(Block(rows["category"][i], float(rows["severity"][i]), e.opened[k], old, int(e.slot[k]), near))
    return sorted(found, key=lambda b: (np.nan_to_num(b.severity, nan=9), -b.minutes))


def _positions(scene: Scene) -> list[tuple[Road, float, float]]:
    sensors = scene.tables["sensor"]
    at = {key: (float(sensors["latitude"][i]), float(sensors["longitude"][i])) for key, i in sensors.position.items()}
    return [(r, *at[r.key]) for r in roads(scene) if r.key in at]


def _nearest(places: list[tuple[Road, float, float]], latitude: float, longitude: float) -> Road | None:
    if np.isnan(latitude) or np.isnan(longitude) or not places:
        return None
    k = np.cos(np.radians(latitude))
    away = [DEGREE_KM * float(np.hypot(a - latitude, k * (b - longitude))) for _, a, b in places]
    best = int(np.nanargmin(away)) if not np.isnan(away).all() else 0
    return places[best][0] if away[best] <= NEAR_KM else None
