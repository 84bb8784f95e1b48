"""What is known of a feed: its card, and how each of its runs went."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

Ran = Literal["ok", "failed"]
NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class FeedCard:
    """Who sends what, and how often. An empty text means: not known.

    `source` is the word its rows carry. `tables` and `metrics` are what it writes: tables of the repository, and
    metrics of city.metrics. `shared` says that its data are published openly. `stale_after` is twice `every` unless
    it is given. Of `url` only what may be shown is kept: no user, no password, no query.
    Raises ValueError without a source, and for an interval that is no time.
    """

    source: str
    title: str
    domain: str
    standard: str
    url: str
    owner: str
    licence: str
    every: timedelta
    stale_after: timedelta = NO_TIME
    tables: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    shared: bool = False

    def __post_init__(self) -> None:
        if not self.source:
            raise ValueError("a feed needs a source: the word its rows carry")
        if self.every <= NO_TIME or self.stale_after < NO_TIME:
            raise ValueError(f"feed {self.source}: it cannot come every {self.every}, stale after {self.stale_after}")
        object.__setattr__(self, "stale_after", self.stale_after or 2 * self.every)
        object.__setattr__(self, "url", bare(self.url))


@dataclass(frozen=True, slots=True)
class FeedRun:
    """One poll of a feed. `run_at`: when it began; `why` it failed, one line; `bytes` of its answer.

    Of the rows `read`, so many were `new` (written or changed), `unchanged` and `refused`; `duplicates` of them came
    twice in one answer, and of so many were units `converted`. `delay` is the median of recorded − observed of the
    rows that were new in this run. `runs`: of how many runs this tells, the last one's outcome being this one's.
    """

    source: str
    run_at: datetime
    outcome: Ran
    why: str | None = None
    took: timedelta = NO_TIME
    bytes: int = 0
    read: int = 0
    new: int = 0
    unchanged: int = 0
    refused: int = 0
    newest_observed_at: datetime | None = None
    delay: timedelta | None = None
    duplicates: int = 0
    converted: int = 0
    runs: int = 1


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed as the repository knows it: its card (None when its runs were noted though nobody declared it), its last
    run (None before the first), and since when what holds."""

    source: str
    card: FeedCard | None
    last: FeedRun | None
    succeeded_at: datetime | None
    failing_since: datetime | None
    declared_at: datetime | None
    withdrawn_at: datetime | None


def joined(earlier: FeedRun, later: FeedRun) -> FeedRun:
    """Two runs of one feed told as one, as the later one went; the earlier one went well."""
    counts = ("bytes", "read", "new", "unchanged", "refused", "duplicates", "converted", "runs")
    seen = [at for at in (earlier.newest_observed_at, later.newest_observed_at) if at is not None]
    return replace(
        later,
        **{c: getattr(earlier, c) + getattr(later, c) for c in counts},
        newest_observed_at=max(seen, default=None),
        delay=earlier.delay if later.delay is None else later.delay,
    )


def bare(url: str) -> str:
    """An address as it may be shown: scheme, host, port and path."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host
        host = f"{host}:{parts.port}" if parts.port else host
    except ValueError:
        return ""
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
