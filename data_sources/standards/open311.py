"""Open311 GeoReport v2: service requests as feedback, in JSON or XML. Mapping: docs/standards/open311.md."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from data_sources.engine.contract import Row, SourceError
from data_sources.standards.dialect import PLAIN, Dialect
from data_sources.standards.found import Found
from data_sources.standards.geometry import position
from data_sources.standards.json_payload import load
from data_sources.standards.moments import moment, optional
from data_sources.standards.rows import RowError, as_pack, each, needed, row, shown, text
from data_sources.standards.statuses import closing, status_of
from data_sources.standards.xml_payload import Element, Originals, bare, local, records

ROOTS = frozenset({"service_requests", "services", "errors", "request"})
"""`request` alone is one that was refused, as it is kept."""
TAGS = frozenset({"request", "service", "error"})
CLOSED = ("closed_datetime", "closed_date", "updated_datetime")


def decode(raw: bytes, dialect: Dialect = PLAIN, at: datetime | None = None) -> Iterable[Found]:
    """Rows of feedback. Raises SourceError, also for an `errors` answer and for lists of services."""
    if _is_xml(raw):
        return list(_from_xml(raw, dialect))
    requests = _requests(load(raw))
    return each(requests, lambda r: [_feedback(_members(r), dialect)], as_pack)


def services(raw: bytes) -> dict[str, str]:
    """Codes of the services and their names, for a dialect's `services`."""
    found = [_cells(e) for e in records(raw, ROOTS, TAGS)] if _is_xml(raw) else _listed(load(raw))
    named = [(text(s.get("service_code")), text(s.get("service_name"))) for s in found if isinstance(s, dict)]
    return {code: name for code, name in named if code and name}


def _is_xml(raw: bytes) -> bool:
    return raw[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or raw[:2] in (b"\xff\xfe", b"\xfe\xff")


def _from_xml(raw: bytes, dialect: Dialect) -> Iterator[Found]:
    found: list[Found] = []
    for some in Originals(raw, ROOTS, TAGS).each(lambda e: [_request(e, dialect)]):
        found += some
    yield from found


def _request(element: Element, dialect: Dialect) -> Row:
    cells, name = _cells(element), local(element)
    if name == "error":
        raise SourceError(f"the server refused: {cells.get('code')} {shown(cells.get('description'))}")
    if name == "service":
        raise SourceError("a list of services, no requests")
    return _feedback(cells, dialect)


def _cells(element: Element) -> dict[str, Any]:
    return {bare(child.tag): child.text for child in element}


def _listed(document: Any) -> list[Any]:
    if isinstance(document, dict):  # some servers wrap the list
        inner = next((v for v in document.values() if isinstance(v, list)), None)
        document = inner if inner is not None and "service_request_id" not in document else [document]
    if not isinstance(document, list):
        raise SourceError(f"no list of requests: {shown(document)}")
    return document


def _requests(document: Any) -> list[Any]:
    what = document.get("service_code") and document.get("attributes") if isinstance(document, dict) else None
    if what is not None:
        raise SourceError("a service definition, no requests")
    listed = _listed(document)
    head = listed[0] if listed and isinstance(listed[0], dict) else {}
    if "code" in head and "description" in head and "service_request_id" not in head:
        raise SourceError(f"the server refused: {head['code']} {shown(head['description'])}")
    if "service_name" in head and "service_request_id" not in head and "status" not in head:
        raise SourceError("a list of services, no requests")
    return listed


def _members(request: Any) -> dict[str, Any]:
    if not isinstance(request, dict):
        raise RowError(f"{shown(request)} is no request")
    return request


def _feedback(request: dict[str, Any], dialect: Dialect) -> Row:
    """GeoReport knows when a request was last changed, not when it was closed: of a closed one that is taken."""
    if text(request.get("requested_datetime")) is None and text(request.get("status")) is None:
        raise RowError("the receipt of a new request: neither status nor requested_datetime")
    where = position(request.get("lat"), request.get("long"))
    code = text(request.get("service_code"))
    status = status_of(request.get("status"), dialect.status)
    changed = next((request[c] for c in CLOSED if request.get(c)), None)
    return row(
        "feedback",
        feedback_id=needed(request.get("service_request_id"), "service_request_id"),
        category=text(request.get("service_name")) or dialect.services.get(code or "") or code,
        channel="open311",
        status=status,
        received_at=moment(needed(request.get("requested_datetime"), "requested_datetime"), dialect.zone),
        due_at=optional(text(request.get("expected_datetime")), dialect.zone),
        closed_at=closing(status, optional(changed, dialect.zone)),
        updated_at=optional(text(request.get("updated_datetime")), dialect.zone),
        agency=text(request.get("agency_responsible")),
        latitude=where and where.latitude,
        longitude=where and where.longitude,
        summary=text(request.get("description")),
    )
