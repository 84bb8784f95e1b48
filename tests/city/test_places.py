from typing import Any

import numpy as np

from city.batch import column
from city.places import Places

ODD: dict[str, list[Any]] = {
    "place_code": ["A", "B", "", "unlocated"],
    "name": [None, "Beta", "Nobody", "Nowhere"],
    "kind": [None] * 4,
    "parent_code": [None] * 4,
    "latitude": [np.inf, 95.0, 1.0, 1.0],
    "longitude": [0.0, 10.0, 1.0, 1.0],
    "area_km2": [-1.0, 2.0, 1.0, 1.0],
    "population": [-5, 100, 1, 1],
    "geometry": ["junk", {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, None, None],
}


def odd() -> Places:
    return Places.of({name: column("", values) for name, values in ODD.items()})


def test_a_place_written_with_a_shape_that_cannot_be_still_locates_nothing_rather_than_failing() -> None:
    places = odd()
    assert [p.geometry for p in places.all] == [None, None]
    assert places.locate(np.array([0.5]), np.array([0.5])).tolist() == [places.unlocated]


def test_figures_that_cannot_be_are_unknown() -> None:
    a, b = odd().all
    assert np.isnan([a.latitude, a.area_km2, a.population, b.latitude]).all()
    assert (b.longitude, b.area_km2, b.population) == (10.0, 2.0, 100.0)


def test_codes_that_mean_the_city_or_the_unlocated_are_no_places() -> None:
    assert [p.code for p in odd().all] == ["A", "B"]
