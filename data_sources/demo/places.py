"""The demo city's places, as its city file names them."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from city.batch import CARRIED, Columns, column
from city.config import CityFile, CityFileError
from city.places import Places

NUMBERS = ("latitude", "longitude", "area_km2", "population")


def facts(path: Path) -> list[dict[str, Any]]:
    """The rows of a CSV of places, numbers as numbers, empty cells as None. Raises OSError."""
    with path.open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = [{k: v or None for k, v in row.items()} for row in csv.DictReader(file)]
    return [{k: float(v) if k in NUMBERS and v else v for k, v in row.items()} for row in rows]


def places_rows(city: CityFile) -> Columns:
    """The columns of table `place` (see city.batch), out of the city file's CSV or GeoJSON. Raises CityFileError."""
    if city.places is None:
        raise CityFileError(f"city {city.code} names no file of places")
    path = city.beside(city.places)
    try:
        rows = facts(path) if path.suffix == ".csv" else _features(path)
    except (OSError, ValueError) as e:
        raise CityFileError(f"places of {city.code}: {path}: {e}") from e
    return {name: column(name, [row.get(name) for row in rows]) for name in CARRIED["place"]}


def places_of(city: CityFile) -> Places:
    """Places that have all that a simulation needs. Raises CityFileError."""
    places = Places.of(places_rows(city))
    numbers = [[p.latitude, p.longitude, p.area_km2, p.population] for p in places.all]
    if not numbers or not np.isfinite(numbers).all():
        raise CityFileError(f"the demo needs position, area and population of every place of {city.code}")
    return places


def _features(path: Path) -> list[dict[str, Any]]:
    features = json.loads(path.read_text("utf-8"))["features"]
    return [{**feature["properties"], "geometry": feature["geometry"]} for feature in features]
