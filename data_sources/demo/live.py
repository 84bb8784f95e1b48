"""The demo city going on: what has happened since the last look, written as it happens."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import orjson

from city.batch import TIMES, Array
from data_sources.demo.agencies import AGENCIES, EVERY, OPEN, STALE_AFTER
from data_sources.demo.frame import Frame
from data_sources.demo.observations import CORRECTED_MINUTES, LATE_MINUTES
from data_sources.demo.simulation import Simulation
from data_sources.engine.contract import Answer, DataSource, Record, Row, SourceInfo, Talk

OVERLAP = timedelta(minutes=LATE_MINUTES + CORRECTED_MINUTES)
"""Looked at again after a restart: rows written already change nothing, rows that were lost come in."""
INFO = SourceInfo(
    key="demo",
    title="Thành phố mô phỏng (dữ liệu minh họa)",
    domain="data",
    every=EVERY,
    stale_after=STALE_AFTER,
    licence=OPEN,
    owner="HueIOC",
    standard="demo",
    plays=AGENCIES,
)


class LiveDemo(DataSource):
    """A feed of a simulation from a moment on. Rows come as they stand at the moment of the fetch."""

    def __init__(self, simulation: Simulation, since: datetime) -> None:
        """`since`: the newest moment that is known to be written; looked at again from an overlap before it."""
        self.simulation, self.since = simulation, since - OVERLAP

    @property
    def info(self) -> SourceInfo:
        return INFO

    def fetch(self, now: datetime) -> Talk:
        yield Answer(self.answer(now), now)

    def answer(self, now: datetime) -> bytes:
        """What has happened from where the last stored answer ended until `now`."""
        until = now.replace(microsecond=0)
        frames = [f.last() for f in self.simulation.changes(self.since, until)] if until > self.since else []
        tables = {f.table: _lists(f) for f in frames if len(f)}
        return orjson.dumps({"until": until.isoformat(), "tables": tables})

    def parse(self, answer: Answer) -> Iterable[Record]:
        for table, columns in orjson.loads(answer.body)["tables"].items():
            for values in zip(*columns.values(), strict=True):
                yield Row(table, {n: _value(n, v) for n, v in zip(columns, values, strict=True)})

    def stored(self, answer: Answer) -> None:
        self.since = datetime.fromisoformat(orjson.loads(answer.body)["until"])


def _lists(frame: Frame) -> dict[str, list[Any]]:
    return {name: _plain(name, values) for name, values in frame.columns.items()}


def _plain(name: str, values: Array) -> list[Any]:
    if name in TIMES:
        return [None if v is None else v.replace(tzinfo=UTC).isoformat() for v in values.tolist()]
    if values.dtype.kind == "f":
        return [None if np.isnan(v) else v for v in values.tolist()]
    return list(values.tolist())


def _value(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in TIMES and value is not None else value
