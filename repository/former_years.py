"""Readings of the same season of former years, for what is held against it (city.season)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from city.former_years import AFTER, BEFORE, back
from city.metrics import METRICS
from repository.columns import Row, selected
from repository.packed import Stretch
from repository.session import Connection
from repository.windows import Sight

SEASONAL = "metric like 'cases\\_%%'"
"""Whose readings an index of their own finds (see migration 0007)."""


def seasons(connection: Connection, stretches: Iterable[Stretch], sight: Sight) -> list[Row]:
    """Rows of `observation` in the order of CARRIED that pictures in these stretches want besides their windows."""
    spans = list(_spans(stretches))
    within = " or ".join(f"observed_at > %(since_{n})s and observed_at <= %(until_{n})s" for n in range(len(spans)))
    parameters: dict[str, Any] = {"metrics": [m.code for m in METRICS.values() if m.years], **sight.parameters}
    for n, (since, until) in enumerate(spans):
        parameters |= {f"since_{n}": since, f"until_{n}": until}
    statement = (
        f"select {selected('observation')} from {sight.of('observation')}"  # noqa: S608  names of ours
        f" where {SEASONAL} and metric = any(%(metrics)s) and ({within})"
    )
    # unprepared, so that months without any such reading are left out of the plan
    return connection.execute(statement.encode(), parameters, prepare=False, binary=True).fetchall()


def _spans(stretches: Iterable[Stretch]) -> Iterator[tuple[datetime, datetime]]:
    years = max(m.years for m in METRICS.values())
    for s in stretches:
        for n in range(1, years + 1):
            yield s.since - back(n) - BEFORE, s.until - back(n) + AFTER
