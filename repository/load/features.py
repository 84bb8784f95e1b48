"""GeoJSON features as rows: properties, and beside them `id`, `geometry`, and a point's coordinates."""

from typing import Any

from repository.load.errors import LoadError


def is_feature(value: dict[str, Any]) -> bool:
    return value.get("type") == "Feature" and "properties" in value


def row_of(value: dict[str, Any]) -> dict[str, Any]:
    return _feature(value) if is_feature(value) else value


def _feature(value: dict[str, Any]) -> dict[str, Any]:
    """A GeoJSON feature as a row: what stands beside its properties gives way to properties of the same name."""
    geometry = value.get("geometry")
    properties = value.get("properties") or {}
    if isinstance(geometry, dict) and properties.get("schematic") is True:
        geometry = {**geometry, "schematic": True}
    latitude = longitude = None
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        longitude, latitude = ([*(geometry.get("coordinates") or []), None, None])[:2]
    beside = {"id": value.get("id"), "geometry": geometry, "latitude": latitude, "longitude": longitude}
    return {**beside, **properties}


def refuse_other_coordinates(name: str, found: dict[str, Any]) -> None:
    """RFC 7946 knows WGS 84 only; older files name another system, and their numbers are no degrees."""
    crs = found.get("crs")
    system = str((crs.get("properties") or {}).get("name", "")) if isinstance(crs, dict) else ""
    if system and not any(s in system.upper() for s in ("CRS84", "EPSG::4326", "EPSG:4326", "WGS84")):
        raise LoadError(f"{name}: coordinates are in {system}; convert them to WGS 84 (EPSG:4326)")
