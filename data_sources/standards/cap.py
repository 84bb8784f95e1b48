"""The Common Alerting Protocol 1.1 and 1.2: alerts, bundles of alerts and Atom indexes of alerts.

An update or a cancellation closes the alerts that it refers to. Mapping: docs/standards/cap.md.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial

from data_sources.engine.contract import Patch, Row, SourceError
from data_sources.standards.cap_area import Area, Ring, area_of
from data_sources.standards.dialect import PLAIN, Dialect
from data_sources.standards.found import Found, Link
from data_sources.standards.geometry import inside_each
from data_sources.standards.moments import moment, optional
from data_sources.standards.rows import RowError, filled, needed, row, settle, shown
from data_sources.standards.xml_payload import Element, Originals, bare

NAMESPACES = frozenset({"urn:oasis:names:tc:emergency:cap:1.1", "urn:oasis:names:tc:emergency:cap:1.2"})
ATOM = "http://www.w3.org/2005/Atom"
ROOTS = frozenset({"alert", "alerts", "feed", "EDXLDistribution"})
TAGS = frozenset({"alert", "entry"})
SEVERITY = {"Extreme": 1, "Severe": 2, "Moderate": 3, "Minor": 4}
"""info.severity, 1 worst; Unknown stays unknown. Of several info the worst counts."""
DOMAINS = {
    **dict.fromkeys(("Geo", "Met", "Env", "CBRNE"), "environment"),
    **dict.fromkeys(("Safety", "Security", "Rescue", "Fire"), "public_order"),
    **{"Health": "health", "Transport": "traffic", "Infra": "services"},
}
ABOVE = frozenset({"identifier", "sent", "status"})
"""What is in columns of its own."""
REFERRING = {"Update": "superseded", "Cancel": "cancelled"}


def decode(raw: bytes, dialect: Dialect = PLAIN, at: datetime | None = None) -> Iterable[Found]:
    """Rows and patches of event, and links to the alerts that an index lists. Raises SourceError."""
    out: list[Found] = []
    rings: list[tuple[Row, Ring]] = []
    for some in Originals(raw, ROOTS, TAGS).each(partial(_read, dialect=dialect, rings=rings)):
        out += some
    for (event, _), found in zip(rings, inside_each([ring for _, ring in rings]), strict=True):
        if found:
            event.values["latitude"], event.values["longitude"] = found
    return settle(out)


def _namespace(element: Element) -> str:
    return str(element.tag).rpartition("}")[0].removeprefix("{")


def _read(element: Element, dialect: Dialect, rings: list[tuple[Row, Ring]]) -> Iterator[Found]:
    if bare(element.tag) == "entry":
        yield _link(element)
        return
    if (namespace := _namespace(element)) not in NAMESPACES:
        refusal = SourceError if element.getparent() is None else RowError
        raise refusal(f"an alert in another namespace: {shown(namespace)}")
    alert = _Alert(element)
    head = alert.head
    sender, identifier = needed(head.get("sender"), "sender"), needed(head.get("identifier"), "identifier")
    kind, status = needed(head.get("msgType"), "msgType"), needed(head.get("status"), "status")
    for name, word in (("status", status), ("scope", needed(head.get("scope"), "scope"))):
        if word.lower() not in dialect.accepts:
            raise RowError(f"{name} {shown(word)}: this feed shows only {', '.join(sorted(dialect.accepts))}")
    sent = moment(head.get("sent"), dialect.zone)
    if kind in ("Alert", "Update"):
        event, area = _event(f"{sender},{identifier}", sent, alert, dialect)
        if area.polygons:
            rings.append((event, area.polygons[0]))
        yield event
    elif kind != "Cancel":
        raise RowError(f"msgType {shown(kind)} is no alert")
    if kind in REFERRING:
        yield from _closed(needed(head.get("references"), "references"), sent, REFERRING[kind])


class _Alert:
    """An alert's parts, each read once: single values of its head, its infos, their areas."""

    __slots__ = ("areas", "head", "infos", "signed")

    def __init__(self, element: Element) -> None:
        self.head: dict[str, str | None] = {}
        self.infos: list[dict[str, str]] = []
        self.areas: list[Area] = []
        self.signed = False
        for child in element:
            name = bare(child.tag)
            if name == "info":
                self.infos.append(_info(child, self.areas))
            elif name == "Signature":
                self.signed = True
            elif len(child) == 0:
                self.head[name] = child.text


def _closed(references: str, sent: datetime, status: str) -> Iterator[Patch]:
    """`sender,identifier,sent` of each alert that this one takes the place of, parted by white space."""
    for reference in references.split():
        sender, _, rest = reference.partition(",")
        identifier, _, _ = rest.rpartition(",")
        if not sender or not identifier:
            raise RowError(f"a reference that names no alert: {shown(reference)}")
        yield Patch("event", {"event_id": f"{sender},{identifier}", "closed_at": sent, "status": status})


def _link(entry: Element) -> Link:
    """The document that an entry of an Atom index stands for."""
    links = [c for c in entry if c.tag == f"{{{ATOM}}}link" and c.get("href")]
    best = [c for c in links if "cap" in (c.get("type") or "")] or [c for c in links if c.get("rel") != "self"]
    href = best[0].get("href") if best else entry.findtext(f"{{{ATOM}}}id")
    return Link("alert", needed(href, "link"))


def _event(key: str, sent: datetime, alert: _Alert, dialect: Dialect) -> tuple[Row, Area]:
    """In force from `effective`, or when it was sent, until the last of its info expires."""
    infos, area, head = alert.infos, Area.joined(alert.areas), alert.head
    begins = [t for i in infos if (t := optional(i.get("effective"), dialect.zone))]
    ends = [optional(i.get("expires"), dialect.zone) for i in infos]
    main = _worded(infos, dialect.languages)
    category = main.get("category")
    about: dict[str, object] = {
        **{k: v for k, v in head.items() if k not in ABOVE},
        **{k: v for k, v in main.items() if k not in ("headline", "category")},
        **area.attributes(),
        "languages": {i.get("language") or "en-US": i.get("headline") for i in infos} if len(infos) > 1 else None,
        "signature": "present, not verified" if alert.signed else None,
    }
    event = row(
        "event",
        event_id=key,
        domain=dialect.domain or DOMAINS.get(category or "", "environment"),
        category=category.lower() if category else None,
        severity=min((s for i in infos if (s := SEVERITY.get(i.get("severity") or ""))), default=None),
        status=(head.get("status") or "").strip().lower(),
        opened_at=min(begins, default=sent),
        closed_at=max(e for e in ends if e) if ends and all(ends) else None,
        latitude=area.middle and area.middle.latitude,
        longitude=area.middle and area.middle.longitude,
        summary=main.get("headline") or main.get("event") or head.get("note"),
        attributes=filled(about),
    )
    return event, area


def _info(info: Element, areas: list[Area]) -> dict[str, str]:
    """Single values by name; codes and parameters by the name they give themselves. Its areas join the others."""
    out: dict[str, str] = {}
    for child in info:
        name = bare(child.tag)
        if name == "area":
            areas.append(area_of(child))
        elif name in ("parameter", "eventCode"):
            pair = {bare(c.tag): (c.text or "").strip() for c in child}
            out[f"{name}:{pair.get('valueName', '')}"] = pair.get("value", "")
        elif (text := child.text) and (text := text.strip()) and len(child) == 0:
            out.setdefault(name, text)
    return out


def _worded(infos: list[dict[str, str]], languages: tuple[str, ...]) -> dict[str, str]:
    """The info in the first of our languages that it is written in; without a language it is en-US (3.2.2)."""
    for wanted in languages:
        for info in infos:
            if info.get("language", "en-US").lower().partition("-")[0] == wanted:
                return info
    return infos[0] if infos else {}
