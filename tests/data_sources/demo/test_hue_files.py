"""The files of Hue's map that are drawn by data_sources.demo.draw."""

import json
import unicodedata
from typing import Any

import pytest
import shapely
from shapely.geometry import Point, shape

from city.config import ASSETS, load_city
from city.places import Places
from data_sources.demo import hue as known
from data_sources.demo.cells import to_plane
from data_sources.demo.places import facts

FOLDER = ASSETS / "cities"
PLACES = json.loads((FOLDER / "hue-places.geojson").read_text("utf-8"))["features"]
BASEMAP = json.loads((FOLDER / "hue-basemap.geojson").read_text("utf-8"))["features"]
LAGOON = {
    *("19867", "19873", "19885", "19900", "19909", "19918", "19930", "19942", "19945", "20014"),
    *("20107", "20122", "20137", "20140"),
}
"""Places on the lagoons: part of their official area is water."""


def area(geometry: Any) -> float:
    return float(shapely.transform(geometry, to_plane).area)


def test_hue_has_its_40_wards_and_communes(hue: Places) -> None:
    assert len(hue.all) == 40
    assert [p.kind for p in hue.all].count("phường") == 21
    assert all(p.code.isdigit() and len(p.code) == 5 for p in hue.all)
    assert hue.get("19753").name == "Phú Xuân"  # type: ignore[union-attr]
    assert sum(p.area_km2 for p in hue.all) == pytest.approx(4947.1, abs=0.1)


def test_names_are_composed_letters(hue: Places) -> None:
    assert all(unicodedata.is_normalized("NFC", p.name) for p in hue.all)


def test_the_drawn_file_holds_the_facts_of_the_table() -> None:
    table = {row["place_code"]: row for row in facts(FOLDER / "hue-places.csv")}
    assert {f["properties"]["place_code"]: f["properties"] for f in PLACES} == table


def test_cells_tile_without_holes_and_overlaps() -> None:
    cells = [shape(f["geometry"]) for f in PLACES]
    assert shapely.is_valid(cells).all()
    assert shapely.coverage_is_valid(cells)


def test_every_cell_says_that_it_is_schematic_and_so_locates_nothing(hue: Places) -> None:
    assert all(f["geometry"]["schematic"] is True for f in PLACES)
    assert all(p.schematic for p in hue.all)


@pytest.mark.parametrize("feature", PLACES, ids=lambda f: f["properties"]["place_code"])
def test_a_cell_approaches_the_official_area(feature: dict[str, Any]) -> None:
    official, drawn = feature["properties"]["area_km2"], area(shape(feature["geometry"]))
    if feature["properties"]["place_code"] in LAGOON:
        assert 0.2 * official < drawn < 1.15 * official
    else:
        assert drawn == pytest.approx(official, rel=0.03)


def test_land_and_lagoon_together_are_as_large_as_the_city() -> None:
    lagoon = next(shape(f["geometry"]) for f in BASEMAP if f["properties"]["layer"] == "lagoon")
    land = shapely.union_all([shape(f["geometry"]) for f in PLACES])
    assert area(land) + area(lagoon) == pytest.approx(4947.1, rel=0.01)


def test_a_cell_lies_about_its_centre() -> None:
    for feature in PLACES:
        about = feature["properties"]
        cell = shapely.transform(shape(feature["geometry"]), to_plane)
        centre = shapely.transform(Point(about["longitude"], about["latitude"]), to_plane)
        assert cell.distance(centre) < 3.5, about["name"]


def test_only_the_dunes_lie_across_the_lagoon() -> None:
    dunes = [shape(f["geometry"]) for f in PLACES if f["properties"]["place_code"] in known.BARRIER_PLACES]
    on_dunes = shapely.union_all(dunes)
    assert all(on_dunes.distance(Point(spot)) < 0.003 for spot in known.ON_BARRIER)


def test_the_basemap_has_land_lagoon_and_the_rivers() -> None:
    layers = [f["properties"]["layer"] for f in BASEMAP]
    assert {"land", "lagoon", "river", "name"} == set(layers)
    assert {"Hương", "Bồ"} <= {f["properties"].get("name") for f in BASEMAP}
    assert {"Sông Hương", "Sông Bồ", "Phá Tam Giang", "Đầm Cầu Hai"} <= {f["properties"].get("label") for f in BASEMAP}
    land = shape(BASEMAP[layers.index("land")]["geometry"])
    assert land.contains(Point(107.585, 16.463)) and not land.contains(Point(107.9, 16.6))
    assert shape(BASEMAP[layers.index("lagoon")]["geometry"]).contains(Point(107.85, 16.32))


def test_lagoons_are_named_on_their_water() -> None:
    (water,) = (shape(f["geometry"]) for f in BASEMAP if f["properties"]["layer"] == "lagoon")
    named = [f for f in BASEMAP if f["properties"]["layer"] == "name"]
    assert len(named) == 4
    assert all(water.contains(shape(f["geometry"])) for f in named)


def test_the_files_stay_small() -> None:
    assert sum((FOLDER / f"hue-{n}.geojson").stat().st_size for n in ("places", "basemap")) < 150_000


def test_the_city_file_names_them() -> None:
    city = load_city("hue")
    assert city.beside(str(city.places)).exists() and city.beside(str(city.map.basemap)).exists()
    assert {city.title(x) for x in ("vi", "en", "pt")} == {"Thành phố Huế", "Hue City", "Cidade de Hué"}
    assert city.demo == "hue"
