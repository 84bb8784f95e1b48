"""Outlines of places on a plane, for maps: longitudes shrunk by the latitude, so that no projection is needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping, shape

from city.places import Place

FINEST = 700
"""Of the longest side of a map of all places: what is smaller is not drawn."""


@dataclass(frozen=True, slots=True)
class Plane:
    """One place: where its name stands (x, y), its outline as GeoJSON, and the same `coarse` for a map of all."""

    index: int
    x: float
    y: float
    outline: dict[str, Any]
    coarse: dict[str, Any]


def planes(places: Sequence[Place], latitude: float) -> list[Plane]:
    """Of the places that have an outline. Neighbours keep their common border, also where it is coarse."""
    mine = [i for i, p in enumerate(places) if p.geometry]
    if not mine:
        return []
    shrink = cos(radians(latitude))
    exact = [shapely.transform(shape(places[i].geometry), lambda xy: (xy * [shrink, 1]).round(4)) for i in mine]
    low_x, low_y, high_x, high_y = shapely.total_bounds(exact)
    coarse = shapely.coverage_simplify(exact, max(high_x - low_x, high_y - low_y) / FINEST)
    spots = [_spot(places[i], shrink, e) for i, e in zip(mine, exact, strict=True)]
    each = zip(mine, spots, exact, coarse, strict=True)
    return [Plane(i, round(s.x, 4), round(s.y, 4), mapping(e), mapping(c)) for i, s, e, c in each]


def _spot(place: Place, shrink: float, plane: Any) -> Any:
    """The place's seat, else somewhere inside."""
    seat = shapely.Point(place.longitude * shrink, place.latitude)
    return seat if np.isfinite(place.longitude) and plane.contains(seat) else plane.representative_point()
