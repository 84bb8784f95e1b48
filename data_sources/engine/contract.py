"""What a source is: a card, a way to fetch, and a pure reader. And the two things that can go wrong."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol


class SourceError(Exception):
    """A whole poll failed; the message says why, in one line and without a secret."""


class LaterError(SourceError):
    """The source asked to be left alone for a while (429 or 503 with Retry-After)."""

    def __init__(self, why: str, after: timedelta) -> None:
        super().__init__(why)
        self.after = after


class NotStoredError(SourceError):
    """The source answered; the repository did not take it. The answer comes again."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source's card. `stale_after` is twice `every` unless told; an empty licence means: not known.

    `needs` names the secrets it cannot do without, `timeout` is the longest that one poll may take, `url` carries no
    credentials. `plays` holds the cards of other sources whose rows this one gives with their own `source` (the demo);
    every other row is stamped with `key`. A `pushed` one is sent to us (`fetch` gives nothing): only what comes counts
    as a run. `limits` are narrower than what is plausible at all (city.metrics), by metric; of more than `max_rows` in
    one poll the surplus is not taken, and the feed is failing.
    """

    key: str
    title: str
    domain: str
    every: timedelta
    stale_after: timedelta = timedelta(0)
    url: str = ""
    licence: str = ""
    needs: tuple[str, ...] = ()
    standard: str = ""
    owner: str = ""
    tables: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    shared: bool = False
    timeout: timedelta = timedelta(seconds=60)
    plays: tuple["SourceInfo", ...] = ()
    pushed: bool = False
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    max_rows: int = 100_000

    def __post_init__(self) -> None:
        if not self.stale_after:
            object.__setattr__(self, "stale_after", 2 * self.every)

    @property
    def cards(self) -> tuple["SourceInfo", ...]:
        """Every source whose rows come through this one."""
        return self.plays or (self,)


@dataclass(slots=True)
class Row:
    """A row of one of the repository's tables, its key among `values`; times are aware. What is absent is null.

    `origin` writes the item it was read from in a way that the same source parses again; kept when the row is refused.
    """

    table: str
    values: dict[str, Any]
    origin: Callable[[], str] | None = field(default=None, compare=False, repr=False)


@dataclass(slots=True)
class Patch:
    """Some columns of a row that is known already, named by its key among `values`; the others stay as they are.

    It never makes a row.
    """

    table: str
    values: dict[str, Any]
    origin: Callable[[], str] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that was refused, as the same source parses it again, and why; counted and kept, never raised."""

    row: str
    reason: str


Record = Row | Patch | Rejected


class Link(NamedTuple):
    """Where more of this answer is to be read; whether to go there is decided by who fetches.

    `rel` is `next` (a further page) or `alert` (a document that an index lists).
    """

    rel: str
    href: str


Found = Record | Link
"""What parsing an answer gives."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the world: its bytes, decompressed, and when they came. Names of headers are in lower case."""

    body: bytes
    received_at: datetime
    url: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        """The media type alone, in lower case; empty when it was not told."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


Talk = Generator[Answer, Sequence[Link], None]
"""A poll: each answer in turn; the `yield` gives back the links that parsing that answer found."""


class DataSource(Protocol):
    """Somewhere the city learns something from, on a schedule."""

    @property
    def info(self) -> SourceInfo: ...

    def fetch(self, now: datetime) -> Talk:
        """A generator of one poll's answers, none when there is nothing new. May raise SourceError; never ends early to
        mean failure. An answer's good rows are written before the next is asked for."""

    def parse(self, answer: Answer) -> Iterable[Found]:
        """Pure: the same answer gives the same records. A bad row becomes Rejected; raises SourceError when the whole
        answer is of no use. Also reads what `origin` and `Rejected.row` wrote."""

    def stored(self, answer: Answer) -> None:
        """What `answer` held, and every answer before it, is in the repository for good: a source that keeps its place
        in a feed moves on. Called in the order of the answers: at once, or at the poll's end when there are patches,
        which are applied after all of its rows."""
        return

    def close(self) -> None:
        """Give back what is held open between polls."""
        return


class Cursor(Protocol):
    """A feed's own place in what it reads, kept in the repository, so that any replica goes on from there."""

    def load(self) -> dict[str, Any]:
        """What was saved last; empty at first. JSON."""

    def save(self, place: Mapping[str, Any]) -> None: ...
