"""OGC SensorThings entities as dictionaries: what kind one is, what it is called, where it is."""

import re
from collections.abc import Iterator
from typing import Any

from data_sources.standards.found import Link
from data_sources.standards.geometry import Position, of_geojson
from data_sources.standards.rows import RowError, text

Entity = dict[str, Any]
_LAST = re.compile(r"(?:^|/)\s*(\w+)\((.{1,200})\)\s*$")
# what tells an entity's kind when it has no link to itself, most telling first
_TELLING = (
    ("dataArray", "dataArray"),
    ("Observations", "result"),
    ("MultiDatastreams", "unitOfMeasurements"),
    ("Datastreams", "unitOfMeasurement"),
    ("Things", "Datastreams"),
    ("Things", "Datastreams@iot.navigationLink"),
    ("Things", "Locations"),
    ("Locations", "location"),
    ("FeaturesOfInterest", "feature"),
)
_NOT_THINGS = frozenset({"Sensors", "ObservedProperties"})


def kind_of(entity: Entity) -> str | None:
    """The name of the entity's collection."""
    if "dataArray" in entity:
        return "dataArray"
    if link := reference(entity.get("@iot.selfLink")):
        return link[0]
    return next((kind for kind, member in _TELLING if member in entity), None)


def reference(link: object) -> tuple[str, str] | None:
    """`http://…/Datastreams(1)` as its collection and id."""
    found = _LAST.search(link) if isinstance(link, str) and len(link) < 2000 else None
    return (found[1], found[2].strip("'")) if found else None


def identity(entity: object) -> str | None:
    """The entity's id; a new one that has none yet goes by its name."""
    if not isinstance(entity, dict):
        return None
    return text(entity.get("@iot.id")) or text(entity.get("name"))


def members(entity: Entity, *names: str) -> list[Entity]:
    """Expanded entities under these names."""
    out: list[Entity] = []
    for name in names:
        found = entity.get(name)
        out += [m for m in (found if isinstance(found, list) else [found]) if isinstance(m, dict)]
    return out


def where(entity: Entity) -> Position | None:
    """A Thing's first Location that can be placed, or a Location's, a Datastream's, a feature's own position."""
    for holder in (*members(entity, "Locations"), entity):
        for name in ("location", "feature", "observedArea"):
            if found := of_geojson(holder.get(name)):
                return found
    return None


def links(entity: Entity) -> Iterator[Link]:
    """Where the next page is, of this collection or of one expanded in it."""
    for name, href in entity.items():
        if name.endswith("@iot.nextLink") or name == "@iot.nextLink":
            if not isinstance(href, str) or not href:
                raise RowError(f"{name} is no link")
            yield Link("next", href)
