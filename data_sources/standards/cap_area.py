"""Areas of a CAP alert: polygons as `latitude,longitude` pairs, circles as `latitude,longitude radius`, in km."""

from dataclasses import dataclass, field
from typing import Any

from data_sources.standards.geometry import MOST_POINTS, Position, position
from data_sources.standards.rows import RowError, shown
from data_sources.standards.xml_payload import Element, bare

Ring = tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """Where an alert holds."""

    descriptions: tuple[str, ...] = ()
    polygons: tuple[Ring, ...] = ()
    circles: tuple[tuple[Position, float], ...] = ()
    codes: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    def joined(cls, areas: "list[Area]") -> "Area":
        """All areas as one; those that each language repeats are taken once."""
        if len(areas) == 1:
            return areas[0]
        return cls(
            tuple(dict.fromkeys(d for a in areas for d in a.descriptions)),
            tuple(dict.fromkeys(p for a in areas for p in a.polygons)),
            tuple(dict.fromkeys(c for a in areas for c in a.circles)),
            tuple(dict.fromkeys(c for a in areas for c in a.codes)),
        )

    @property
    def middle(self) -> Position | None:
        """Of its first circle, where it has no polygon."""
        return self.circles[0][0] if self.circles and not self.polygons else None

    def attributes(self) -> dict[str, Any]:
        rings = [[[[p.longitude, p.latitude] for p in ring]] for ring in self.polygons]
        return {
            "area": list(self.descriptions),
            "geometry": {"type": "MultiPolygon", "coordinates": rings} if rings else None,
            "circles": [{"center": [c.longitude, c.latitude], "radius_km": r} for c, r in self.circles],
            "geocodes": [f"{name}={value}" for name, value in self.codes],
        }


def area_of(area: Element) -> Area:
    parts: dict[str, list[Any]] = {"areaDesc": [], "polygon": [], "circle": [], "geocode": []}
    for child in area:
        if (found := parts.get(name := bare(child.tag))) is None:
            continue
        if name == "geocode":
            pair = {bare(c.tag): (c.text or "").strip() for c in child}
            found.append((pair.get("valueName", ""), pair.get("value", "")))
        elif (text := child.text) and (text := text.strip()):
            found.append(text)
    return Area(
        tuple(parts["areaDesc"]),
        tuple(_ring(w) for w in parts["polygon"]),
        tuple(_circle(w) for w in parts["circle"]),
        tuple(parts["geocode"]),
    )


def _ring(written: str) -> Ring:
    pairs = written.split()
    if len(pairs) > MOST_POINTS:
        raise RowError(f"a polygon of {len(pairs):,} points; at most {MOST_POINTS:,} are read")
    try:
        found = tuple([Position(float(lat), float(lon)) for lat, _, lon in [p.partition(",") for p in pairs]])
    except ValueError:
        return tuple(_pair(p) for p in pairs)  # whose words say what is wrong
    right = all(-90 <= lat <= 90 and -180 <= lon <= 180 and (lat or lon) for lat, lon in found)
    return found if right else tuple(_pair(p) for p in pairs)


def _pair(written: str) -> Position:
    latitude, comma, longitude = written.partition(",")
    found = position(latitude, longitude) if comma else None
    if found is None:
        raise RowError(f"no position: {shown(written)}")
    return found


def _circle(written: str) -> tuple[Position, float]:
    middle, _, radius = written.partition(" ")
    try:
        return _pair(middle), float(radius)
    except ValueError as e:
        raise RowError(f"no circle: {shown(written)}") from e
