"""The city file's places: brought in once for each content, and never over what was loaded since."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from city.config import CityFile, load_city
from repository.load.errors import LoadError
from repository.places import bring_places
from tests.city.makers import NOON

CSV = "place_code,name,population,remark\na,Alpha,10,x\nb,Beta,,y\n"
GEOJSON = """{"type": "FeatureCollection", "features": [{"type": "Feature",
"properties": {"place_code": "a", "name": "Alpha", "population": 12},
"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]], "schematic": true}}]}"""


def town(folder: Path, places: str, content: str) -> CityFile:
    (folder / places).write_text(content)
    (folder / "town.toml").write_text(
        f'code = "town"\ntimezone = "UTC"\nplaces = "{places}"\nname = {{en = "Town"}}\n[map]\ncenter = [0.5, 0.5]\n'
    )
    return load_city(str(folder / "town.toml"))


def stored(engine: Engine) -> dict[str, tuple[str, int | None]]:
    with engine.connect() as c:
        rows = c.execute(text("select place_code, name, population from repository.place order by 1"))
        return {code: (name, population) for code, name, population in rows}


def test_places_of_a_csv_come_in_and_other_columns_are_left_alone(engine: Engine, tmp_path: Path) -> None:
    report = bring_places(engine, town(tmp_path, "places.csv", CSV), NOON)
    assert report
    assert (report.written, report.rejected) == (2, 0)
    assert stored(engine) == {"a": ("Alpha", 10), "b": ("Beta", None)}


def test_places_of_geojson_keep_that_they_are_schematic(engine: Engine, tmp_path: Path) -> None:
    bring_places(engine, town(tmp_path, "places.geojson", GEOJSON), NOON)
    with engine.connect() as c:
        geometry = c.execute(text("select geometry from repository.place")).scalar_one()
    assert geometry["type"] == "Polygon"
    assert geometry["schematic"] is True


def test_what_was_loaded_since_stays_until_the_file_changes(engine: Engine, tmp_path: Path) -> None:
    city = town(tmp_path, "places.csv", CSV)
    bring_places(engine, city, NOON)
    with engine.begin() as c:
        c.execute(text("update repository.place set name = 'Real name' where place_code = 'a'"))
    assert bring_places(engine, city, NOON) is None
    assert stored(engine)["a"] == ("Real name", 10)
    report = bring_places(engine, town(tmp_path, "places.csv", CSV + "c,Gamma,5,z\n"), NOON)
    assert report
    assert (report.written, report.updated, report.unchanged) == (1, 1, 1)
    assert stored(engine) == {"a": ("Alpha", 10), "b": ("Beta", None), "c": ("Gamma", 5)}


def test_places_that_were_all_removed_come_back(engine: Engine, tmp_path: Path) -> None:
    city = town(tmp_path, "places.csv", CSV)
    bring_places(engine, city, NOON)
    with engine.begin() as c:
        c.execute(text("delete from repository.place"))
    bring_places(engine, city, NOON)
    assert set(stored(engine)) == {"a", "b"}


def test_a_file_that_is_missing_is_named(engine: Engine, tmp_path: Path) -> None:
    city = town(tmp_path, "places.csv", CSV)
    (tmp_path / "places.csv").unlink()
    with pytest.raises(LoadError, match=r"places\.csv: No such file"):
        bring_places(engine, city, NOON)


def test_a_city_without_places_brings_none(engine: Engine, tmp_path: Path) -> None:
    city = town(tmp_path, "places.csv", CSV).model_copy(update={"places": None})
    assert bring_places(engine, city, NOON) is None
    assert stored(engine) == {}
