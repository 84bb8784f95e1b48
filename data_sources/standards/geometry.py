"""Where something is: GeoJSON and lists of coordinates as one position, and what can't be a position."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from data_sources.standards.quantities import number
from data_sources.standards.rows import RowError, shown

MOST_POINTS = 100_000


class Position(NamedTuple):
    """Degrees, WGS 84."""

    latitude: float
    longitude: float


def position(latitude: object, longitude: object) -> Position | None:
    """None for nothing, and for exactly 0, 0: that is a device without a fix, not the Gulf of Guinea."""
    if latitude in (None, "") and longitude in (None, ""):
        return None
    lat, lon = number(latitude, "latitude"), number(longitude, "longitude")
    if lat == 0 and lon == 0:
        return None
    if abs(lat) > 90:
        swapped = abs(lat) <= 180 and abs(lon) <= 90
        raise RowError(f"a latitude of {lat:g}" + (": latitude and longitude may be swapped" if swapped else ""))
    if abs(lon) > 180:
        raise RowError(f"a longitude of {lon:g}")
    return Position(lat, lon)


def of_geojson(value: object) -> Position | None:
    """A position on a geometry: the point, the middle of a line, a point inside an area. Raises RowError."""
    if value is None or not isinstance(value, dict):
        return None
    inner = value.get("geometry") if value.get("type") == "Feature" else None
    geometry = inner if isinstance(inner, dict) else value
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "Point" and isinstance(coordinates, list) and len(coordinates) >= 2:
        return position(coordinates[1], coordinates[0])
    if not isinstance(coordinates, list):
        return None
    _check_size(coordinates)
    try:
        return inside(shape(geometry))
    except (ShapelyError, ValueError, TypeError, AttributeError, IndexError, KeyError) as e:
        raise RowError(f"no geometry: {shown(str(e))}") from e


def of_ring(points: list[Position]) -> Position | None:
    """A position inside a ring, on a line, or the point itself."""
    if not points:
        return None
    if len(points) == 1:
        return points[0]
    flat = [(p.longitude, p.latitude) for p in points]
    return inside(shapely.Polygon(flat) if _is_closed(points) else shapely.LineString(flat))


def inside_each(rings: Sequence[Sequence[Position]]) -> list[Position | None]:
    """The same for many: shapely takes all closed rings at once."""
    out = [None if _is_closed(r) else of_ring(list(r)) for r in rings]
    closed = [i for i, r in enumerate(rings) if _is_closed(r)]
    if closed:
        points = np.array([p for i in closed for p in rings[i]])[:, ::-1]
        which = np.repeat(np.arange(len(closed)), [len(rings[i]) for i in closed])
        surfaces = shapely.polygons(shapely.linearrings(points, indices=which))
        found = shapely.point_on_surface(surfaces)
        for i, x, y in zip(closed, shapely.get_x(found).tolist(), shapely.get_y(found).tolist(), strict=True):
            out[i] = position(y, x) if x == x else None
    return out


def _is_closed(ring: Sequence[Position]) -> bool:
    return len(ring) > 3 and ring[0] == ring[-1]


def inside(found: Any) -> Position | None:
    """A position that stands for a shape and lies on it."""
    if found.is_empty:
        return None
    if found.geom_type == "LineString":
        middle = found.interpolate(0.5, normalized=True)
    else:
        middle = found.representative_point()
    return position(middle.y, middle.x)


def _check_size(coordinates: list[Any]) -> None:
    """shapely takes seconds over millions of points."""
    left, seen = [coordinates], 0
    while left:
        for part in left.pop():
            seen += 1
            if seen > MOST_POINTS:
                raise RowError(f"a geometry of more than {MOST_POINTS:,} points")
            if isinstance(part, list):
                left.append(part)
