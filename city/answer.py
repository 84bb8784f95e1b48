"""The indicators as one JSON-ready answer: the command line's, the API's and the report's are this one."""

from collections.abc import Iterator
from typing import Any

from city.freshness import FRESHNESS
from city.indicators import registry
from city.level import LEVELS
from city.snapshot import Number, Snapshot


class UnknownNameError(ValueError):
    """A place or domain that the city does not have."""


def numbers(snapshot: Snapshot, place: str | None = None, domain: str | None = None) -> Iterator[Number]:
    """Every indicator for the city, each place and the unlocated; or for one place (a code, or "unlocated").

    Raises UnknownNameError.
    """
    places = snapshot.places
    slots = [places.city, *range(places.city)]
    if place:
        slot = places.slot(place)
        if slot is None:
            raise UnknownNameError(f"there is no place {place!r}")
        slots = [slot]
    wanted = domain.replace("-", "_") if domain else None
    if wanted and wanted not in {i.domain for i in registry().values()}:
        raise UnknownNameError(f"there is no domain {domain!r} with indicators")
    for code, indicator in registry().items():
        if wanted in (None, indicator.domain):
            yield from (snapshot.number(code, slot) for slot in slots)


def row(n: Number) -> dict[str, Any]:
    out = {
        "code": n.indicator.code,
        "domain": n.indicator.domain,
        "place": n.place,
        "value": n.value,
        "unit": n.indicator.unit,
        "level": LEVELS[n.level],
        "freshness": FRESHNESS[n.freshness],
        "observed_at": n.observed_at.isoformat() if n.observed_at else None,
        "sources_fresh": n.fresh,
        "sources_expected": n.expected,
        "target": n.target,
        "definition": n.indicator.definition,
    }
    more = {"sensor": n.sensor or None, "volume": n.volume}
    return {**out, **{k: v for k, v in more.items() if v is not None}}


def indicators(snapshot: Snapshot, place: str | None = None, domain: str | None = None) -> dict[str, Any]:
    """The contract's `indicators` JSON. Raises UnknownNameError."""
    return {
        "city": snapshot.city.code,
        "at": snapshot.at.isoformat(),
        "known": snapshot.known,
        "version": snapshot.version,
        "indicators": [row(n) for n in numbers(snapshot, place, domain)],
    }
