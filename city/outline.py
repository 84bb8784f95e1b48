"""What may be an outline of a place: anybody may write the table, and one odd shape must not stop the city."""

from typing import Any

from shapely.errors import ShapelyError
from shapely.geometry import shape

AREAS = ("Polygon", "MultiPolygon")


def outline(value: Any) -> dict[str, Any] | None:
    """The GeoJSON area as given when it can be drawn and can hold a point (degrees, WGS 84), otherwise None."""
    if not isinstance(value, dict) or value.get("type") not in AREAS:
        return None
    try:
        found = shape(value)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None
    return value if not found.is_empty and in_degrees(found.bounds) else None


def in_degrees(bounds: tuple[float, float, float, float]) -> bool:
    """Of west, south, east, north."""
    west, south, east, north = bounds
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90
