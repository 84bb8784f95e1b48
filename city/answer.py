"""The indicators as one JSON-ready answer: the command line's, the API's and the report's are this one."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from city.batch import Array
from city.freshness import FRESHNESS
from city.indicator import Indicator
from city.indicators import registry
from city.level import LEVELS
from city.snapshot import Snapshot, told


class UnknownNameError(ValueError):
    """A place or domain that the city does not have."""


def rows(snapshot: Snapshot, place: str | None = None, domain: str | None = None) -> Iterator[dict[str, Any]]:
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
    codes, rows_of = [places.code(slot) for slot in slots], np.array(slots, dtype=np.int64)
    for indicator in registry().values():
        if wanted in (None, indicator.domain):
            yield from _rows(indicator, snapshot, codes, rows_of)


def _rows(
    indicator: Indicator, snapshot: Snapshot, codes: Sequence[str | None], slots: Array
) -> Iterator[dict[str, Any]]:
    """One indicator in many places: a country has thousands, so nothing is looked up a place."""
    own = {"code": indicator.code, "domain": indicator.domain}
    target, definition = indicator.limits(snapshot.scene).target, indicator.definition
    for place, value, level, fresh, seen, n, m, sensor, volume in zip(
        codes, *told(snapshot.outcome(indicator.code), slots), strict=True
    ):
        out = {
            **own,
            "place": place,
            "value": value,
            "unit": indicator.unit,
            "level": LEVELS[level],
            "freshness": FRESHNESS[fresh],
            "observed_at": seen.isoformat() if seen else None,
            "sources_fresh": n,
            "sources_expected": m,
            "target": target,
            "definition": definition,
        }
        if sensor:
            out["sensor"] = sensor
        if volume is not None:
            out["volume"] = volume
        yield out


def indicators(snapshot: Snapshot, place: str | None = None, domain: str | None = None) -> dict[str, Any]:
    """The contract's `indicators` JSON. Raises UnknownNameError."""
    return {
        "city": snapshot.city.code,
        "at": snapshot.at.isoformat(),
        "known": snapshot.known,
        "version": snapshot.version,
        "indicators": list(rows(snapshot, place, domain)),
    }
