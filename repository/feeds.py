"""What the repository knows of feeds: who declared what, and how each run went."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from city.feeds import FeedCard, FeedRun, FeedState, joined
from city.tables import DEMO
from repository.connect import unreachable
from repository.errors import RepositoryError
from repository.rejected import storable

REST = timedelta(seconds=20)
LONGEST = 500
"""Characters of a reason that are kept."""
_CARD = (
    *("title", "domain", "standard", "url", "owner", "licence", "every", "stale_after", "tables", "metrics"),
    "shared",
)
_RUN = (
    *("run_at", "outcome", "why", "took", "bytes", "rows_read", "rows_new", "rows_unchanged", "rows_refused"),
    *("newest_observed_at", "delay"),
)
_STATE = (*_CARD, *_RUN, "succeeded_at", "failing_since", "declared_at", "withdrawn_at")
_DECLARE = f"""
insert into repository.feed as f (source, {", ".join(_CARD)}, declared_at)
values (:source, {", ".join(f":{c}" for c in _CARD)}, :at)
on conflict (source) do update set {", ".join(f"{c} = excluded.{c}" for c in _CARD)}, withdrawn_at = null,
  declared_at = case when f.declared_at is null or f.withdrawn_at is not null
                     then excluded.declared_at else f.declared_at end
"""  # noqa: S608  names of ours
_WITHDRAW = """
update repository.feed set withdrawn_at = :at
where declared_at is not null and withdrawn_at is null and source <> all(cast(:sources as text[]))
  and starts_with(source, :demo) = :of_demo
"""
_HOUR = """
insert into repository.feed_hour as h (source, hour_at, runs, failed, succeeded_at, longest_gap, rows_read,
  rows_new, rows_unchanged, rows_refused, rows_duplicate, rows_converted, delay)
select :source, date_trunc('hour', cast(:run_at as timestamptz), 'UTC'), :runs, :failed,
  case when :failed = 0 then cast(:run_at as timestamptz) end,
  (select cast(:run_at as timestamptz) - succeeded_at from repository.feed
   where source = :source and succeeded_at <= :run_at),
  :rows_read, :rows_new, :rows_unchanged, :rows_refused, :duplicates, :converted, :delay
on conflict (source, hour_at) do update set runs = h.runs + excluded.runs, failed = h.failed + excluded.failed,
  succeeded_at = greatest(h.succeeded_at, excluded.succeeded_at),
  longest_gap = greatest(h.longest_gap, excluded.longest_gap), delay = greatest(h.delay, excluded.delay),
  rows_read = h.rows_read + excluded.rows_read, rows_new = h.rows_new + excluded.rows_new,
  rows_unchanged = h.rows_unchanged + excluded.rows_unchanged, rows_refused = h.rows_refused + excluded.rows_refused,
  rows_duplicate = h.rows_duplicate + excluded.rows_duplicate,
  rows_converted = h.rows_converted + excluded.rows_converted
"""


def _noted(stamped: tuple[str, ...] = ()) -> str:
    """A run into `feed`; with the column `recorded_at` where the run brings its own."""
    columns = (*_RUN, *stamped)
    changed = ", ".join(f"{c} = excluded.{c}" for c in columns if c != "newest_observed_at")
    return f"""
insert into repository.feed as f (source, {", ".join(columns)}, succeeded_at, failing_since)
values (:source, {", ".join(f":{c}" for c in columns)},
  case when :failed = 0 then cast(:run_at as timestamptz) end,
  case when :failed = 1 then cast(:run_at as timestamptz) end)
on conflict (source) do update set {changed},
  newest_observed_at = greatest(f.newest_observed_at, excluded.newest_observed_at),
  succeeded_at = coalesce(excluded.succeeded_at, f.succeeded_at),
  failing_since = case when excluded.outcome = 'ok' then null
                       else coalesce(f.failing_since, excluded.failing_since) end
where f.run_at is null or f.run_at <= excluded.run_at
"""  # noqa: S608  names of ours


_NOTE, _PAST = _noted(), _noted(("recorded_at",))
_BACKDATE = "select set_config('repository.backdate', 'row', true)"
_RUNS = f"""
select distinct on (run_at, source) source, {", ".join(_RUN)} from (
  select source, {", ".join(_RUN)} from repository.feed
  union all select source, {", ".join(_RUN)} from repository.feed_history
) as told where run_at > :since and run_at <= :until order by run_at, source
"""  # noqa: S608  names of ours
_STATES = f"select source, {', '.join(_STATE)} from repository.feed order by source"  # noqa: S608


def declare(engine: Engine, cards: Sequence[FeedCard], at: datetime) -> None:
    """These are the feeds there are from `at` on. Saying it again changes nothing. Raises RepositoryError.

    Feeds declared before and not among `cards` are withdrawn; those of the demo (city.tables.DEMO) only where there
    is one of the demo among them, since not every collector plays it, and the others not where there is nothing else.
    """
    ours = [c.source for c in cards if not c.source.startswith(DEMO)]
    demo = [c.source for c in cards if c.source.startswith(DEMO)]
    gone = [{"at": at, "demo": DEMO, "of_demo": of, "sources": s} for of, s in ((False, ours), (True, demo))]
    estates = gone[bool(demo and not ours) : 2 if demo else 1]
    said = [_card(c) | {"at": at} for c in sorted(cards, key=lambda c: c.source)]
    _run(engine, [*((_WITHDRAW, g) for g in estates), *((_DECLARE, s) for s in said)])


def note(engine: Engine, run: FeedRun) -> None:
    """How a run went, good or bad. One older than the last noted counts in its hour only. Raises RepositoryError.

    Of a feed that runs every few seconds give `Notebook.note` the runs: every run noted is kept.
    """
    values = _values(run)
    _run(engine, [(_HOUR, values), (_NOTE, values)])


def _values(run: FeedRun) -> dict[str, Any]:
    return {
        **{c: getattr(run, c) for c in ("source", "run_at", "outcome", "took", "bytes", "newest_observed_at", "delay")},
        **{f"rows_{c}": getattr(run, c) for c in ("read", "new", "unchanged", "refused")},
        "why": storable(" ".join(run.why.split()))[:LONGEST] if run.why else None,
        "failed": int(run.outcome != "ok"),
        "duplicates": run.duplicates,
        "converted": run.converted,
        "runs": run.runs,
    }


def write_past(engine: Engine, versions: Iterable[tuple[datetime, FeedRun]]) -> None:
    """Runs as they stood in `feed` from the moments given on, the oldest first; for the schema's owner.

    What is told of a feed's later runs stays. Raises RepositoryError.
    """
    told = [_values(run) | {"recorded_at": at} for at, run in versions]
    _run(engine, [(_BACKDATE, {}), *((_PAST, t) for t in told)])


class Notebook:
    """Notes runs of feeds, from any number of threads: good ones at most every `REST`, and often enough that no feed
    seems stale for want of a note.

    What is held back goes with that feed's next run: nothing is counted twice, or lost but by the end of the process.
    """

    def __init__(self, engine: Engine, cards: Iterable[FeedCard] = ()) -> None:
        self._engine = engine
        self._rest = {c.source: min(REST, c.stale_after / 4) for c in cards}
        self._held: dict[str, FeedRun] = {}
        self._noted: dict[str, FeedRun] = {}

    def note(self, run: FeedRun) -> None:
        """A failure and what follows it is told at once. Raises RepositoryError."""
        last, held = self._noted.get(run.source), self._held.pop(run.source, None)
        told = joined(held, run) if held else run
        well = run.outcome == "ok" and last is not None and last.outcome == "ok"
        if well and last is not None and timedelta(0) <= run.run_at - last.run_at < self._rest.get(run.source, REST):
            self._held[run.source] = told
            return
        try:
            note(self._engine, told)
        except RepositoryError:
            self._held[run.source] = told  # told with the next one
            raise
        self._noted[run.source] = run


def runs(engine: Engine, since: datetime, until: datetime) -> list[FeedRun]:
    """Runs in (since, until] that are still told apart, the oldest first. Raises RepositoryError.

    `duplicates` and `converted` are kept by the hour only (repository.feed_hour), so they are 0 here.
    """
    rows = _read(engine, _RUNS, since=since, until=until)
    return [found for row in rows if (found := _last(row)) is not None]


def states(engine: Engine) -> list[FeedState]:
    """Every feed that was ever declared or noted, by its source. Raises RepositoryError."""
    return [_state(row) for row in _read(engine, _STATES)]


def _card(card: FeedCard) -> dict[str, Any]:
    values = {c: getattr(card, c) for c in ("source", *_CARD)}
    return values | {"tables": list(card.tables), "metrics": list(card.metrics)}


def _last(row: Any) -> FeedRun | None:
    if row.run_at is None:
        return None
    names = ("source", "run_at", "outcome", "why", "took", "bytes", "newest_observed_at", "delay")
    counts = {c: getattr(row, f"rows_{c}") for c in ("read", "new", "unchanged", "refused")}
    return FeedRun(**{c: getattr(row, c) for c in names}, **counts)


def _state(row: Any) -> FeedState:
    since = (row.succeeded_at, row.failing_since, row.declared_at, row.withdrawn_at)
    if not row.every:
        return FeedState(row.source, None, _last(row), *since)
    texts: dict[str, Any] = {
        c: getattr(row, c) or "" for c in ("title", "domain", "standard", "url", "owner", "licence")
    }
    written: dict[str, Any] = {c: tuple(getattr(row, c) or ()) for c in ("tables", "metrics")}
    times: dict[str, Any] = {"every": row.every, "stale_after": row.stale_after}
    card = FeedCard(source=row.source, **texts, **times, **written, shared=bool(row.shared))
    return FeedState(row.source, card, _last(row), *since)


def _run(engine: Engine, statements: Iterable[tuple[str, dict[str, Any]]]) -> None:
    try:
        with engine.begin() as connection:
            for statement, values in statements:
                connection.execute(text(statement), values)
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e


def _read(engine: Engine, statement: str, **values: Any) -> Sequence[Any]:
    try:
        with engine.connect() as connection:
            return connection.execute(text(statement), values).all()
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
