"""How one feed speaks its standard: what the city file says where the standard leaves room."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from data_sources.standards.found import Found


@dataclass(frozen=True, slots=True)
class Stream:
    """A SensorThings Datastream as an earlier answer described it: its sensor, metric and unit (as they name it)."""

    sensor_id: str
    metric: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """Keys are the feed's own words.

    `zone` is for instants without an offset; without it they are refused. `units` names the unit (a code of the
    standard) of properties that come without one. `accepts` names the kinds of message that are shown as real.
    """

    zone: ZoneInfo | None = None
    metrics: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    status: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    streams: Mapping[str, tuple[Stream, ...]] = field(default_factory=dict)
    domain: str | None = None
    languages: tuple[str, ...] = ("vi", "en")
    accepts: frozenset[str] = frozenset({"actual", "public", "real"})


PLAIN = Dialect()
Decode = Callable[[bytes, Dialect, datetime | None], Iterable[Found]]
"""The last argument is when the answer was received: SenML's relative times count from it."""
