"""The demo city's past, written as a feed would have written it: each row when it would have been recorded."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from city.batch import Columns
from data_sources.demo.agencies import Outage
from data_sources.demo.frame import Frame, joined
from data_sources.demo.simulation import Simulation

Write = Callable[[str, Columns], object]
"""Brings rows of a table in, newer ones over older ones of the same key; columns as in city.batch, and `recorded_at`
(datetime64[us], UTC): the moment each row is stamped with. Called from several threads."""
DAYS = 35  # enough for every indicator's window and a weekly report
PAST = "past"
"""The main gauge's attribute that tells whether a past was written to its end: "begun", or "until …"."""
MANY = 50_000  # rows written together
WRITERS = 2  # side by side: the database works on one bundle while the next is made ready


def write_past(
    simulation: Simulation,
    end: datetime,
    days: int,
    write: Write,
    *,
    again: bool = False,
    settled: datetime | None = None,
    progress: Callable[[float], None] = lambda share: None,
    tell: Callable[[Frame], None] = lambda frame: None,
) -> int:
    """Write the `days` before `end`; how many rows of how many versions that was.

    `again` says that some of it may be stored already: then each row is written once, as it stands at the end, so
    that nothing stored goes back to an earlier state. `settled` is as in Simulation.past; `progress` is told the share
    that is done, `tell` every frame.
    """
    begin = end - timedelta(days=days)
    _write_frame(simulation.standing(begin, **{PAST: "begun"}), write, again=False)
    archived = sum(_write_frame(frame, write, again=True) for frame in simulation.former_years(end))
    outage = Outage.before(end)
    frames = (_heard(outage.delayed(frame), tell) for frame in simulation.past(begin, end, settled))
    told = _Told(frames, simulation.steps(begin, end), progress)
    written = _write_all(told, write, again)
    done = " ".join(["until", end.isoformat(), *([simulation.story.name] if simulation.story else [])])
    return archived + written + _write_frame(simulation.standing(begin, **{PAST: done}), write, again=False)


def _heard(frame: Frame, tell: Callable[[Frame], None]) -> Frame:
    tell(frame)
    return frame


@dataclass(frozen=True, slots=True)
class _Told:
    """Frames on their way, how many there will be, and who wants to know how far we are."""

    frames: Iterator[Frame]
    steps: int
    progress: Callable[[float], None]


def _write_all(told: _Told, write: Write, again: bool) -> int:
    written = 0
    with ThreadPoolExecutor(WRITERS) as pool:
        under_way: deque[tuple[int, Future[int]]] = deque()
        try:
            for done, frame in _bundles(told.frames):
                under_way.append((done, pool.submit(_write_frame, frame, write, again)))
                while len(under_way) > WRITERS:
                    written += _settled(under_way, told)
            while under_way:
                written += _settled(under_way, told)
        finally:
            pool.shutdown(cancel_futures=True)
    return written


def _settled(under_way: deque[tuple[int, Future[int]]], told: _Told) -> int:
    done, future = under_way.popleft()
    written = future.result()
    told.progress(done / told.steps)
    return written


def write_settling(simulation: Simulation, since: datetime, until: datetime, write: Write) -> None:
    """Bring to their end the rows that were open when a demo stopped, after a pause too long to live through again."""
    for frame in simulation.settling(since, until):
        write(frame.table, {**frame.columns, "recorded_at": frame.recorded_at})


def _write_frame(frame: Frame, write: Write, again: bool) -> int:
    """A row's versions one after the other; frames have no row in common, so they may go side by side."""
    written = 0
    for turn in [frame.last()] if again else frame.turns():
        write(turn.table, {**turn.columns, "recorded_at": turn.recorded_at})
        written += len(turn)
    return written


def _bundles(frames: Iterator[Frame]) -> Iterator[tuple[int, Frame]]:
    """Frames large enough to be worth a round trip, and how many of the given ones that makes up to here."""
    waiting: list[Frame] = []
    count = 0
    for frame in frames:
        if waiting and (waiting[0].table != frame.table or sum(map(len, waiting)) >= MANY):
            yield count, joined(waiting)
            waiting = []
        waiting.append(frame)
        count += 1
    if waiting:
        yield count, joined(waiting)
