"""The demo city's past, written as a feed would have written it: each row when it would have been recorded."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from city.batch import Columns
from data_sources.demo.frame import Frame, joined
from data_sources.demo.simulation import Simulation

Write = Callable[[str, Columns], object]
"""Brings rows of a table in, newer ones over older ones of the same key; columns as in city.batch, and `recorded_at`
(datetime64[us], UTC): the moment each row is stamped with."""
MANY = 100_000  # rows written together


def write_past(
    simulation: Simulation,
    end: datetime,
    days: int,
    write: Write,
    *,
    again: bool = False,
    progress: Callable[[float], None] = lambda share: None,
) -> int:
    """Write the `days` before `end`; how many rows of how many versions that was.

    `again` says that some of it may be stored already: then each row is written once, as it stands at the end, so
    that nothing stored goes back to an earlier state. `progress` is told the share that is done.
    """
    begin = end - timedelta(days=days)
    written = 0
    for share, frame in _bundles(simulation, begin, end):
        for turn in [frame.last()] if again else frame.turns():
            write(turn.table, {**turn.columns, "recorded_at": turn.recorded_at})
            written += len(turn)
        progress(share)
    return written


def _bundles(simulation: Simulation, begin: datetime, end: datetime) -> Iterator[tuple[float, Frame]]:
    """Frames large enough to be worth a round trip, and how far they bring us."""
    waiting: list[Frame] = []
    steps = simulation.steps(begin, end)
    for n, frame in enumerate(simulation.past(begin, end), 1):
        if waiting and (waiting[0].table != frame.table or sum(map(len, waiting)) >= MANY):
            yield (n - 1) / steps, joined(waiting)
            waiting = []
        waiting.append(frame)
    if waiting:
        yield 1.0, joined(waiting)
