"""Rows for tests of the repository, written as any agency would."""

from datetime import UTC, datetime

from sqlalchemy import Engine, text

from city.batch import Batch

NOON = datetime(2025, 10, 27, 12, tzinfo=UTC)
EVENT = text("insert into repository.event (source, event_id, opened_at) values ('s', :id, :at)")
READ = text(
    "insert into repository.observation (source, sensor_id, metric, observed_at, value)"
    " values ('s', :sensor, :metric, :at, :value)"
)


def run(engine: Engine, sql: str, **values: object) -> None:
    with engine.begin() as c:
        c.execute(text(sql), values)


def observe(engine: Engine, at: datetime, value: float = 1.0, sensor: str = "1", metric: str = "pm2_5") -> None:
    with engine.begin() as c:
        c.execute(READ, {"sensor": sensor, "metric": metric, "at": at, "value": value})


def ids(batch: Batch) -> list[str]:
    return batch.changes["event"].rows["event_id"].tolist() if "event" in batch.changes else []


def seen(batch: Batch) -> dict[tuple[str, str, datetime], float]:
    """(sensor, metric, moment) → value of a batch's readings."""
    if "observation" not in batch.changes:
        return {}
    columns = (batch.changes["observation"].rows[c].tolist() for c in ("sensor_id", "metric", "observed_at", "value"))
    return {(s, m, at.replace(tzinfo=UTC)): v for s, m, at, v in zip(*columns, strict=True)}
