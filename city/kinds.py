"""What can be loaded: each KIND's table, the type of each column, and what a row can't do without."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from city.batch import BEGINS, KEYS

Type = Literal["text", "time", "deadline", "number", "whole", "flag", "interval", "json"]

POINT: dict[str, Type] = {"place_code": "text", "latitude": "number", "longitude": "number"}
FEEDBACK_STATUS = (
    *("received", "verified", "rejected", "assigned", "in_progress"),
    *("extension_requested", "answered", "closed", "reopened"),
)
# The contract names no words for cases: these are the steps of an application, and a mapping may name more.
CASE_STATUS = (
    *("received", "returned", "in_progress", "awaiting_applicant", "extension_requested"),
    *("completed", "closed", "rejected", "withdrawn"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One KIND of `ioc load`. `begins` is the time that no row lacks, `ends` the one that can't come before it."""

    name: str
    table: str
    columns: Mapping[str, Type]
    ends: str | None = None
    statuses: tuple[str, ...] = ()
    open_statuses: bool = False
    """True when a mapping may name statuses beside `statuses`."""

    @property
    def key(self) -> tuple[str, ...]:
        return KEYS[self.table]

    @property
    def begins(self) -> str | None:
        return "observed_at" if self.table == "observation" else BEGINS.get(self.table)

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns that every row has; `source` is left out, since the load itself can name it."""
        begins = (self.begins,) if self.begins and self.begins not in self.key else ()
        value = ("value",) if self.table == "observation" else ()
        return (*(k for k in self.key if k != "source"), *begins, *value)

    @property
    def happened(self) -> tuple[str, ...]:
        """Times of what has happened; deadlines lie in the future by nature."""
        return tuple(c for c, t in self.columns.items() if t == "time")


KINDS: dict[str, Kind] = {
    k.name: k
    for k in (
        Kind(
            "places",
            "place",
            {
                **dict.fromkeys(("place_code", "name", "kind", "parent_code"), "text"),
                **dict.fromkeys(("latitude", "longitude", "area_km2", "population"), "number"),
                "geometry": "json",
            },
        ),
        Kind(
            "sensors",
            "sensor",
            {
                **dict.fromkeys(("source", "sensor_id", "kind", "name"), "text"),
                **POINT,
                "expected_every": "interval",
                "attributes": "json",
            },
        ),
        Kind(
            "observations",
            "observation",
            {
                **dict.fromkeys(("source", "sensor_id", "metric"), "text"),
                "observed_at": "time",
                "value": "number",
                "unit": "text",
                **POINT,
            },
        ),
        Kind(
            "events",
            "event",
            {
                **dict.fromkeys(("source", "event_id", "domain", "category"), "text"),
                "severity": "whole",
                "status": "text",
                **dict.fromkeys(("opened_at", "acknowledged_at", "arrived_at", "closed_at"), "time"),
                **POINT,
                "summary": "text",
                "attributes": "json",
            },
            ends="closed_at",
        ),
        Kind(
            "feedback",
            "feedback",
            {
                **dict.fromkeys(("source", "feedback_id", "category", "channel", "status"), "text"),
                "urgent": "flag",
                **dict.fromkeys(("received_at", "verified_at", "assigned_at"), "time"),
                **dict.fromkeys(("due_at", "extended_to"), "deadline"),
                **dict.fromkeys(("first_response_at", "closed_at"), "time"),
                "agency": "text",
                "rating": "whole",
                **POINT,
                **dict.fromkeys(("summary", "duplicate_of"), "text"),
                "updated_at": "time",
            },
            ends="closed_at",
            statuses=FEEDBACK_STATUS,
        ),
        Kind(
            "cases",
            "administrative_case",
            {
                **dict.fromkeys(("source", "case_id", "procedure_code", "field", "agency", "channel"), "text"),
                "status": "text",
                "submitted_at": "time",
                "due_at": "deadline",
                "completed_at": "time",
                **dict.fromkeys(("data_reused", "fee_paid_online"), "flag"),
                "rating": "whole",
                "place_code": "text",
            },
            ends="completed_at",
            statuses=CASE_STATUS,
            open_statuses=True,
        ),
    )
}
