"""What the engine hands to transports: how a source is made, and what it may use of the world."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from city.clock import Clock
from data_sources.engine.contract import Answer, Cursor, DataSource, Found
from data_sources.engine.declared import Declared
from data_sources.engine.http import Door
from data_sources.engine.secrets import Secrets

Tabulate = Callable[[Answer], Iterable[Found]]
"""One answer that is a table, as records. Pure."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a transport may use. Nothing is opened before the first poll.

    `cursor` is the feed's own place in what it reads, `data_dir` a folder for files of its own, `beside` the folder of
    the city file, `tables` makes a reader of tables out of a mapping.
    """

    door: Door
    cursor: Cursor
    secrets: Secrets
    clock: Clock
    data_dir: Path
    beside: Path = Path()
    tables: Callable[[Mapping[str, Any] | Path], Tabulate] | None = None


Build = Callable[[Declared, Means], DataSource]
"""Makes a source of a declared feed. Raises DeclaredError (`feed.wrong(key, message)`); touches nothing."""
