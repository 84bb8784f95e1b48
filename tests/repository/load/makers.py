"""Small files, mappings and loads for the tests."""

import gzip
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from repository.load.agree import disagreements, read_mapping
from repository.load.chunk import Chunk
from repository.load.files import read
from repository.load.mapping import Mapping
from repository.load.options import FileOptions
from repository.load.report import Report
from repository.load.run import load

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MAPPINGS = Path(__file__).parent / "mappings"
TICKETS = """
kind = "feedback"
timezone = "Asia/Ho_Chi_Minh"
[columns]
feedback_id = "id"
received_at = "opened"
closed_at = "closed"
category = "what"
latitude = "lat"
longitude = "lon"
"""
READINGS = """
kind = "observations"
[columns]
sensor_id = "sensor"
metric = "metric"
observed_at = "at"
value = "value"
"""


def mapping(toml: str) -> Mapping:
    made = Mapping.model_validate({**tomllib.loads(toml), "name": "test"})
    assert list(disagreements(made)) == []
    return made


def written(folder: Path, content: bytes | str, name: str = "file.csv", *, pack: bool = False) -> Path:
    data = content.encode() if isinstance(content, str) else content
    path = folder / name
    path.write_bytes(gzip.compress(data) if pack else data)
    return path


def chunks(path: Path, wanted: tuple[str, ...] = (), **options: Any) -> list[Chunk]:
    return list(read(path, FileOptions(**options), wanted))


def rows(found: Sequence[Chunk]) -> list[dict[str, Any]]:
    return [row for chunk in found for row in chunk.table.to_pylist()]


def loaded(engine: Engine, toml: str, *paths: Path, source: str | None = None, now: datetime = NOW) -> Report:
    report = load(engine, mapping(toml), paths, now=now, source=source)
    adds_up(report)
    return report


def loaded_by(engine: Engine, name: str, *paths: Path) -> Report:
    report = load(engine, read_mapping(MAPPINGS / f"{name}.toml"), paths, now=NOW)
    adds_up(report)
    return report


def adds_up(report: Report) -> None:
    assert report.read == report.written + report.updated + report.unchanged + report.rejected
    assert report.rejected == sum(report.reasons.values())


def stored(engine: Engine, query: str, **values: Any) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


def counts(report: Report) -> tuple[int, int, int, int, int]:
    return report.read, report.written, report.updated, report.unchanged, report.rejected
