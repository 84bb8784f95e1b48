"""Situation records of DATEX II as events: one a record, since each has its own validity and place."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from data_sources.engine.contract import Row
from data_sources.standards.datex_tree import Located, Node, every, kind, pick, word, worded
from data_sources.standards.dialect import Dialect
from data_sources.standards.found import Found
from data_sources.standards.moments import moment, optional
from data_sources.standards.rows import RowError, as_json, each, filled, needed, row, shown
from data_sources.standards.vocabulary import snake

SEVERITY = {"highest": 1, "high": 2, "medium": 3, "low": 4, "lowest": 5}
"""SeverityEnum; `none` and `unknown` stay unknown. A record without one has its situation's `overallSeverity`."""
CLOSED = frozenset({"roadClosed", "carriagewayClosures", "bridgeClosed", "tunnelClosed"})
FLOODED = frozenset({"flooding", "flashFloods", "seaLevelRise"})
PLACES = ("locationReference", "groupOfLocations")
TAKEN = frozenset({"@id", "@type", *PLACES, "generalPublicComment", "severity"})


def situation(node: Node, dialect: Dialect) -> Iterator[Found]:
    status = word(node, "headerInformation", "informationStatus") or "real"
    if status.lower() not in dialect.accepts:
        raise RowError(f"informationStatus {shown(status)}: this feed shows only real situations")
    records = every(node, "situationRecord")
    if not records:
        raise RowError("a situation without records")
    about = {k: v for k, v in node.items() if k != "situationRecord"}
    yield from each(records, partial(_rows, about=about, dialect=dialect), lambda r: _alone(about, r))


def _alone(about: Node, record: Node) -> str:
    return as_json({"situation": [{**about, "situationRecord": [record]}]})


def _rows(record: Node, about: Node, dialect: Dialect) -> list[Row]:
    return [_event(record, about, dialect)]


def _event(record: Node, about: Node, dialect: Dialect) -> Row:
    validity = pick(record, "validity")
    period = pick(validity, "validityTimeSpecification")
    version = optional(word(record, "situationRecordVersionTime"), dialect.zone)
    starts = word(period, "overallStartTime") or word(record, "situationRecordCreationTime")
    located = Located({name: record[name] for name in PLACES if name in record})
    where = located.position
    return row(
        "event",
        event_id=needed(record.get("@id"), "id"),
        domain=dialect.domain or "traffic",
        category=_category(record),
        severity=SEVERITY.get(word(record, "severity") or word(about, "overallSeverity") or ""),
        status=word(validity, "validityStatus"),
        opened_at=moment(starts, dialect.zone),
        closed_at=_over(record, version) or optional(word(period, "overallEndTime"), dialect.zone),
        latitude=where and where.latitude,
        longitude=where and where.longitude,
        summary=worded(pick(record, "generalPublicComment"), dialect.languages),
        attributes=filled(
            {
                **{k: v for k, v in record.items() if k not in TAKEN},
                "record": kind(record),
                "situation": about.get("@id"),
                "geometry": _geometry(located),
                "alert_c": [word(p) for p in located.codes],
            }
        ),
    )


def _category(record: Node) -> str:
    """The record's class, save where the contract has a word of its own for what its types say."""
    types = {word(t) for name in record if name.endswith("Type") for t in every(record, name)}
    if types & CLOSED:
        return "road_closed"
    if types & FLOODED:
        return "flooded_road"
    return snake(needed(kind(record), "record class"))


def _over(record: Node, version: datetime | None) -> datetime | None:
    """Ended or cancelled by this version of the record (lifeCycleManagement)."""
    for name in ("end", "cancel"):
        for holder in ("management", "situationRecordManagement"):
            if word(record, holder, "lifeCycleManagement", name) in ("true", "1", "True"):
                if version is None:
                    raise RowError("ended, but not when")
                return version
    return None


def _geometry(located: Located) -> dict[str, object] | None:
    found = [[[p.longitude, p.latitude] for p in line] for line in located.lines if len(line) > 1]
    return {"type": "MultiLineString", "coordinates": found} if found else None
