"""Calls for help and disturbances: what happens, how bad, how soon somebody comes, how long it takes."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from city.batch import Array
from data_sources.demo.arrivals import World, arrivals, in_order, recorded, repeated, spots, texts
from data_sources.demo.frame import moments
from data_sources.demo.lives import Lives, Shape, all_of
from data_sources.demo.rhythm import HOURLY_CALLS

SOURCE = "demo-dispatch"
LONGEST_DAYS = 16


@dataclass(frozen=True, slots=True)
class Kind:
    """One category: how many `a_day`, `flood` times more at the peak, median `hours` it takes, `severe` share of it."""

    domain: str
    category: str
    title: str
    a_day: float
    flood: float
    hours: float
    severe: float
    answered: bool = True


KINDS = (
    Kind("public_order", "fire", "Cháy tại khu dân cư", 1.6, 0.5, 1.1, 0.30),
    Kind("public_order", "rescue", "Yêu cầu cứu hộ, cứu nạn", 0.5, 420.0, 0.8, 0.35),
    Kind("public_order", "crime_theft", "Trộm cắp tài sản", 14.0, 0.3, 2.6, 0.01),
    Kind("public_order", "crime_fraud", "Lừa đảo chiếm đoạt tài sản", 6.0, 0.0, 3.5, 0.01),
    Kind("public_order", "crime_assault", "Cố ý gây thương tích", 2.5, 0.2, 2.0, 0.06),
    Kind("public_order", "disturbance", "Gây rối trật tự công cộng", 15.0, 0.2, 1.2, 0.01),
    Kind("public_order", "noise_complaint", "Karaoke gây ồn", 18.0, 0.0, 1.0, 0.0),
    Kind("public_order", "missing_person", "Tìm người mất liên lạc", 0.7, 12.0, 5.0, 0.10),
    Kind("public_order", "evacuation", "Hỗ trợ di dời dân", 0.02, 3500.0, 6.0, 0.10),
    Kind("traffic", "crash", "Tai nạn giao thông", 9.0, 0.5, 0.4, 0.06),
    Kind("traffic", "signal_failure", "Hỏng đèn tín hiệu", 0.8, 15.0, 1.2, 0.0),
    Kind("traffic", "road_closed", "Đóng đường để thi công", 0.10, 8.0, 7.0, 0.0, answered=False),
    Kind("traffic", "flooded_road", "Đường ngập, cấm phương tiện", 0.02, 2600.0, 26.0, 0.2, answered=False),
    Kind("traffic", "landslide", "Sạt lở đường", 0.02, 500.0, 30.0, 0.3, answered=False),
    Kind("health", "outbreak", "Ổ dịch sốt xuất huyết", 0.04, 0.0, 190.0, 0.0, answered=False),
    Kind("health", "facility_flooded", "Cơ sở y tế bị ngập", 0.004, 900.0, 30.0, 0.5, answered=False),
    Kind("health", "facility_no_power", "Cơ sở y tế mất điện", 0.02, 300.0, 5.0, 0.4, answered=False),
)
SHAPE = Shape(
    "event",
    shown={"acknowledged_at": "acknowledged", "arrived_at": "arrived", "closed_at": "closed"},
    status={"opened": "open", "acknowledged": "acknowledged", "arrived": "on_scene", "closed": "closed"},
)


def incidents(world: World, day: date) -> Lives:
    """The events that began on one day, whole lives."""
    return all_of([of_kind(world, day, kind, n) for n, kind in enumerate(KINDS)])


def of_kind(world: World, day: date, kind: Kind, number: int) -> Lives:
    rng = world.draws(f"event {kind.category}", day)
    t = arrivals(rng, world, day, HOURLY_CALLS, kind.a_day, (kind.flood, 0.02))
    n = len(t)
    slower = 1 + 2.5 * world.weather.distress(t)
    minutes = 60.0
    acknowledged = t + slower * np.exp(rng.normal(0.25, 0.6, n)) / minutes
    arrived = acknowledged + slower * np.exp(rng.normal(1.15, 0.5, n)) / minutes
    taken = np.minimum(kind.hours * slower**0.5 * np.exp(rng.normal(0, 0.55, n)), 24.0 * (LONGEST_DAYS - 2))
    closed = np.maximum(arrived + 0.05, t + taken)
    if not kind.answered:
        acknowledged, arrived = np.full(n, np.nan), np.full(n, np.nan)
    severity = np.where(rng.random(n) < kind.severe, rng.integers(1, 3, n), rng.integers(3, 6, n)).astype(float)
    where = spots(rng, world.places, n, 0.03)
    ids = texts([f"SV{day:%y%m%d}-{number:02d}{i:03d}" for i in range(1, n + 1)])
    columns = {
        **{"source": repeated(SOURCE, n), "event_id": ids, "domain": repeated(kind.domain, n), "severity": severity},
        **{"category": _category(rng, kind, n), "summary": _summary(rng, world, kind, where["place_code"])},
        **{"opened_at": moments(t), "acknowledged_at": moments(acknowledged), "arrived_at": moments(arrived)},
        **{"closed_at": moments(closed), "attributes": _attributes(rng, kind, severity), **where},
    }
    hours = {"opened": t, "acknowledged": acknowledged, "arrived": arrived, "closed": closed}
    known = in_order(*(recorded(rng, h) for h in hours.values()))
    return Lives(SHAPE, columns, dict(zip(hours, known, strict=True)))


def _attributes(rng: np.random.Generator, kind: Kind, severity: Array) -> Array:
    """Of a crash, how many were hurt or killed; one report in twenty does not say."""
    out = texts([None] * len(severity))
    if kind.category == "crash":
        hurt = rng.poisson(np.where(severity <= 2, 1.4, 0.35)) + (severity <= 2)
        out[:] = [
            None if silent else {"casualties": n}
            for silent, n in zip(rng.random(len(hurt)) < 0.05, hurt.tolist(), strict=True)
        ]
    return out


def _category(rng: np.random.Generator, kind: Kind, count: int) -> Array:
    """Some rows come without one, where no emergency hangs on it."""
    out = repeated(kind.category, count)
    if kind.severe < 0.1:
        out[rng.random(count) < 0.01] = None
    return out


def _summary(rng: np.random.Generator, world: World, kind: Kind, codes: Array) -> Array:
    found = [world.places.get(code) if code else None for code in codes]
    out = [f"{kind.title}, {p.kind} {p.name}" if p else kind.title for p in found]
    for i in np.flatnonzero(rng.random(len(out)) < 0.01).tolist():
        out[i] = f"<b onmouseover=alert(1)>{out[i]}</b>"
    return texts(list(out))
