"""The environment's map tells each station's state by a sign, not by its colour alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from city.city import City
from dashboards.kit import stations, theme
from dashboards.kit.contract import View
from dashboards.kit.language import LOCALES, languages
from dashboards.kit.panels import inside
from dashboards.kit.station_map import draw, key
from tests.city.makers import batch
from tests.dashboards import scenes

SPOKEN = languages(scenes.HUE.zone)
FLOODED = scenes.flooded()


def view(lang: str = "en", **choice: str) -> View:
    return View(FLOODED, FLOODED.places.city, SPOKEN[lang], choice)


def traces(seen: View) -> dict[str, dict[str, Any]]:
    return {t["name"]: t for t in draw(seen)["data"]}


def test_each_station_carries_its_index_and_each_gauge_its_level() -> None:
    found, scene = traces(view()), FLOODED.scene
    signs = [*found["signs"]["texttemplate"], *found["signs in white"]["texttemplate"]]
    indices = [f"{r.values[0]:.0f}" for r in stations.air(scene) if r.values[0] == r.values[0]]
    levels = [("0", "I", "II", "III")[int(r.values[1])] for r in stations.rivers(scene)]
    assert indices and "III" in levels
    assert sorted(signs) == sorted([*indices, *levels])
    assert len(found["gauges"]["lat"]) == len(levels) and len(found["air"]["lat"]) == len(indices)
    assert len(found["streets"]["lat"]) == len(stations.streets(scene)) > 0


def test_the_deepest_street_lies_above_the_others_and_is_the_largest() -> None:
    streets = traces(view())["streets"]
    sizes = streets["marker"]["size"]
    assert sizes == sorted(sizes) and sizes[-1] > sizes[0]
    assert streets["text"][-1].endswith(f"{stations.streets(FLOODED.scene)[0].values[0]:.0f} cm")


def test_places_behind_are_coloured_by_rain_whatever_the_address_asks_for() -> None:
    for seen in (view(), view(show="feedback_open")):
        places = traces(seen)["places"]
        assert places["zmax"] == 100 and "Rain, 24 hours" in places["text"][0]


def test_what_is_too_old_is_grey_and_has_no_sign() -> None:
    city = City(scenes.HUE)
    city.absorb(scenes.rows(flood=True), scenes.EVENING)
    later = city.absorb(batch(), scenes.EVENING + timedelta(hours=20))
    found = traces(replace(view(), snapshot=later))
    assert not found["signs"]["lat"] and not found["signs in white"]["lat"]
    assert {c for n in ("air", "gauges", "streets") for c in found[n]["marker"]["color"]} == {theme.UNKNOWN}
    assert all(t.endswith("Stale") for t in found["air"]["text"])


def test_without_a_station_there_is_a_map_and_a_key() -> None:
    empty = City(scenes.HUE).absorb(batch(whole=True, place=scenes.places()), scenes.EVENING)
    seen = View(empty, empty.places.city, SPOKEN["en"])
    assert traces(seen)["air"]["lat"] == [] and key(seen)


def test_the_key_names_every_sign_in_words_in_each_language() -> None:
    for lang in LOCALES:
        marks = [p for p in inside([key(view(lang))]) if getattr(p, "className", "") == "key-mark"]
        assert len(marks) == 6 + 4 + 4 + 1
    spoken = str(key(view("vi")))
    assert "Tốt" in spoken and "Trạm thủy văn" in spoken and "≥ 40 cm" in spoken
