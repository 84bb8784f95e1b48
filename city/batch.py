"""Rows on their way from the shared repository into the city: columns of numpy arrays, a table each.

Types of columns: times `datetime64[us]` in UTC (null is NaT), numbers `float64` (null is NaN; intervals are seconds),
text, lists and booleans `object` (null is None). Keys are tuples in the order of `KEYS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Columns = Mapping[str, Array]
Key = tuple[Any, ...]

KEYS: dict[str, tuple[str, ...]] = {
    "place": ("place_code",),
    "sensor": ("source", "sensor_id"),
    "observation": ("source", "sensor_id", "metric", "observed_at"),
    "event": ("source", "event_id"),
    "feedback": ("source", "feedback_id"),
    "administrative_case": ("source", "case_id"),
    "feed": ("source",),
    "feed_hour": ("source", "hour_at"),
    "refusal": ("source", "kind", "reason"),
}
# What a batch carries of each table, key first; summaries of tickets stay in the repository until
# access control exists, so no screen can show them by accident.
CARRIED: dict[str, tuple[str, ...]] = {
    "place": (
        *KEYS["place"],
        *("name", "kind", "parent_code", "latitude", "longitude", "area_km2", "population", "geometry"),
    ),
    "sensor": (
        *KEYS["sensor"],
        *("kind", "name", "place_code", "latitude", "longitude", "expected_every", "attributes"),
    ),
    "observation": (*KEYS["observation"], "value", "place_code", "latitude", "longitude"),
    "event": (
        *KEYS["event"],
        *("domain", "category", "severity", "status", "opened_at", "acknowledged_at", "arrived_at"),
        *("closed_at", "place_code", "latitude", "longitude", "summary", "attributes"),
    ),
    "feedback": (
        *KEYS["feedback"],
        *("category", "channel", "status", "urgent", "received_at", "verified_at", "assigned_at", "due_at"),
        *("extended_to", "first_response_at", "closed_at", "agency", "rating", "place_code", "duplicate_of"),
        *("latitude", "longitude"),
    ),
    "administrative_case": (
        *KEYS["administrative_case"],
        *("procedure_code", "field", "agency", "channel", "status", "submitted_at", "due_at", "completed_at"),
        *("data_reused", "fee_paid_online", "rating", "place_code"),
    ),
    "feed": (
        *KEYS["feed"],
        *("title", "domain", "standard", "url", "owner", "licence", "every", "stale_after", "tables", "metrics"),
        *("shared", "run_at", "outcome", "why", "took", "bytes", "rows_read", "rows_new", "rows_unchanged"),
        *("rows_refused", "newest_observed_at", "delay", "succeeded_at", "failing_since", "declared_at"),
        "withdrawn_at",
    ),
    "feed_hour": (
        *KEYS["feed_hour"],
        *("runs", "failed", "succeeded_at", "longest_gap", "rows_read", "rows_new", "rows_unchanged", "rows_refused"),
        *("rows_duplicate", "rows_converted", "delay"),
    ),
    "refusal": (*KEYS["refusal"], "rows_refused", "first_at", "last_at", "sample"),
}
TIMES = frozenset(
    {
        *("observed_at", "opened_at", "acknowledged_at", "arrived_at", "closed_at", "received_at", "verified_at"),
        *("assigned_at", "due_at", "extended_to", "first_response_at", "submitted_at", "completed_at"),
        *("run_at", "newest_observed_at", "succeeded_at", "failing_since", "declared_at", "withdrawn_at", "hour_at"),
        *("first_at", "last_at", "updated_at"),
    }
)
INTERVALS = frozenset({"expected_every", "every", "stale_after", "took", "delay", "longest_gap"})
NUMBERS = INTERVALS | {
    *("value", "latitude", "longitude", "area_km2", "population", "severity", "rating", "bytes", "runs", "failed"),
    *("rows_read", "rows_new", "rows_unchanged", "rows_refused", "rows_duplicate", "rows_converted"),
}

BEGINS: dict[str, str] = {
    "event": "opened_at",
    "feedback": "received_at",
    "administrative_case": "submitted_at",
}
"""Rows with a life, and the time each life begins."""


def column(name: str, values: list[Any]) -> Array:
    """One column in the type its name asks for; `values` are aware datetimes, numbers, texts or None."""
    if name in TIMES:
        naive = [None if v is None else v.replace(tzinfo=None) for v in values]
        return np.array(naive, dtype="datetime64[us]")
    if name in NUMBERS:
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


@dataclass(frozen=True, slots=True)
class Change:
    """What one look at a table found: rows new or replaced, and keys that are gone."""

    rows: Columns
    gone: frozenset[Key] = frozenset()

    def __len__(self) -> int:
        return len(next(iter(self.rows.values()), ()))


@dataclass(frozen=True, slots=True)
class Batch:
    """What one look at the repository found, all in one transaction.

    `whole` batches replace everything known; others are added on. `began` gives, for tables of rows with a
    life that this batch touches, when the first of all its rows began (NaT when it has none).
    """

    changes: Mapping[str, Change]
    whole: bool = False
    began: Mapping[str, np.datetime64] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.whole or any(len(c) or c.gone for c in self.changes.values())


def runs(*columns: Array) -> tuple[Array, Array]:
    """Where rows begin that differ from the one before them in any of these columns (object), and for every
    row which of these stretches it is in: a first look brings millions of rows and a stretch a sensor."""
    begins = np.ones(len(columns[0]), dtype=bool)
    if len(begins):
        begins[1:] = np.logical_or.reduce([c[1:] != c[:-1] for c in columns])
    return np.flatnonzero(begins), np.cumsum(begins) - 1
