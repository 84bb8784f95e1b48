"""NGSI-LD and NGSI-v2 entities of the FIWARE Smart Data Models: readings, alerts, accidents, complaints.

Normalized, concise and key-values forms, GeoJSON features, lists and single entities, and the notification of a
subscription. What an entity is follows from its attributes, not from its type. Mapping: docs/standards/ngsi_ld.md.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from data_sources.engine.contract import Record, SourceError
from data_sources.standards.dialect import PLAIN, Dialect
from data_sources.standards.found import Found
from data_sources.standards.json_payload import load
from data_sources.standards.ngsi_attributes import ABOUT, flattened, short
from data_sources.standards.ngsi_events import accident, alert, complaint, is_accident, is_alert, is_complaint
from data_sources.standards.ngsi_observed import observed
from data_sources.standards.rows import RowError, as_pack, each, shown


def decode(raw: bytes, dialect: Dialect = PLAIN, at: datetime | None = None) -> Iterable[Found]:
    """Rows of sensor, observation, event and feedback. Raises SourceError."""
    return each(_entities(load(raw)), lambda e: _read(e, dialect), as_pack)


def _entities(document: Any) -> list[Any]:
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        raise SourceError(f"neither an entity nor a list: {shown(document)}")
    for holder in ("data", "features", "@graph"):
        if isinstance(inner := document.get(holder), list):
            return inner
    if isinstance(inner := document.get("data"), dict) and isinstance(inner.get("features"), list):
        features: list[Any] = inner["features"]  # a notification in GeoJSON
        return features
    if "id" not in document and "@id" not in document:
        told = document.get("title") or document.get("error") or document.get("detail")
        raise SourceError(f"an error, no entities: {shown(told)}" if told else "neither an entity nor a list of them")
    return [document]


def _read(entity: Any, dialect: Dialect) -> Iterator[Record]:
    if not isinstance(entity, dict):
        raise RowError(f"{shown(entity)} is no entity")
    entity = flattened(entity)
    if any("/" in k for k in entity):
        entity = {k if k in ABOUT else short(k): v for k, v in entity.items()}
    names = frozenset(entity)
    if is_accident(names):
        yield accident(entity, dialect)
    elif is_complaint(names):
        yield complaint(entity, dialect)
    elif is_alert(names):
        yield alert(entity, dialect)
    else:
        yield from observed(entity, dialect)
