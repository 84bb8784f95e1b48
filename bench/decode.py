"""From an answer's bytes to committed rows, through the border: each decoder on 50,000 records or more.

Beside it what cannot be saved: twice the parse of the same bytes by the decoder's library alone, which gives a tree of
dictionaries, elements or messages, and plain COPY of the very rows that came of it into the same tables.
BENCH_DECODE names some of the cases, parted by commas.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from time import perf_counter
from typing import Any

import psycopg
from psycopg import sql
from pyarrow import csv
from sqlalchemy import Engine

from bench._answers import AT, RECORDS
from bench._database import database, plain_url, server
from bench._decode_cases import CASES, Case
from bench.figure import Figure
from city.batch import Columns
from city.clock import FrozenClock
from city.places import Places
from data_sources.engine.border import Border
from data_sources.engine.contract import Answer, DataSource, Found, SourceInfo, Talk
from data_sources.engine.poll import Poll
from data_sources.engine.store import Store
from data_sources.standards.dialect import PLAIN, Decode
from repository.partitions import ensure
from repository.tables import SCHEMA
from repository.upsert import arrow, patch_rows, write_rows

ROUNDS = 3
Written = list[tuple[str, Columns]]


def measure() -> Iterator[Figure]:
    wanted = os.environ.get("BENCH_DECODE", "")
    with server() as url:
        for case in CASES:
            if not wanted or case.name in wanted.split(","):
                yield _figure(url, case, case.answer())


def _figure(url: str, case: Case, raw: bytes) -> Figure:
    ours, alone = list[float](), list[float]()
    rows = 0
    for i in range(ROUNDS):
        with ExitStack() as stack:
            mine, theirs = (
                stack.enter_context(database(url, f"{way}_{case.name}_{i}".replace(" ", "_")))
                for way in ("ours", "plain")
            )
            for engine in (mine, theirs):
                ensure(engine, AT - timedelta(days=40), AT)
            written: Written = []
            took = _polled(mine, case.decode, raw, written)
            rows = sum(len(next(iter(columns.values()))) for _, columns in written)
            parsed, copied = _timed(lambda: case.plain(raw)), _copied(theirs, written)
            ours.append(rows / took)
            alone.append(rows / (2 * parsed + copied))
    return Figure(
        f"{case.name}: {rows:,} rows of {len(raw) / 1e6:.1f} MB, committed",
        "rows/s",
        ours,
        alone,
        f"2 × {case.by} + COPY",
        "1: no more than twice the parse and the plain COPY",
        higher_is_better=True,
    )


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    made = work()
    took = perf_counter() - start
    del made
    return took


class _Given(DataSource):
    """A source whose one answer is at hand."""

    def __init__(self, decode: Decode, raw: bytes) -> None:
        self._decode, self._raw = decode, raw

    @property
    def info(self) -> SourceInfo:
        return SourceInfo("bench", "Bench", "environment", timedelta(minutes=5), standard="cap", max_rows=10_000_000)

    def fetch(self, now: datetime) -> Talk:
        yield Answer(self._raw, now)

    def parse(self, answer: Answer) -> Iterable[Found]:
        return self._decode(answer.body, PLAIN, answer.received_at)


def _polled(engine: Engine, decode: Decode, raw: bytes, written: Written) -> float:
    """Seconds of a poll as it is made of any feed; what it wrote goes into `written`."""

    def write(table: str, columns: Columns) -> Any:
        written.append((table, columns))
        return write_rows(engine, table, columns)

    def refuse(source: str, rows: Any) -> None:
        raise RuntimeError(f"{len(rows)} rows were refused, such as {rows[0]}")

    border = Border(Places(), (16.4, 107.6))
    store = Store(write, partial(patch_rows, engine), refuse, lambda run: None, lambda: border)
    poll = Poll(_Given(decode, raw), store, FrozenClock(AT))
    took = _timed(poll.run)
    if (tally := poll.tallies["bench"]).new < RECORDS or tally.unchanged:
        raise RuntimeError(f"not as many new rows as it should be: {tally}")
    return took


def _copied(engine: Engine, written: Written) -> float:
    """Seconds of COPY alone: the rows are ready in the tables' own words."""
    ready = []
    for table, columns in written:
        rows, text = arrow(table, columns), BytesIO()
        csv.write_csv(rows, text, csv.WriteOptions(include_header=False))
        ready.append((table, rows.column_names, text.getvalue()))
    url = plain_url(engine.url.render_as_string(hide_password=False))
    with psycopg.connect(url, options="-c timezone=UTC") as connection:
        start = perf_counter()
        for table, names, text_ in ready:
            into = sql.SQL("copy {} ({}) from stdin (format csv)").format(
                sql.Identifier(SCHEMA, table), sql.SQL(", ").join(map(sql.Identifier, names))
            )
            with connection.cursor() as cursor, cursor.copy(into) as copy:
                copy.write(text_)
        connection.commit()
        return perf_counter() - start
