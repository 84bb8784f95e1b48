from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources.standards.geometry import Position, of_geojson, of_ring, position
from data_sources.standards.rows import RowError

SQUARE = [[107.5, 16.4], [107.6, 16.4], [107.6, 16.5], [107.5, 16.5], [107.5, 16.4]]


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [107.55, 16.45]},
        {"type": "Point", "coordinates": [107.55, 16.45, 12.0]},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [107.55, 16.45]}},
        {"type": "LineString", "coordinates": [[107.5, 16.45], [107.6, 16.45]]},
        {"type": "Polygon", "coordinates": [SQUARE]},
    ],
)
def test_a_geometry_is_placed_on_itself(geometry: dict[str, Any]) -> None:
    assert of_geojson(geometry) == (pytest.approx(16.45), pytest.approx(107.55))


@pytest.mark.parametrize("nothing", [None, {}, "here", {"type": "Point"}, {"type": "Point", "coordinates": [0, 0]}])
def test_nothing_and_null_island_are_no_position(nothing: Any) -> None:
    assert of_geojson(nothing) is None


@pytest.mark.parametrize(
    ("coordinates", "reason"),
    [
        ([16.45, 107.55], "may be swapped"),
        ([200, 16], "a longitude of 200"),
        ([107, "north"], "north where a number belongs"),
        ([107, None], "NoneType|None where a number belongs"),
        ([float("nan"), 16], "not finite"),
    ],
)
def test_what_can_t_be_a_position_is_refused(coordinates: list[Any], reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        of_geojson({"type": "Point", "coordinates": coordinates})


@pytest.mark.parametrize(
    "bad", [{"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, {"type": "Blob", "coordinates": [[1]]}]
)
def test_a_broken_geometry_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(RowError):
        of_geojson(bad)


def test_a_ring_of_one_point_is_that_point_and_an_empty_one_is_nowhere() -> None:
    assert of_ring([Position(1, 2)]) == (1, 2)
    assert of_ring([]) is None


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_position_on_earth_but_null_island_is_one(latitude: float, longitude: float) -> None:
    found = position(latitude, longitude)
    assert found == (None if latitude == longitude == 0 else (latitude, longitude))
