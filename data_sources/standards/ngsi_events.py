"""NGSI entities with a life: alerts, road accidents and complaints, told apart by their attributes."""

from typing import Any

from data_sources.engine.contract import Record
from data_sources.standards.dialect import Dialect
from data_sources.standards.geometry import of_geojson
from data_sources.standards.moments import moment, optional
from data_sources.standards.ngsi_attributes import Entity, first, values
from data_sources.standards.quantities import number
from data_sources.standards.rows import kept, needed, row, text
from data_sources.standards.statuses import closing, status_of
from data_sources.standards.vocabulary import snake

SEVERITY = {"critical": 1, "high": 2, "medium": 3, "low": 4, "informational": 5}
"""Alert.severity of the Smart Data Models, 1 worst."""
DOMAINS = {
    **dict.fromkeys(("weather", "environment", "naturalDisaster", "agriculture"), "environment"),
    **{"traffic": "traffic", "health": "health", "security": "public_order"},
}
COMPLAINT = frozenset({"isMadeBy", "isFiledTo", "isPartOf"})
DEAD = ("totalDeadPeopleWithin24Hours", "totalDeadPeopleWithin30Days", "numPassengersDead", "numPedestrianDead")
INJURED = ("totalInjured", "numPassengersInjured", "numPedestrianInjured")
OVER = frozenset({"solved", "archived"})


def is_complaint(names: frozenset[str]) -> bool:
    return bool(names & COMPLAINT) or {"timestamp", "category", "status", "description"} <= names


def is_accident(names: frozenset[str]) -> bool:
    return "accidentDate" in names


def is_alert(names: frozenset[str]) -> bool:
    return "dateIssued" in names or ("validFrom" in names and bool(names & {"severity", "category"}))


def complaint(entity: Entity, dialect: Dialect) -> Record:
    where = of_geojson(first(entity, "location"))
    status = status_of(first(entity, "status"), dialect.status)
    return row(
        "feedback",
        feedback_id=needed(entity.get("id") or entity.get("@id"), "id"),
        category=text(first(entity, "category")),
        status=status,
        received_at=moment(first(entity, "timestamp", "dateCreated", "createdAt"), dialect.zone),
        closed_at=closing(status, optional(first(entity, "dateModified", "modifiedAt"), dialect.zone)),
        agency=text(first(entity, "isFiledTo")),
        latitude=where and where.latitude,
        longitude=where and where.longitude,
        summary=text(first(entity, "description")),
    )


def alert(entity: Entity, dialect: Dialect) -> Record:
    """In force from when it was issued, or valid if that is later; closed when it stops being valid."""
    where = of_geojson(first(entity, "location"))
    category = text(first(entity, "category")) or ""
    starts = first(entity, "validFrom", "dateIssued")
    return row(
        "event",
        event_id=needed(entity.get("id") or entity.get("@id"), "id"),
        domain=dialect.domain or DOMAINS.get(category, "environment"),
        category=snake(text(first(entity, "subCategory")) or category) or None,
        severity=SEVERITY.get(text(first(entity, "severity")) or ""),
        opened_at=moment(starts, dialect.zone),
        closed_at=optional(first(entity, "validTo"), dialect.zone),
        latitude=where and where.latitude,
        longitude=where and where.longitude,
        summary=text(first(entity, "description")),
        attributes=kept(values(entity, frozenset({"description", "validFrom", "validTo"}))),
    )


def accident(entity: Entity, dialect: Dialect) -> Record:
    where = of_geojson(first(entity, "location"))
    status = text(first(entity, "status"))
    over = optional(first(entity, "dateModified", "modifiedAt"), dialect.zone) if status in OVER else None
    return row(
        "event",
        event_id=needed(entity.get("id") or entity.get("@id"), "id"),
        domain=dialect.domain or "traffic",
        category="accident",
        severity=_harm(entity),
        status=status,
        opened_at=moment(first(entity, "accidentDate"), dialect.zone),
        closed_at=closing("closed", over) if status in OVER else None,
        latitude=where and where.latitude,
        longitude=where and where.longitude,
        summary=text(first(entity, "description")),
        attributes=kept(values(entity, frozenset({"description", "accidentDate", "status"}))),
    )


def _harm(entity: Entity) -> int | None:
    """The model has no severity: 1 with anyone dead, 2 with anyone injured, 3 with nobody harmed, else unknown."""
    dead, hurt = _most(entity, *DEAD), _most(entity, *INJURED)
    if dead:
        return 1
    if hurt:
        return 2
    return 3 if hurt == 0 else None


def _most(entity: Entity, *names: str) -> float | None:
    found: list[Any] = [first(entity, n) for n in names]
    return max((number(f, "casualties") for f in found if f is not None), default=None)
