"""Sensors on the map: their words are kept from picture to picture, and are always those of the picture."""

import random
from datetime import UTC, timedelta
from typing import Any

import pytest

from city.batch import Batch
from city.city import City
from city.metrics import METRICS
from city.newest import newest
from city.snapshot import Snapshot
from dashboards.kit import points, sensor_marks, theme
from dashboards.kit.contract import View
from dashboards.kit.language import languages
from dashboards.kit.words import hover_text
from tests.city.makers import NOON, TOWN, batch, change, place, reading

SPOKEN = languages(TOWN.zone)
NAMES = [f"s{i}" for i in range(8)]
SENSORS: list[dict[str, Any]] = [
    {"sensor_id": n, "name": f"Trạm <{n}>" if i % 3 else None, "place_code": "ab"[i % 2]}
    | ({"latitude": 16.0 + i / 100, "longitude": 107.0} if i != 5 else {})
    for i, n in enumerate(NAMES)
]


def plainly(view: View) -> dict[str, Any]:
    """Every sensor's words from the picture alone."""
    sensors, say, told, fresh = view.snapshot.tables["sensor"], view.language, dict[Any, list[str]](), set()
    for metric in view.snapshot.tables.readings:
        found = newest(view.snapshot.scene, metric)
        for i, key in enumerate(found.keys):
            at, value = found.at[i].astype(object).replace(tzinfo=UTC), float(found.value[i])
            number = say.number(value, 2 if abs(value) < 10 else 0)
            told.setdefault(key, []).append(f"{say(metric)}: {number} {METRICS[metric].unit} · {say.time(at)}")
            fresh |= {key} if found.fresh[i] else set()
    where, text, colour = [], [], []
    for key, i in sensors.position.items():
        at = points.at(sensors["latitude"][i], sensors["longitude"][i])
        if at is None or view.slot not in (view.snapshot.places.city, int(sensors["slot"][i])):
            continue
        old = key in told and key not in fresh
        lines = [*told.get(key, [say("no reading")]), *([say("Stale")] if old else [])]
        where.append(at)
        text.append("<br>".join([f"<b>{hover_text(sensors['name'][i] or key[1])}</b>", *lines]))
        colour.append(theme.UNKNOWN if old else theme.SENSOR)
    return points.marks("sensors", where, text, {"size": 7, "color": colour or theme.SENSOR, "opacity": 0.95})


def looked(snapshot: Snapshot, slot: int, lang: str) -> None:
    view = View(snapshot, slot, SPOKEN[lang], {})
    assert sensor_marks.draw(view) == plainly(view)


@pytest.mark.parametrize("seed", range(6))
def test_words_that_are_kept_are_those_of_the_picture(seed: int) -> None:
    dice, city = random.Random(seed), City(TOWN)
    first = batch(whole=True, place=[place("a"), place("b")], sensor=SENSORS[:6], observation=[])
    shot = city.absorb(first, NOON)
    looked(shot, shot.places.city, "en")
    for n in range(12):
        at = NOON + timedelta(minutes=dice.choice((0, 1, 20, 70)) + 71 * n)
        rows = [
            reading(
                dice.choice(NAMES), dice.choice(("rain", "temperature")), at - timedelta(seconds=k), dice.random() * 20
            )
            for k in range(dice.randint(0, 4))
        ]
        changes = {"observation": change("observation", rows)} if rows else {}
        if n == 6:
            changes["sensor"] = change("sensor", [{**SENSORS[0], "name": "renamed"}, *SENSORS[6:]])
        shot = city.absorb(Batch(changes), at)
        for slot in dice.sample(range(shot.places.slots), 2):
            looked(shot, slot, dice.choice(("en", "vi")))
