"""What a source is: a card, a way to fetch, and a pure reader. And the two things that can go wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol


class SourceError(Exception):
    """A whole poll failed; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source's card. `needs` names the settings it cannot do without; an empty licence means: not known."""

    key: str
    title: str
    domain: str
    every: timedelta
    stale_after: timedelta
    url: str = ""
    licence: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of one of the repository's tables, its key among `values`; times are aware. What is absent is null."""

    table: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Patch:
    """Some columns of a row that is known already, named by its key among `values`; the others stay as they are."""

    table: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that was refused, as it may be shown, and why; counted and kept, never raised."""

    row: str
    reason: str


Record = Row | Patch | Rejected


class DataSource(Protocol):
    """Somewhere the city learns something from, on a schedule."""

    @property
    def info(self) -> SourceInfo: ...

    def fetch(self, now: datetime) -> bytes:
        """One answer of the world, as it came. May raise SourceError; never empty to mean failure."""

    def parse(self, raw: bytes) -> Iterable[Record]:
        """Pure: the same bytes give the same records. A bad row becomes Rejected; raises SourceError when the whole
        answer is of no use."""

    def stored(self, raw: bytes) -> None:
        """What `raw` held is in the repository for good: a source that keeps its place in a feed moves on."""
