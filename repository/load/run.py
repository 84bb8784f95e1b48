"""A whole load: read, shape, convert, judge and stage every row; then merge the stage, batch by batch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Engine

from repository.load.cells import constant
from repository.load.chunk import Chunk
from repository.load.convert import converted
from repository.load.errors import CutShortError, LoadError
from repository.load.files import read
from repository.load.located import DERIVED, Locator, known_places
from repository.load.mapping import Mapping
from repository.load.refusals import Refusal, refused, unread
from repository.load.report import Report
from repository.load.rules import judge
from repository.load.shape import Plan, bind, shaped, wanted
from repository.merge import Merge
from repository.rejected import keep
from repository.replay import remember
from repository.session import Connection
from repository.stage import Stage
from repository.upsert import partitions, writing

Progress = Callable[[str, int, int], None]
"""(what is done, how much of it, of how much): bytes while reading, rows while writing."""
MOST_REFUSED = 20_000


def load(
    engine: Engine,
    mapping: Mapping,
    paths: Sequence[Path],
    *,
    now: datetime,
    source: str | None = None,
    progress: Progress = lambda what, done, of: None,
) -> Report:
    """Load files of one mapping. `now` is the load's clock; `source` goes before the mapping's.

    A file that ends before its end is loaded as far as it goes and named in the report's faults.
    Raises LoadError when a file can't be used at all (nothing was written then), and RepositoryError.
    """
    whose = source or mapping.defaults.get("source") or mapping.name
    locator = Locator(known_places(engine), mapping.of)
    report = Report(mapping.kind, whose if "source" in mapping.of.key else "", [p.name for p in paths])
    report.timezone = mapping.timezone
    with writing(engine) as connection:
        work = _Load(engine, connection, mapping, locator, report, now, source, whose)
        try:
            _read_all(work, paths, progress)
            _write(work, progress)
        finally:
            if work.stage and not connection.closed:
                work.stage.close()
    return report


@dataclass(slots=True)
class _Load:
    """What a load in progress holds."""

    engine: Engine
    connection: Connection
    mapping: Mapping
    locator: Locator
    report: Report
    now: datetime
    source: str | None
    whose: str
    stage: Stage | None = None
    columns: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    kept_as: str | None = None


def _read_all(work: _Load, paths: Sequence[Path], progress: Progress) -> None:
    total = sum(p.stat().st_size for p in paths if p.is_file())
    before = 0
    for path in paths:
        plan: Plan | None = None
        try:
            taken = partial(_taken, progress, before, total)
            for chunk in read(path, work.mapping.file, wanted(work.mapping), taken):
                if plan is None or plan.names != tuple(chunk.table.column_names):
                    plan = bind(str(path), work.mapping, chunk)
                _stage(work, plan, chunk, path)
        except CutShortError as e:
            work.report.faults.append(str(e))
        before += path.stat().st_size if path.is_file() else 0
        _keep(work, path)


def _taken(progress: Progress, before: int, total: int, done: int) -> None:
    progress("reading", before + done, total)


def _stage(work: _Load, plan: Plan, chunk: Chunk, path: Path) -> None:
    report, kind = work.report, work.mapping.of
    rows = shaped(plan, chunk)
    if "source" in kind.key:
        _name_source(work, rows.columns, len(rows))
    out = converted(rows, work.mapping)
    judge(out, work.mapping, work.now)
    work.locator.locate(out)
    good = pa.array(out.verdict.good)
    table = pa.table(out.columns).filter(good)
    report.read += len(rows) + len(chunk.bad)
    report.ambiguous += out.ambiguous
    report.missing += out.missing
    report.notes += out.notes
    codes = table.column(DERIVED).combine_chunks() if DERIVED in table.column_names else None
    report.unlocated += work.locator.unlocated(codes, table.num_rows)
    for refusal in (*unread(chunk, path.name, work.whose), *refused(rows, path.name, work.whose)):
        report.refuse(refusal.where, refusal.row.reason)
        work.refusals.append(refusal)
    if len(work.refusals) > MOST_REFUSED:
        _keep(work, path)
    if table.num_rows:
        _add(work, table, path)


def _name_source(work: _Load, columns: dict[str, pa.Array], n: int) -> None:
    mapped = columns.get("source")
    columns["source"] = constant(work.whose, n) if work.source or mapped is None else mapped.fill_null(work.whose)


def _add(work: _Load, table: pa.Table, path: Path) -> None:
    if work.stage is None:
        work.columns = table.column_names
        own = work.mapping.given | {"source"}
        derived = frozenset({DERIVED} - own if work.mapping.kind != "places" else ())
        work.stage = Stage(work.connection, Merge(work.mapping.of.table, work.columns, derived))
    if set(table.column_names) != set(work.columns):
        raise LoadError(f"{path}: its columns differ from those of the files before; load it by itself")
    work.stage.add(table)


def _keep(work: _Load, path: Path) -> None:
    if work.refusals and work.kept_as is None:
        work.kept_as = remember(work.engine, work.mapping)
    keep(work.engine, work.mapping.of.table, path.name, [r.row for r in work.refusals], work.now, work.kept_as)
    work.refusals.clear()


def _write(work: _Load, progress: Progress) -> None:
    if work.stage is None:
        return
    kept = work.stage.settle()
    if work.mapping.of.table == "observation":
        partitions(work.engine, work.stage.months())
    done = 0
    for rows, counts in work.stage.batches(kept):
        done += rows
        work.report.settle(counts)
        progress("writing", done, kept)
