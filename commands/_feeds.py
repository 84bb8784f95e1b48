"""The feeds of a city, from its file and from `data_sources`, and the repository as they write to it."""

import importlib
import pkgutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType

from sqlalchemy import Engine

import data_sources
from city.clock import WorldClock
from city.config import CityFile
from city.feeds import FeedCard
from city.places import Places
from commands._tables import tables
from commands.mistakes import CommandError
from commands.settings import Told
from data_sources.engine.border import Border
from data_sources.engine.build import built
from data_sources.engine.contract import DataSource, Rejected, SourceInfo
from data_sources.engine.declared import Declared, declared
from data_sources.engine.http import Door
from data_sources.engine.means import Means
from data_sources.engine.secrets import Secrets
from data_sources.engine.store import Store
from repository import rejected
from repository.cursors import FeedCursor
from repository.feeds import Notebook
from repository.load.located import known_places
from repository.upsert import patch_rows, write_rows

PLACES_HOLD = 60.0
"""Seconds for which the places are taken to be what they were."""


def secrets_of(told: Told) -> Secrets:
    return Secrets({name: word.get_secret_value() for name, word in told.secrets.items()})


@contextmanager
def feeds_of(engine: Engine, city: CityFile, told: Told) -> Iterator[list[DataSource]]:
    """Every feed, while the block runs: files of `data_sources` with a SOURCE, and what the city file declares.

    Raises DeclaredError, a line a fault, and CommandError.
    """
    door = Door(WorldClock(), secrets_of(told), told.settings.feed_networks)
    sources: list[DataSource] = []
    try:
        sources = _made(engine, city, told, door)
        yield sources
    finally:
        for source in sources:
            source.close()
        door.close()


def _made(engine: Engine, city: CityFile, told: Told, door: Door) -> list[DataSource]:
    clock, secrets = WorldClock(), secrets_of(told)
    beside = city.beside("")

    def means(key: str) -> Means:
        folder = told.settings.data_dir / "feeds" / key
        return Means(door, FeedCursor(engine, key, clock), secrets, clock, folder, beside, tables)

    written = written_in(_files(), means)
    listed = built(declared_by(city), lambda feed: means(feed.key))
    both = sorted({s.info.key for s in written} & {s.info.key for s in listed})
    if both:
        raise CommandError(f"{city.path}: feed {both[0]}: data_sources has a source of this key already")
    return [*written, *listed]


def declared_by(city: CityFile) -> list[Declared]:
    """Raises DeclaredError."""
    languages = tuple(dict.fromkeys((city.locale, "vi", "en")))
    return declared(city.feeds, str(city.path or city.code), languages)


def _files() -> list[ModuleType]:
    names = [m.name for m in pkgutil.iter_modules(data_sources.__path__) if not m.ispkg]
    return [importlib.import_module(f"data_sources.{n}") for n in names]


def written_in(modules: Sequence[ModuleType], means: Callable[[str], Means]) -> list[DataSource]:
    """The sources of files: a SOURCE is made with its means, which are kept under the name of its file."""
    return [m.SOURCE(means(m.__name__.rpartition(".")[2])) for m in modules if hasattr(m, "SOURCE")]


def chosen(sources: Sequence[DataSource], keys: Sequence[str]) -> list[DataSource]:
    """The sources of these keys, all when none is named. Raises CommandError."""
    known = {s.info.key: s for s in sources}
    for key in keys:
        if key not in known:
            raise CommandError(f"there is no source {key!r}; there are: {', '.join(known) or 'none yet'}")
    return [known[k] for k in dict.fromkeys(keys)] if keys else list(sources)


def card(info: SourceInfo) -> FeedCard:
    """What the repository and the pages know of a source."""
    same = ("title", "domain", "standard", "url", "owner", "licence", "every", "stale_after")
    listed = ("tables", "metrics", "shared")
    return FeedCard(source=info.key, **{n: getattr(info, n) for n in (*same, *listed)})


def cards(sources: Sequence[DataSource]) -> list[FeedCard]:
    return [card(c) for s in sources for c in s.info.cards]


def store_of(engine: Engine, city: CityFile, sources: Sequence[DataSource]) -> Store:
    """The repository, as polls write to it."""
    return Store(
        write=partial(write_rows, engine),
        patch=partial(patch_rows, engine),
        refuse=partial(_refuse, engine),
        note=Notebook(engine, cards(sources)).note,
        border=_Borders(engine, city),
    )


def border_of(engine: Engine, city: CityFile) -> Border:
    """The border as it stands now. Raises RepositoryError."""
    return _Borders(engine, city)()


def _refuse(engine: Engine, source: str, rows: Sequence[Rejected]) -> None:
    kept = [rejected.Refused(source, r.reason, r.row) for r in rows]
    rejected.keep(engine, "feed", None, kept, WorldClock().now())


@dataclass
class _Borders:
    """The border of a city whose places are read from the repository, now and then."""

    engine: Engine
    city: CityFile
    _places: Places = field(default_factory=Places)
    _until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> Border:
        with self._lock:  # hundreds of feeds begin at once: one of them reads
            if time.monotonic() >= self._until:
                self._places = known_places(self.engine)
                self._until = time.monotonic() + PLACES_HOLD
        return Border(self._places, self.city.map.center)
