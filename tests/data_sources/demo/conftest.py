"""The demo city over fixed days, made once for all tests."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from city.batch import KEYS
from city.config import load_city
from city.places import Places
from data_sources.demo.frame import Frame
from data_sources.demo.places import places_of
from data_sources.demo.simulation import Simulation
from data_sources.demo.story import STORIES, Story

END = datetime(2026, 9, 16, 5, 0, tzinfo=UTC)  # a Wednesday noon in Hue
Stored = dict[tuple[Any, ...], dict[str, Any]]


@pytest.fixture(scope="session")
def hue() -> Places:
    return places_of(load_city("hue"))


@pytest.fixture(scope="session")
def simulation(hue: Places) -> Simulation:
    return Simulation(hue)


@pytest.fixture(scope="session")
def past(simulation: Simulation) -> dict[str, Stored]:
    """What ten days of past leave stored, a table each."""
    return stored(simulation.past(END - timedelta(days=10), END))


@pytest.fixture(scope="session")
def story() -> Story:
    return STORIES["flood-2025"]


@pytest.fixture(scope="session")
def flood(hue: Places, story: Story) -> dict[str, Stored]:
    """What the flood leaves stored of its five days."""
    return stored(Simulation(hue, story=story).past(story.end - timedelta(days=6), story.end))


def stored(frames: Iterable[Frame], into: dict[str, Stored] | None = None) -> dict[str, Stored]:
    """Rows by table and key after every version was written in its turn."""
    tables = {} if into is None else into
    for frame in frames:
        for turn in frame.turns():
            rows = tables.setdefault(turn.table, {})
            names = list(turn.columns)
            lists = [turn.columns[n].tolist() for n in names]
            for values in zip(*lists, strict=True):
                row = {n: None if v != v else v for n, v in zip(names, values, strict=True)}
                rows[tuple(row[k] for k in KEYS[turn.table])] = row
    return tables
