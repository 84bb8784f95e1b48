"""A feed out of its lines in a city file, and a poll of it as the engine makes one, without a repository."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from city.clock import FrozenClock
from commands._tables import tables
from data_sources.engine.build import built
from data_sources.engine.contract import Answer, DataSource, Found, Link, Rejected, Row
from data_sources.engine.declared import declared
from data_sources.engine.http import Door
from data_sources.engine.means import Means
from data_sources.engine.secrets import Secrets

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
COMMON = 'title = "Test"\ndomain = "environment"\nevery = "1 min"\nprivate = true\n'


@dataclass
class Place:
    """A cursor in memory; `saves` counts."""

    kept: dict[str, Any] = field(default_factory=dict)
    saves: int = 0

    def load(self) -> dict[str, Any]:
        return self.kept

    def save(self, place: Mapping[str, Any]) -> None:
        self.kept, self.saves = dict(place), self.saves + 1


def feed(lines: str, place: Place | None = None, folder: Path = Path(), **secrets: str) -> DataSource:
    """The feed `test` that these lines of a city file declare."""
    (told,) = declared({"test": tomllib.loads(COMMON + lines)}, "city.toml")
    clock, words = FrozenClock(NOW), Secrets(secrets)
    means = Means(Door(clock, words), place or Place(), words, clock, folder, folder, tables)
    (source,) = built([told], lambda _: means)
    return source


@dataclass
class Polled:
    answers: list[Answer]
    found: list[Found]

    def rows(self, table: str) -> list[dict[str, Any]]:
        return [r.values for r in self.found if isinstance(r, Row) and r.table == table]

    @property
    def reasons(self) -> list[str]:
        return [r.reason for r in self.found if isinstance(r, Rejected)]


def poll(source: DataSource, now: datetime = NOW, *, stored: bool = True) -> Polled:
    """Every answer, what was found in them; each is told to be stored before the next is asked for."""
    out = Polled([], [])
    talk = source.fetch(now)
    try:
        answer = next(talk)
        while True:
            found = list(source.parse(answer))
            out.answers.append(answer)
            out.found += found
            if stored:
                source.stored(answer)
            answer = talk.send([f for f in found if isinstance(f, Link)])
    except StopIteration:
        return out


def again(source: DataSource, refused: Rejected | Row) -> list[Found]:
    """What a refused row gives when it is read once more, as `ioc rejected --retry` reads it."""
    text = refused.row if isinstance(refused, Rejected) else (refused.origin or str)()
    return list(source.parse(Answer(text.encode(), NOW)))
