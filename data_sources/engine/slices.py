"""Many rows in slices: none holds up other feeds for long, and two are under way at once."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from city.batch import Columns
from data_sources.engine.store import Written

SLICE = 20_000
"""Most rows that are written in one turn."""
ABREAST = 2
"""Slices of one answer that are written at the same time: while the repository takes in one, the next is made ready."""


def slices(columns: Columns, n: int) -> list[Columns]:
    """Parts of about the same size; more than one, as many as are written abreast or a multiple."""
    if n <= SLICE:
        return [columns] if n else []
    parts = ABREAST * -(-n // (ABREAST * SLICE))
    bounds = [n * i // parts for i in range(parts + 1)]
    return [{name: values[a:b] for name, values in columns.items()} for a, b in pairwise(bounds)]


def done(work: Callable[[Columns], Written], parts: Sequence[Columns], *, in_order: bool) -> Iterator[Written]:
    """What `work` makes of each part, abreast unless it must be in order. One that fails keeps those that have not
    begun from being done, and raises."""
    if in_order or len(parts) == 1:
        yield from map(work, parts)
        return
    with ThreadPoolExecutor(ABREAST, "write") as writers:
        yield from writers.map(work, parts)
