"""Refused rows tried again: by the feed as it is declared now, or by the mapping of their load."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from sqlalchemy import Engine

from city.clock import Clock
from commands._tables import tabulated
from data_sources.engine.again import Again
from data_sources.engine.contract import DataSource, Rejected, SourceInfo
from data_sources.engine.poll import Poll
from data_sources.engine.store import Store
from repository.load.agree import read_mapping
from repository.load.mapping import Mapping as LoadMapping
from repository.replay import FEED, Waiting, recall, settle, waiting


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of the rows of one source that were read alike. `why` they could not be tried at all, if so."""

    source: str
    kind: str
    taken: int = 0
    still: int = 0
    why: str | None = None

    def line(self) -> str:
        what = "from its feed" if self.kind == FEED else f"loaded as {self.kind}"
        if self.why:
            return f"{self.source}, {what}: {self.still} rows were not tried: {self.why}"
        return f"{self.source}, {what}: {self.taken} rows taken in, {self.still} still refused"


def retried(
    engine: Engine,
    sources: Mapping[str, DataSource],
    store: Store,
    clock: Clock,
    source: str | None,
    mapping: Path | None,
) -> Iterator[Tried]:
    """Each group of refused rows, tried again and settled. `mapping` is read instead of those of the loads.

    Raises RepositoryError, LoadError.
    """
    given = read_mapping(mapping) if mapping else None
    rows = waiting(engine, source)
    for (whose, kind, kept), some in groupby(rows, key=lambda r: (r.source, r.kind, r.mapping)):
        group = list(some)
        again = _feed(sources, whose, group) if kind == FEED else _load(engine, whose, kind, kept, given, group)
        if isinstance(again, str):
            yield Tried(whose, kind, still=len(group), why=again)
        else:
            yield _tried(engine, whose, kind, again, group, store, clock)


def _contents(rows: Sequence[Waiting]) -> list[tuple[str, datetime]]:
    return [(row.content, row.first_at) for row in rows]


def _feed(sources: Mapping[str, DataSource], whose: str, rows: Sequence[Waiting]) -> Again | str:
    found = sources.get(whose)
    if found is None:
        return "no feed of the city has this key"
    return Again(found.info, found.parse, _contents(rows))


def _load(
    engine: Engine, whose: str, kind: str, kept: str | None, given: LoadMapping | None, rows: Sequence[Waiting]
) -> Again | str:
    if kind == "place":
        return "places come in with their whole file: `ioc load places`"
    found = given if given is not None and given.of.table == kind else recall(engine, kept) if kept else None
    if found is None:
        return "their mapping was not kept; name one by --mapping"
    day = timedelta(days=1)
    return Again(SourceInfo(whose, whose, "data", day), tabulated(found), _contents(rows))


def _tried(
    engine: Engine, whose: str, kind: str, again: Again, rows: Sequence[Waiting], store: Store, clock: Clock
) -> Tried:
    reasons: dict[str, str] = {}

    def refuse(_: str, refused: Sequence[Rejected]) -> None:
        reasons.update({r.row: r.reason for r in refused})

    Poll(again, replace(store, refuse=refuse), clock).run()
    still = {r.id: reasons[r.content] for r in rows if r.content in reasons}
    taken = [r.id for r in rows if r.id not in still]
    settle(engine, whose, taken, still, clock.now())
    return Tried(whose, kind, len(taken), len(still))
