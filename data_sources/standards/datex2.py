"""DATEX II versions 2 and 3, XML and JSON: situations, measured data and measurement sites.

Mapping: docs/standards/datex2.md. Publications of other kinds are refused by name.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from data_sources.engine.contract import SourceError
from data_sources.standards.datex_measured import measurements, site
from data_sources.standards.datex_situations import situation
from data_sources.standards.datex_tree import DEEPEST, Node, every, of_json, of_xml
from data_sources.standards.dialect import PLAIN, Dialect
from data_sources.standards.found import Found
from data_sources.standards.json_payload import load
from data_sources.standards.rows import RowError, as_json, each, plain, shown
from data_sources.standards.xml_payload import Element, Originals, local

READERS: dict[str, Callable[[Node, Dialect], Iterator[Found]]] = {
    "situation": situation,
    "siteMeasurements": measurements,
    "measurementSiteRecord": site,
    "measurementSite": site,
}
TAGS = frozenset(READERS)
ROOTS = frozenset({"d2LogicalModel", "messageContainer", "payload", "payloadPublication", "Envelope", *TAGS})
READ = frozenset({"SituationPublication", "MeasuredDataPublication", "MeasurementSiteTablePublication"})
_KIND = re.compile(rb"type\s*=\s*[\"'](?:[\w.-]+:)?(\w{1,80}Publication)[\"']")
_DEEPEST_HOLDER = 8


def decode(raw: bytes, dialect: Dialect = PLAIN, at: datetime | None = None) -> Iterable[Found]:
    """Rows of event, observation and sensor. Raises SourceError."""
    if raw[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _from_json(load(raw), dialect)
    out: list[Found] = []
    some = False
    for found in Originals(raw, ROOTS, TAGS).each(lambda e: READERS[local(e)](_node(e), dialect)):
        some = True
        out += found
    if not some:
        _check_kind(raw)
    return out


def _node(element: Element) -> Node:
    found = of_xml(element)
    if not isinstance(found, dict):
        raise RowError(f"an empty {local(element)}")
    return found


def _check_kind(raw: bytes) -> None:
    """A publication of ours may have nothing to tell; one of another kind is a mistake in the feed's address."""
    found = _KIND.search(raw[: 1 << 16])
    kind = found[1].decode() if found else None
    if kind not in READ:
        raise SourceError(f"a {kind}: neither situations nor measured data" if kind else "no publication in it")


def _from_json(document: Any, dialect: Dialect) -> list[Found]:
    out: list[Found] = []
    some = False
    for holder in _holders(document):
        for name in TAGS & holder.keys():
            some = True
            out += each(every(holder, name), lambda n, r=READERS[name]: r(_plain(n), dialect), _alone(name))  # type: ignore[misc]
    if not some:
        names = [k for d in _holders(document) for k in d if k.endswith("Publication")]
        known = any(n.endswith(tuple(READ)) for n in names)
        if not known:
            told = f"a {shown(names[0])}: neither situations nor measured data" if names else "no publication in it"
            raise SourceError(told)
    return out


def _alone(name: str) -> Callable[[Any], str]:
    return lambda node: as_json({name: [node]})


def _plain(node: Any) -> Node:
    found = of_json(plain(node, DEEPEST))
    if not isinstance(found, dict):
        raise RowError(f"{shown(node)} is no record")
    return found


def _holders(document: Any) -> Iterator[Node]:
    """Dictionaries that can hold records: containers, payloads, publications and tables, never what is in a record."""
    left = [(document, 0)]
    while left:
        found, depth = left.pop()
        if isinstance(found, list):
            left += ((f, depth) for f in reversed(found))
        elif isinstance(found, dict):
            yield found
            if depth < _DEEPEST_HOLDER:
                left += ((v, depth + 1) for k, v in found.items() if k not in TAGS and isinstance(v, dict | list))
