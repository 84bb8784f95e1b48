import pytest

from city.outline import outline

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}


def test_an_area_is_kept_as_it_was_given_with_its_own_members() -> None:
    assert outline({**SQUARE, "schematic": True}) == {**SQUARE, "schematic": True}


@pytest.mark.parametrize(
    "odd",
    [
        "a word",
        7,
        [1, 2],
        None,
        {},
        {"type": "Polygon"},
        {"type": ["Polygon"], "coordinates": []},
        {"type": "Polygon", "coordinates": None},
        {"type": "Polygon", "coordinates": "abc"},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
        {"type": "Polygon", "coordinates": [[[None, 0], [0, 1], [1, 1], [None, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [400, 1], [0, 0]]]},
        {"type": "Point", "coordinates": [0, 0]},
    ],
)
def test_what_holds_no_area_on_earth_is_no_outline(odd: object) -> None:
    assert outline(odd) is None
