"""A poll that is only looked at: what it would have written, and what it refused."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from city.batch import Columns
from city.clock import Clock
from city.feeds import FeedRun
from data_sources.engine.border import Border
from data_sources.engine.contract import Answer, DataSource, Rejected
from data_sources.engine.replay import Looked
from data_sources.engine.schedule import Run
from data_sources.engine.store import Store


@dataclass(frozen=True, slots=True)
class _Nothing:
    """Nothing was written, so all of it counts as new."""

    written: int
    updated: int = 0
    unchanged: int = 0
    observed: tuple[tuple[datetime, int], ...] = ()


@dataclass(slots=True)
class Trial:
    """What one poll gave. `rows` holds the first few of each table, in words."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[Rejected] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    runs: list[FeedRun] = field(default_factory=list)
    failing: str | None = None


def tried(source: DataSource, border: Border, clock: Clock, shown: int) -> Trial:
    """Poll once within the source's time; keep the first `shown` rows of each table."""
    trial = Trial()

    def write(table: str, columns: Columns) -> _Nothing:
        n = len(next(iter(columns.values()), ()))
        trial.counts[table] += n
        kept = trial.rows.setdefault(table, [])
        for i in range(min(n, shown - len(kept))):
            cells = {name: values[i : i + 1].tolist()[0] for name, values in columns.items()}
            kept.append({k: v for k, v in cells.items() if v is not None and v == v})
        return _Nothing(n)

    def refuse(_: str, rows: Sequence[Rejected]) -> None:
        trial.refused.extend(rows)

    store = Store(write, write, refuse, trial.runs.append, lambda: border)
    run = Run(Looked(source, trial.answers), store, clock)
    run.once()
    trial.failing = run.failing
    return trial
