"""A million observations from a CSV file through a mapping, beside plain COPY of the same rows into the same table.

COPY is given the rows ready in the table's own words; the load reads theirs, converts, checks, stages and merges.
Both write into partitions that are there, each into a fresh database of one server, in turn.
BENCH_ROWS names another number of rows.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from sqlalchemy import Engine

from bench._database import database, plain_url, server
from bench.figure import Figure
from city.clock import WorldClock
from repository.load.agree import read_mapping
from repository.load.run import load
from repository.partitions import ensure

ROUNDS = 3
SENSORS = 200
START = datetime(2026, 3, 1, tzinfo=UTC)
MAPPING = """
kind = "observations"
timezone = "UTC"
[columns]
sensor_id = "station"
metric = "what"
observed_at = "at"
value = "reading"
[values.metric]
"PM2.5" = "pm2_5"
"""
COPY = "copy repository.observation (source, sensor_id, metric, observed_at, value, unit) from stdin (format csv)"


def measure() -> Iterable[Figure]:
    rows = int(os.environ.get("BENCH_ROWS", "1000000"))
    ours: list[float] = []
    plain: list[float] = []
    with TemporaryDirectory() as folder, server() as url:
        theirs, ready, mapping = _files(Path(folder), rows)
        for i in range(ROUNDS):
            with _prepared(url, f"copied_{i}", rows) as engine:
                plain.append(rows / _copy(engine, ready))
            with _prepared(url, f"loaded_{i}", rows) as engine:
                ours.append(rows / _load(engine, theirs, mapping, rows))
    yield Figure(
        f"load {rows:,} observations from CSV",
        "rows/s",
        ours,
        plain,
        "COPY",
        "a quarter of COPY's rate",
        higher_is_better=True,
    )


@contextmanager
def _prepared(url: str, name: str, rows: int) -> Iterator[Engine]:
    """A database whose partitions are made, so that neither way pays for them."""
    with database(url, name) as engine:
        ensure(engine, START, START + timedelta(minutes=rows // SENSORS))
        yield engine


def _files(folder: Path, rows: int) -> tuple[Path, bytes, Path]:
    """A file as an agency would send it, the same rows as COPY takes them, and the mapping between."""
    i = np.arange(rows)
    moments = np.datetime64(START.replace(tzinfo=None), "us") + (i // SENSORS) * np.timedelta64(60, "s")
    random = np.random.default_rng(1)
    table = pa.table(
        {
            "station": pc.binary_join_element_wise("station-", pa.array(i % SENSORS).cast(pa.string()), ""),
            "what": pa.array(np.full(rows, "PM2.5")),
            "at": pa.array(moments),
            "reading": np.round(random.gamma(4, 8, rows), 2),
        }
    )
    theirs, mapping = folder / "theirs.csv", folder / "map.toml"
    csv.write_csv(table, theirs)
    mapping.write_text(MAPPING)
    ours = pa.table(
        {
            "source": pa.array(np.full(rows, "map")),
            "sensor_id": table["station"],
            "metric": pa.array(np.full(rows, "pm2_5")),
            "observed_at": table["at"],
            "value": table["reading"],
            "unit": pa.array(np.full(rows, "µg/m³")),
        }
    )
    ready = pa.BufferOutputStream()
    csv.write_csv(ours, ready, csv.WriteOptions(include_header=False))
    return theirs, ready.getvalue().to_pybytes(), mapping


def _copy(engine: Engine, ready: bytes) -> float:
    url = plain_url(engine.url.render_as_string(hide_password=False))
    with psycopg.connect(url, options="-c timezone=UTC") as connection:
        began = perf_counter()
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.write(ready)
        connection.commit()
        return perf_counter() - began


def _load(engine: Engine, theirs: Path, mapping: Path, rows: int) -> float:
    began = perf_counter()
    report = load(engine, read_mapping(mapping, "observations"), [theirs], now=WorldClock().now())
    took = perf_counter() - began
    if report.written != rows:
        raise AssertionError(f"wrote {report.written} of {rows} rows")
    return took
