"""A feed made of what a test says, and a repository that remembers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from city.batch import KEYS, Columns
from city.clock import FrozenClock
from city.feeds import FeedRun
from city.places import Place, Places
from data_sources.engine.border import Border
from data_sources.engine.contract import Answer, DataSource, Found, Link, Rejected, Row, SourceInfo, Talk
from data_sources.engine.store import Store

NOON = datetime(2026, 9, 16, 5, tzinfo=UTC)
CLOCK = FrozenClock(NOON)
CENTRE = (16.4, 107.6)
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[107.5, 16.3], [107.7, 16.3], [107.7, 16.5], [107.5, 16.5], [107.5, 16.3]]],
}
CITY = Places((Place("kim-long", "Kim Long", geometry=SQUARE),))


def reading(sensor: str = "s1", value: Any = 12.5, metric: str = "pm2_5", at: Any = NOON, **more: Any) -> Row:
    return Row(
        "observation", {"sensor_id": sensor, "metric": metric, "observed_at": at, "value": value, "unit": None, **more}
    )


def event(name: str = "e1", at: Any = NOON, **more: Any) -> Row:
    return Row("event", {"event_id": name, "domain": "traffic", "category": "crash", "opened_at": at, **more})


class Feed(DataSource):
    """Gives `pages`, each a list of what parsing it finds; `answer` is called at each fetch and may raise or wait."""

    def __init__(self, *pages: Sequence[Found], answer: Callable[[], object] = lambda: None, **card: Any) -> None:
        every = card.pop("every", timedelta(minutes=5))
        self.pages, self.answer, self.asked, self.given = list(pages), answer, 0, list[Sequence[Link]]()
        self.moved = list[int]()
        self._info = SourceInfo(card.pop("key", "feed"), "A feed", "traffic", every, **card)

    @property
    def info(self) -> SourceInfo:
        return self._info

    def fetch(self, now: datetime) -> Talk:
        self.asked += 1
        self.answer()
        for number in range(len(self.pages)):
            self.given.append((yield Answer(str(number).encode(), now)))

    def parse(self, answer: Answer) -> Iterable[Found]:
        yield from self.pages[int(answer.body)]

    def stored(self, answer: Answer) -> None:
        self.moved.append(int(answer.body))


@dataclass
class Count:
    written: int = 0
    updated: int = 0
    unchanged: int = 0
    observed: tuple[tuple[datetime, int], ...] = ()


@dataclass
class Kept:
    """A repository in memory: rows by table and key, as upserts leave them."""

    tables: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = field(default_factory=dict)
    refused: list[tuple[str, Rejected]] = field(default_factory=list)
    runs: list[FeedRun] = field(default_factory=list)
    fail: Exception | None = None

    def write(self, table: str, columns: Columns) -> Count:
        return self._merged(table, columns, known=False)

    def patch(self, table: str, columns: Columns) -> Count:
        return self._merged(table, columns, known=True)

    def _merged(self, table: str, columns: Columns, *, known: bool) -> Count:
        if self.fail:
            raise self.fail
        count, mine = Count(), self.tables.setdefault(table, {})
        lists = [c.tolist() for c in columns.values()]
        for cells in zip(*lists, strict=True):
            row = {n: None if c != c else c for n, c in zip(columns, cells, strict=True)}
            key = tuple(row[k] for k in KEYS[table])
            old = mine.get(key)
            if old is None and not known:
                count.written += 1
                mine[key] = row
            elif old is None or old == {**old, **row}:
                count.unchanged += 1
            else:
                count.updated += 1
                old.update(row)
        return count

    def refuse(self, source: str, rows: Sequence[Rejected]) -> None:
        self.refused += [(source, r) for r in rows]

    @property
    def reasons(self) -> list[str]:
        return [r.reason for _, r in self.refused]

    def store(self, places: Places = CITY) -> Store:
        return Store(self.write, self.patch, self.refuse, self.runs.append, lambda: Border(places, CENTRE))

    def rows(self, table: str) -> list[dict[str, Any]]:
        return list(self.tables.get(table, {}).values())
