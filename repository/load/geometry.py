"""Shapes of places: GeoJSON or well-known text, in degrees of WGS 84."""

from typing import Any

import orjson
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape

from city.outline import in_degrees


def geometry_of(word: str) -> dict[str, Any] | None:
    """A GeoJSON geometry (with its own further members, such as `schematic`), or None when it is none."""
    try:
        if not word.lstrip().startswith("{"):
            found = shapely.from_wkt(word)
            given = dict(mapping(found))
        else:
            given = orjson.loads(word)
            found = shape(given)
    except (ShapelyError, orjson.JSONDecodeError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None
    return given if not found.is_empty and in_degrees(found.bounds) else None
