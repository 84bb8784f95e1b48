"""Cities to look at, made in memory: empty, calm, flooded, stale. Seeded, so that each is always the same."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from city.batch import Batch
from city.city import picture
from city.config import ASSETS, CityFile, load_city
from city.snapshot import Snapshot
from tests.city.makers import batch, reading

EVENING = datetime(2025, 10, 27, 13, 0, tzinfo=UTC)
HUE: CityFile = load_city("hue")
RUBBISH = "<b onmouseover=alert(1)>cháy</b> <a href='https://evil.example'>x</a> \u202egnp"
METRICS = ("pm2_5", "pm10", "temperature", "humidity", "water_level", "rain", "flood_depth", "noise_laeq")


def places() -> list[dict[str, Any]]:
    """Hue's forty, with their schematic cells."""
    found = orjson.loads((ASSETS / "cities" / "hue-places.geojson").read_bytes())["features"]
    return [{**f["properties"], "geometry": f["geometry"]} for f in found]


def _sensors() -> list[dict[str, Any]]:
    wards = places()
    attributes = {"bd1": 1.0, "bd2": 2.0, "bd3": 3.5}
    return [
        {
            "sensor_id": f"{metric}-{i}",
            "kind": metric,
            "name": f"Trạm {wards[(i * 7 + j * 3) % 40]['name']}",
            "place_code": wards[(i * 7 + j * 3) % 40]["place_code"],
            "latitude": wards[(i * 7 + j * 3) % 40]["latitude"] + 0.006 * j - 0.02,
            "longitude": wards[(i * 7 + j * 3) % 40]["longitude"] + 0.008 * i - 0.02,
            "expected_every": 900.0,
            "attributes": attributes,
        }
        for j, metric in enumerate(METRICS)
        for i in range(5)
    ]


LEVELS = {"pm2_5": 30, "pm10": 60, "temperature": 29, "humidity": 78, "water_level": 0.6, "rain": 0.2, "noise_laeq": 58}
FLOOD = {"water_level": 3.9, "rain": 9.0, "flood_depth": 55.0, "humidity": 97, "temperature": 24}


def _observations(at: datetime, flood: bool, random_: random.Random) -> Iterator[dict[str, Any]]:
    base = {**LEVELS, **(FLOOD if flood else {})}
    for sensor in _sensors():
        metric, value = sensor["kind"], base.get(sensor["kind"], 0.0)
        for quarter in range(24 * 3):
            swell = 1 - 0.012 * quarter * (metric in FLOOD and flood)
            noisy = max(0.0, value * swell * random_.uniform(0.85, 1.15))
            when = at - timedelta(minutes=20 * quarter + random_.randint(1, 9))
            yield reading(sensor["sensor_id"], metric, when, round(noisy, 2), place_code=sensor["place_code"])


def _event(i: int, at: datetime, flood: bool, random_: random.Random, ward: dict[str, Any]) -> dict[str, Any]:
    opened = at - timedelta(hours=random_.expovariate(1 / 30))
    answered = opened + timedelta(minutes=random_.uniform(1, 4))
    arrived = answered + timedelta(minutes=random_.uniform(2, 25 if flood else 9))
    still = random_.random() < (0.3 if flood else 0.06)
    category = random_.choice(("rescue", "flooded_road", "medical") if flood else ("fire", "theft", "crash", "medical"))
    return {
        "event_id": f"e{i}",
        "domain": "public_order",
        "category": category,
        "severity": random_.choice((1, 2, 3, 3, 4, 5)),
        "status": "open" if still else "closed",
        "opened_at": opened,
        "acknowledged_at": answered if answered <= at else None,
        "arrived_at": arrived if arrived <= at else None,
        "closed_at": None if still else min(at, arrived + timedelta(minutes=random_.uniform(5, 90))),
        "place_code": ward["place_code"] if random_.random() > 0.03 else None,
        "latitude": ward["latitude"] + random_.uniform(-0.02, 0.02),
        "longitude": ward["longitude"] + random_.uniform(-0.02, 0.02),
        "summary": RUBBISH if i % 10 == 0 else "",
    }


def _ticket(i: int, at: datetime, random_: random.Random, ward: dict[str, Any]) -> dict[str, Any]:
    received = at - timedelta(days=random_.expovariate(1 / 12))
    due = received + timedelta(days=7)
    took = timedelta(days=random_.lognormvariate(1.1, 0.9))
    closed = received + took if received + took <= at else None
    return {
        "feedback_id": f"f{i}",
        "category": random_.choice(("rác thải", "giao thông", "điện", "ngập nước", "tiếng ồn")),
        "channel": "app",
        "status": "closed" if closed else "assigned",
        "urgent": False,
        "received_at": received,
        "due_at": due,
        "extended_to": due + timedelta(days=5) if random_.random() < 0.15 else None,
        "first_response_at": min(at, received + took / 3),
        "closed_at": closed,
        "agency": "UBND",
        "rating": random_.choice((None, 5, 4, 4, 3, 1)) if closed else None,
        "place_code": ward["place_code"] if random_.random() > 0.02 else None,
    }


def rows(at: datetime = EVENING, *, flood: bool = False, seed: int = 7) -> Batch:
    """A whole city's rows as of a moment."""
    random_ = random.Random(seed)
    wards = places()
    weights = [w["population"] for w in wards]
    pick = lambda: random_.choices(wards, weights)[0]  # noqa: E731
    return batch(
        whole=True,
        place=places(),
        sensor=_sensors(),
        observation=list(_observations(at, flood, random_)),
        event=[_event(i, at, flood, random_, pick()) for i in range(400)],
        feedback=[_ticket(i, at, random_, pick()) for i in range(1500)],
    )


def calm(at: datetime = EVENING) -> Snapshot:
    return picture(HUE, rows(at), at)


def flooded(at: datetime = EVENING) -> Snapshot:
    return picture(HUE, rows(at, flood=True), at)


def stale(at: datetime = EVENING) -> Snapshot:
    """Everything there, and nothing new for two days."""
    return picture(HUE, rows(at - timedelta(days=2)), at)


def empty(at: datetime = EVENING) -> Snapshot:
    """No row and no place."""
    return picture(HUE, batch(whole=True), at)


ALL = {"calm": calm, "flooded": flooded, "stale": stale, "empty": empty}
