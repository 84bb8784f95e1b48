"""An NGSI entity's attributes in all the ways they are written: normalized, concise, key-values; NGSI-LD and v2.

ETSI GS CIM 009, 4.5 and 5.2; a list of instances is a multi-attribute (4.5.5) or a temporal evolution (4.5.6).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from data_sources.standards.rows import RowError

ABOUT = frozenset({"id", "@id", "type", "@type", "@context"})
_HOLDERS = ("value", "object", "languageMap", "vocab", "json", "valueList", "objectList", "@value")
_META_TIMES = ("observedAt", "TimeInstant", "dateObserved", "timestamp")
Entity = dict[str, Any]


class Instance(NamedTuple):
    """One value of an attribute; `unit` is a CEFACT code, `at` as written."""

    value: Any
    unit: Any = None
    at: Any = None
    dataset: Any = None


def flattened(entity: Entity) -> Entity:
    """An entity whose attributes are its members: a GeoJSON Feature carries them in `properties`."""
    if entity.get("type") != "Feature" or not isinstance(entity.get("properties"), dict):
        return entity
    inner = dict(entity["properties"])
    inner.setdefault("location", entity.get("geometry"))
    inner["id"] = entity.get("id") or inner.get("id")
    return inner


def short(name: str) -> str:
    """The last part of a name that was expanded to a URI."""
    return name.replace("#", "/").rpartition("/")[2] if "/" in name else name


def instances(written: Any) -> list[Instance]:
    """The values of an attribute; mostly one."""
    if isinstance(written, dict):
        return _of_object(written)
    if isinstance(written, list) and written and all(_is_instance(w) for w in written):
        return [i for w in written for i in _of_object(w)]
    return [Instance(written)]


def first(entity: Entity, *names: str) -> Any:
    """The value of the first of these attributes that the entity has."""
    for name in names:
        if name in entity and (found := instances(entity[name])[0].value) not in (None, ""):
            return found
    return None


def values(entity: Entity, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Attributes by name as plain values, for a column `attributes`."""
    return {short(k): first(entity, k) for k in entity if k not in ABOUT and k not in without}


def _is_instance(written: Any) -> bool:
    return isinstance(written, dict) and any(h in written for h in _HOLDERS)


def _of_object(written: dict[str, Any]) -> list[Instance]:
    if isinstance(series := written.get("values"), list) and written.get("type") == "Property":
        return [Instance(v, written.get("unitCode"), t) for v, t in _pairs(series)]
    holder = "value" if "value" in written else next((h for h in _HOLDERS if h in written), None)
    if holder is None:
        return [Instance(written)]
    value = written[holder]
    if isinstance(value, dict) and ("@value" in value or value.keys() <= {"@type", "type", "value"}):
        value = value.get("@value", value.get("value", value))
    meta = written.get("metadata")
    if meta and isinstance(meta, dict):
        at = next((m for t in _META_TIMES if (m := _meta(meta, t)) is not None), None)
        return [Instance(value, _meta(meta, "unitCode"), at)]
    return [Instance(value, written.get("unitCode"), written.get("observedAt"), written.get("datasetId"))]


def _pairs(series: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Simplified temporal representation (4.5.8): [value, time] pairs."""
    for pair in series:
        if not isinstance(pair, list) or len(pair) != 2:
            raise RowError("values are not pairs of value and time")
        yield pair[0], pair[1]


def _meta(meta: dict[str, Any], name: str) -> Any:
    found = meta.get(name)
    return found.get("value") if isinstance(found, dict) else found
