"""DATEX II as plain dictionaries, whichever way it was written: XML of version 2 or 3, or JSON of version 3.

Attributes begin with `@`; an element that repeats is a list; names carry no namespace and no package.
"""

import re
from collections.abc import Iterator
from typing import Any

from data_sources.standards.geometry import MOST_POINTS, Position, of_ring, position
from data_sources.standards.rows import RowError, text
from data_sources.standards.xml_payload import Element, bare

Node = dict[str, Any]
DEEPEST = 24
"""Elements in a record, one in another: what its attributes may hold with the record around them."""
_PACKAGE = re.compile(r"(?:situation|locationReferencing|roadTrafficData|common|[a-z]+Extension)([A-Z]\w*)")
DISPLAY = ("coordinatesForDisplay", "locationForDisplay")
_IN_JSON = {"idG": "@id", "versionG": "@version", "indexG": "@index", "targetClassG": "@targetClass"}


def of_xml(element: Element, depth: int = DEEPEST) -> Any:
    """An element as a dictionary, or as its text when it holds nothing else. Raises RowError."""
    out: Node = {f"@{bare(name)}": value for name, value in element.items()} if element.attrib else {}
    if len(element):
        if depth == 0:
            raise RowError(f"nested deeper than {DEEPEST}")
        for child in element:
            name, value = bare(child.tag), of_xml(child, depth - 1)
            if name not in out:
                out[name] = value
            elif isinstance(out[name], list):
                out[name].append(value)
            else:
                out[name] = [out[name], value]
    written = (element.text or "").strip()
    if not out:
        return written
    if written:
        out["#"] = written
    return out


def of_json(value: Any) -> Any:
    """JSON's own conventions undone: members with G are attributes, {"value": x} is x, {"packageType": {…}} a type."""
    if isinstance(value, list):
        return [of_json(v) for v in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, inner),) = value.items()
        if name == "value" and not isinstance(inner, dict | list):
            return inner
        if isinstance(inner, dict) and (found := _PACKAGE.fullmatch(name)):
            return {"@type": found[1], **of_json(inner)}
    return {_IN_JSON.get(k, k): of_json(v) for k, v in value.items()}


def every(node: Any, name: str) -> list[Any]:
    """All the values under a name."""
    found = node.get(name) if isinstance(node, dict) else None
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def pick(node: Any, *path: str) -> Any:
    """The first value at a path, or None."""
    for name in path:
        if not isinstance(node, dict):
            return None
        node = node.get(name)
        if isinstance(node, list):
            node = node[0] if node else None
    return node


def word(node: Any, *path: str) -> str | None:
    """The text at a path."""
    found = pick(node, *path)
    if isinstance(found, str):
        return found.strip() or None if "\0" not in found else text(found)
    if isinstance(found, dict):
        found = found.get("#", found.get("value"))
    return text(found) if not isinstance(found, dict | list) else None


def kind(node: Any) -> str:
    """The class of a record, without its namespace."""
    return str(node.get("@type", "") if isinstance(node, dict) else "").rpartition(":")[2]


def descend(node: Any) -> Iterator[Node]:
    """All dictionaries in it, in the order of the document."""
    left = [node]
    while left:
        found = left.pop()
        if isinstance(found, dict):
            yield found
            left += reversed(found.values())
        elif isinstance(found, list):
            left += reversed(found)


def worded(node: Any, languages: tuple[str, ...]) -> str | None:
    """A multilingual text in the first of our languages that it has, else in its first."""
    options: dict[str, str] = {}
    for value in (v for d in descend(node) for v in every(d, "value")):
        told = text(value.get("#", value.get("value"))) if isinstance(value, dict) else text(value)
        language = str(value.get("@lang", value.get("lang", ""))) if isinstance(value, dict) else ""
        if told:
            options.setdefault(language[:2].lower(), told)
    return next((options[w] for w in languages if w in options), None) or next(iter(options.values()), None)


class Located:
    """What the location of a record says, found in one walk: positions, lines and codes."""

    def __init__(self, node: Any) -> None:
        self.codes: list[Any] = []
        self._displayed: list[Node] = []
        self._placed: list[Node] = []
        written: list[Any] = []
        for found in descend(node):
            if "latitude" in found and "longitude" in found:
                self._placed.append(found)
            written += every(found, "posList")
            self.codes += every(found, "specificLocation")
            self._displayed += [i for n in DISPLAY if isinstance(i := pick(found, n), dict) and "latitude" in i]
        self.lines = [line for w in written if (line := _line(w))]

    @property
    def position(self) -> Position | None:
        """The position given for display, else the first given at all, else the middle of the first line."""
        for found in (*self._displayed, *self._placed):
            return position(word(found, "latitude"), word(found, "longitude"))
        return next((of_ring(line) for line in self.lines), None)


def _line(written: Any) -> list[Position]:
    """Positions of a gml posList: latitude before longitude, as EPSG 4258 and 4326 have them."""
    figures = str(written.get("#", "") if isinstance(written, dict) else written).split()
    if len(figures) > 2 * MOST_POINTS or len(figures) % 2:
        raise RowError(f"a posList of {len(figures):,} figures")
    pairs = zip(figures[::2], figures[1::2], strict=True)
    return [p for lat, lon in pairs if (p := position(lat, lon))]
