"""One poll of one source: every answer parsed, held against the border, written; and the account of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from city.batch import BEGINS, Array, Columns
from city.clock import Clock
from city.feeds import FeedRun
from data_sources.engine.border import Judged, Rules
from data_sources.engine.contract import Answer, DataSource, Link, Patch, Rejected, Row, SourceError
from data_sources.engine.pause import PAUSE
from data_sources.engine.slices import done, slices
from data_sources.engine.store import Store, Written


@dataclass(slots=True)
class Tally:
    """What a poll brought from one source."""

    read: int = 0
    new: int = 0
    unchanged: int = 0
    refused: int = 0
    duplicates: int = 0
    converted: int = 0
    newest: datetime | None = None
    observed: list[tuple[datetime, int]] = field(default_factory=list)

    def delay(self, now: datetime) -> timedelta | None:
        """Between observed and recorded, the median of the rows that were new (of medians, where written in parts)."""
        total, half = sum(n for _, n in self.observed), 0
        for moment, n in sorted(self.observed):
            half += n
            if 2 * half >= total:
                return now - moment
        return None


class Poll:
    """A poll under way. Of the answers it takes, what is good is in the repository when `take` returns."""

    def __init__(self, source: DataSource, store: Store, clock: Clock) -> None:
        info = source.info
        self.source, self._store, self._clock = source, store, clock
        self._rules = Rules(info.key, info.standard, info.limits, frozenset(c.key for c in info.plays))
        self._border = store.border()
        self._begun, self._at = time.monotonic(), clock.now()
        self.tallies = {card.key: Tally() for card in info.cards}
        self.bytes = 0
        self._patches: list[Patch] = []
        self._unstored: list[Answer] = []

    def run(self) -> None:
        """Fetch and take everything. Raises SourceError, and whatever the source or the store raises."""
        talk = self.source.fetch(self._at)
        try:
            answer = next(talk, None)
            while answer is not None:
                links = self.take(answer)
                try:
                    answer = talk.send(links)
                except StopIteration:
                    answer = None
        finally:
            talk.close()
        self.finish()

    def take(self, answer: Answer) -> list[Link]:
        """One answer: its rows are written, its patches wait for `finish`; the links it held. Raises as `run` does."""
        self.bytes += len(answer.body)
        with PAUSE.on():  # records and columns are gone again when it ends
            links, surplus = self._brought_in(answer)
        if surplus > 0:
            raise SourceError(
                f"{surplus:,} rows more than the {self.source.info.max_rows:,} that one poll may bring (max_rows)"
            )
        self._unstored.append(answer)
        if not self._patches:
            self._stored()
        return links

    def finish(self) -> None:
        """Patches, after all rows; then the source may move on."""
        for judged in self._border.patches(self._patches, self._rules, self._clock.now()):
            self._write(judged)
        self._patches.clear()
        self._stored()

    def account(self, why: str | None = None) -> list[FeedRun]:
        """How it went, for every source whose rows come this way; failed when there is a reason `why`."""
        took, now = timedelta(seconds=time.monotonic() - self._begun), self._clock.now()
        return [
            FeedRun(
                source,
                self._at,
                "failed" if why else "ok",
                why,
                took,
                self.bytes // len(self.tallies),
                *(t.read, t.new, t.unchanged, t.refused, t.newest, t.delay(now)),
                duplicates=t.duplicates,
                converted=t.converted,
            )
            for source, t in self.tallies.items()
        ]

    def summary(self) -> str:
        """What it brought so far, in one line."""
        read, new, old, refused = (
            sum(getattr(t, n) for t in self.tallies.values()) for n in ("read", "new", "unchanged", "refused")
        )
        return f"{self.source.info.key}: {read} rows read = {new} new or changed + {old} unchanged + {refused} refused"

    def _brought_in(self, answer: Answer) -> tuple[list[Link], int]:
        """Write what is good, keep what is refused; links, and how many rows were too many."""
        judged, refused, links, surplus = self._judged(answer)
        self._refuse(self._rules.source, refused)
        for part in judged:
            self._write(part)
        return links, surplus

    def _judged(self, answer: Answer) -> tuple[list[Judged], list[Rejected], list[Link], int]:
        """Good rows as columns, what was refused on the way, links, and how many rows were too many."""
        rows, refused, links = self._sorted(answer)
        surplus = sum(t.read for t in self.tallies.values()) + len(refused) + len(rows) - self.source.info.max_rows
        if surplus > 0:
            del rows[max(len(rows) - surplus, 0) :]
        return list(self._border.rows(rows, self._rules, self._clock.now())), refused, links, surplus

    def _sorted(self, answer: Answer) -> tuple[list[Row], list[Rejected], list[Link]]:
        rows, refused, links = list[Row](), list[Rejected](), list[Link]()
        for found in self.source.parse(answer):
            if isinstance(found, Row):
                rows.append(found)
            elif isinstance(found, Patch):
                self._patches.append(found)
            elif isinstance(found, Rejected):
                refused.append(found)
            else:
                links.append(found)
        return rows, refused, links

    def _write(self, judged: Judged) -> None:
        tally = self._tally(judged.source)
        self._refuse(judged.source, judged.refused)
        tally.duplicates += judged.duplicates
        tally.converted += judged.converted
        parts = slices(judged.columns, len(judged))
        # of a key that comes twice the last row wins, so its slices keep their order
        for written in done(partial(self._taken, judged), parts, in_order=judged.duplicates > 0):
            self._count(tally, written)
        tally.read += len(judged)
        tally.newest = max((m for m in (tally.newest, self._newest(judged)) if m), default=None)

    def _taken(self, judged: Judged, part: Columns) -> Written:
        write = self._store.patch if judged.patch else self._store.write
        with self._store.turns.one():
            return write(judged.table, part)

    def _count(self, tally: Tally, written: Written) -> None:
        tally.new += written.written + written.updated
        tally.unchanged += written.unchanged
        tally.observed += written.observed

    def _newest(self, judged: Judged) -> datetime | None:
        moments: Array | None = judged.columns.get(BEGINS.get(judged.table, "observed_at"))
        if moments is None or not len(moments):
            return None
        found = moments.max().item()
        return None if found is None else min(found.replace(tzinfo=self._at.tzinfo), self._clock.now())

    def _refuse(self, source: str, refused: Sequence[Rejected]) -> None:
        if refused:
            with self._store.turns.one():
                self._store.refuse(source, refused)
            tally = self._tally(source)
            tally.read += len(refused)
            tally.refused += len(refused)

    def _tally(self, source: str) -> Tally:
        """Whose account it goes on; what is nobody's, on the first one's."""
        return self.tallies.get(source) or next(iter(self.tallies.values()))

    def _stored(self) -> None:
        while self._unstored:
            with self._store.turns.one():
                self.source.stored(self._unstored[0])
            del self._unstored[0]
