"""Areas of a CAP alert: polygons as `latitude,longitude` pairs, circles as `latitude,longitude radius`, in km."""

from dataclasses import dataclass, field
from typing import Any

from data_sources.standards.geometry import MOST_POINTS, Position, of_ring, position
from data_sources.standards.rows import RowError, shown
from data_sources.standards.xml_payload import Element, local


@dataclass(frozen=True, slots=True)
class Area:
    """Where an alert holds. `position` lies in its first polygon, else in its first circle's middle."""

    descriptions: tuple[str, ...] = ()
    polygons: tuple[tuple[Position, ...], ...] = ()
    circles: tuple[tuple[Position, float], ...] = ()
    codes: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    def joined(cls, areas: "list[Area]") -> "Area":
        """All areas as one; those that each language repeats are taken once."""
        return cls(
            tuple(dict.fromkeys(d for a in areas for d in a.descriptions)),
            tuple(dict.fromkeys(p for a in areas for p in a.polygons)),
            tuple(dict.fromkeys(c for a in areas for c in a.circles)),
            tuple(dict.fromkeys(c for a in areas for c in a.codes)),
        )

    @property
    def position(self) -> Position | None:
        if self.polygons:
            return of_ring(list(self.polygons[0]))
        return self.circles[0][0] if self.circles else None

    def attributes(self) -> dict[str, Any]:
        rings = [[[[p.longitude, p.latitude] for p in ring]] for ring in self.polygons]
        return {
            "area": list(self.descriptions),
            "geometry": {"type": "MultiPolygon", "coordinates": rings} if rings else None,
            "circles": [{"center": [c.longitude, c.latitude], "radius_km": r} for c, r in self.circles],
            "geocodes": [f"{name}={value}" for name, value in self.codes],
        }


def area_of(area: Element) -> Area:
    words = [(local(c), (c.text or "").strip()) for c in area]
    pairs = [{local(x): (x.text or "").strip() for x in c} for c in area if local(c) == "geocode"]
    return Area(
        tuple(w for name, w in words if name == "areaDesc" and w),
        tuple(_ring(w) for name, w in words if name == "polygon" and w),
        tuple(_circle(w) for name, w in words if name == "circle" and w),
        tuple((p.get("valueName", ""), p.get("value", "")) for p in pairs),
    )


def _ring(written: str) -> tuple[Position, ...]:
    pairs = written.split()
    if len(pairs) > MOST_POINTS:
        raise RowError(f"a polygon of {len(pairs):,} points; at most {MOST_POINTS:,} are read")
    return tuple(_pair(p) for p in pairs)


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
