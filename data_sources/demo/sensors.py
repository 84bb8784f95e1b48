"""The demo city's sensors: what stands where, and how often it reports."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from city.batch import Array, column
from city.places import Place, Places
from data_sources.demo.chance import uniform, word
from data_sources.demo.stations import (
    AIR,
    AIR_STATIONS,
    CENTRE_STREETS,
    HEIGHTS,
    RIVER_GAUGES,
    ROAD_PLACES,
    ROADS,
)
from data_sources.demo.story import DRY_PLACES

SOURCES = {
    **dict.fromkeys(("air", "noise"), "demo-air"),
    **dict.fromkeys(("rain", "climate"), "demo-weather"),
    **{"river": "demo-rivers", "flood": "demo-streets", "traffic": "demo-traffic"},
    **dict.fromkeys(("hospital", "surveillance", "ambulance"), "demo-health"),
}
"""Whose sensors are of which kind."""
MAIN_SOURCE = SOURCES["river"]
MAIN_GAUGE = "MN-KIMLONG"
"""Never silent and never late, so that its newest reading tells how far the demo has come."""
KM = 111.2


@dataclass(frozen=True, slots=True)
class Sensor:
    """One device. `every` is in minutes; `traits` hold what its readings are made by."""

    sensor_id: str
    kind: str
    name: str
    place_code: str
    latitude: float
    longitude: float
    every: int
    metrics: tuple[str, ...]
    attributes: dict[str, Any] = field(default_factory=dict)
    traits: dict[str, float] = field(default_factory=dict)

    @property
    def source(self) -> str:
        return SOURCES[self.kind]


def catalogue(places: Places) -> list[Sensor]:
    """Every sensor whose place the city has, in a fixed order."""
    found = [*_air(places), *_rain(places), *_rivers(), *_depths(places), *_climate(places), *_roads(places)]
    return [s for s in found if s.place_code in places.index]


def near(place: Place, name: str, share: float = 0.25) -> tuple[float, float]:
    """A point of its own somewhere near the place's centre."""
    reach = share * np.sqrt(place.area_km2) / KM
    turn, far = (float(uniform(word(name), k)) for k in (1, 2))
    north, east = reach * far * np.sin(2 * np.pi * turn), reach * far * np.cos(2 * np.pi * turn)
    return round(place.latitude + north, 5), round(place.longitude + east, 5)


def _air(places: Places) -> Iterator[Sensor]:
    for n, (code, name, traffic) in enumerate(AIR_STATIONS, 1):
        if place := places.get(code):
            spot, title = near(place, f"air {name}"), f"Trạm không khí {name}"
            yield Sensor(f"KK{n:02d}", "air", title, code, *spot, 60, AIR, traits={"traffic": traffic})


def _rain(places: Places) -> Iterator[Sensor]:
    large = sorted(places.all, key=lambda p: -p.area_km2)[:18]
    chosen = [*large, *(p for p in map(places.get, ("19753", "19789")) if p)]
    for n, place in enumerate(sorted(chosen, key=lambda p: p.code), 1):
        spot = near(place, f"rain {place.code}", 0.1)
        yield Sensor(f"MU{n:02d}", "rain", f"Trạm đo mưa {place.name}", place.code, *spot, 10, ("rain",))


def _rivers() -> Iterator[Sensor]:
    for code, name, place, latitude, longitude, alarm, share, lag, rest in RIVER_GAUGES:
        levels = dict(zip(("bd1", "bd2", "bd3"), alarm, strict=True))
        traits = {"share": share, "lag": lag, "rest": rest}
        metrics = ("water_level",)
        yield Sensor(f"MN-{code}", "river", name, place, latitude, longitude, 10, metrics, levels, traits)


def _depths(places: Places) -> Iterator[Sensor]:
    low = [(p.code, f"Điểm trũng {p.name}") for p in places.all if p.code not in DRY_PLACES]
    for n, (code, name) in enumerate([*CENTRE_STREETS, *low], 1):
        if place := places.get(code):
            chance = float(uniform(word(name), 3))
            # the river's level at which the water comes into this street
            traits = {"floods_at": 2.9 + 1.6 * chance, "drains": 25 + 35 * float(uniform(word(name), 4))}
            spot = near(place, name)
            yield Sensor(f"NG{n:02d}", "flood", name, code, *spot, 15, ("flood_depth",), traits=traits)


def _climate(places: Places) -> Iterator[Sensor]:
    for n, code in enumerate(("19789", "19774", "19960", "19900", "19819", "20107", "20044", "20161"), 1):
        if place := places.get(code):
            spot = near(place, f"climate {code}")
            traits = {"height": HEIGHTS.get(code, 8.0)}
            metrics = ("temperature", "humidity")
            title = f"Trạm khí tượng {place.name}"
            yield Sensor(f"KT{n:02d}", "climate", title, code, *spot, 30, metrics, traits=traits)
    for n, code in enumerate(("19753", "19789", "19777", "19815", "19774", "19969", "19960", "20137"), 1):
        if place := places.get(code):
            spot, traits = near(place, f"noise {code}"), {"loud": 3.0 * float(uniform(word(code), 5))}
            title = f"Trạm tiếng ồn {place.name}"
            yield Sensor(f"ON{n:02d}", "noise", title, code, *spot, 30, ("noise_laeq",), traits=traits)


def _roads(places: Places) -> Iterator[Sensor]:
    for n, (name, code) in enumerate(zip(ROADS, ROAD_PLACES, strict=True), 1):
        if place := places.get(code):
            free = 40.0 + 5 * round(5 * float(uniform(word(name), 6))) * (1 if "Quốc lộ" not in name else 1.6)
            traits = {"free": free, "lanes": 1.0 + 2 * float(uniform(word(name), 7)), "dip": 1.0}
            traits["dip"] = 0.6 + 0.7 * float(uniform(word(name), 8))
            metrics, spot = ("speed", "flow"), near(place, name)
            own = {"free_flow_speed": free}
            yield Sensor(f"GT{n:02d}", "traffic", name, code, *spot, 15, metrics, own, traits)


def rows(sensors: list[Sensor]) -> dict[str, Array]:
    """The columns of table `sensor`; `expected_every` in seconds."""
    names = ("source", "sensor_id", "kind", "name", "place_code", "latitude", "longitude", "attributes")
    out = {name: column(name, [getattr(s, name) for s in sensors]) for name in names}
    out["expected_every"] = column("expected_every", [60.0 * s.every for s in sensors])
    return out
