"""Which rows the picture of a moment needs, and which version of them: the one place that says so.

Indicators look back 30 days at most; LIFE leaves them room for a month's end. Of every series of readings the
newest one before its window comes along, however old: a stale number keeps its value.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from city.batch import BEGINS, CARRIED
from city.metrics import METRICS

LIFE = timedelta(days=45)
LAST_YEAR = timedelta(days=365)
YEARLY = "traffic"
"""Events of this domain are held against the same days of last year (city.history)."""
HORIZON = timedelta(days=1)
"""Rows further ahead than this are no part of a picture yet."""
HOURS = timedelta(days=8)
"""How far back a feed's hours, and rows that were refused, are shown."""

LAST_SIGN: dict[str, str] = {
    "event": "greatest(opened_at, acknowledged_at, arrived_at, coalesce(closed_at, 'infinity'::timestamptz))",
    "feedback": "greatest(received_at, verified_at, assigned_at, first_response_at,"
    " coalesce(closed_at, 'infinity'::timestamptz))",
    "administrative_case": "greatest(submitted_at, coalesce(completed_at, 'infinity'::timestamptz))",
}
"""When a row with a life last gave a sign, "infinity" while it is open; indexed under the same expression."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a picture at `at` reads: rows begun before `horizon`."""

    at: datetime
    horizon: datetime

    @classmethod
    def before(cls, at: datetime, horizon: datetime | None = None) -> "Window":
        return cls(at, horizon or at + HORIZON)

    @property
    def parameters(self) -> dict[str, Any]:
        # every metric's own start, for the newest reading before it
        each = {"metrics": [*METRICS], "starts": [self.at - m.window for m in METRICS.values()]}
        return {
            "horizon": self.horizon,
            "signs": self.at - LIFE,
            "year_from": self.at - LAST_YEAR - LIFE,
            "year_until": self.horizon - LAST_YEAR,
            "hours": self.at - HOURS,
            **each,
        }


STOOD = (
    "int8range(least(recorded_in::text::bigint, replaced_in::text::bigint),"
    " greatest(recorded_in::text::bigint, replaced_in::text::bigint), '[]')"
)
"""The transactions from a version's own to the one that replaced it; indexed under the same expression."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Which versions of rows are seen: today's; those a kept look saw; or those recorded by a moment."""

    kind: Literal["now", "look", "recorded"] = "now"
    parameter: str | datetime | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        if self.kind == "now":
            return {}
        if self.kind == "recorded":
            return {"sight": self.parameter}
        first, last, _ = str(self.parameter).split(":")
        return {"sight": self.parameter, "sight_first": int(first), "sight_last": int(last)}

    @property
    def current(self) -> str:
        """Condition on rows of a table."""
        if self.kind == "now":
            return "true"
        if self.kind == "look":
            return "pg_visible_in_snapshot(recorded_in, %(sight)s::pg_snapshot)"
        return "recorded_at <= %(sight)s"

    @property
    def replaced(self) -> str:
        """Condition on rows of a history: they were seen, and what replaced them was not."""
        if self.kind == "look":
            # the first condition is an index's (see migration 0006), and holds for more than the other two
            stood = f"{STOOD} && int8range(%(sight_first)s, %(sight_last)s, '[]')"
            gone = "pg_visible_in_snapshot(replaced_in, %(sight)s::pg_snapshot)"
            return f"{stood} and {self.current} and not {gone}"
        return f"{self.current} and replaced_at > %(sight)s"

    def of(self, table: str) -> str:
        """The rows of a table as they are seen: a relation for a FROM clause."""
        if self.kind == "now":
            return f"repository.{table}"
        columns = ", ".join(CARRIED[table])
        if table == "feed":
            return self._feeds(columns)
        return (
            f"(select {columns} from repository.{table} where {self.current}"  # noqa: S608  names of ours
            f" union all select {columns} from repository.{table}_history where {self.replaced}) as seen"
        )

    def _feeds(self, columns: str) -> str:
        """A feed's history grows with every run: of each the one version is sought, not all of them sifted."""
        until = "replaced_in" if self.kind == "look" else "replaced_at"
        return (
            f"(select {columns} from repository.feed where {self.current}"  # noqa: S608  names of ours
            f" union all select h.* from (select source as one from repository.feed) f cross join lateral"
            f" (select {columns} from repository.feed_history where source = f.one and {self.replaced}"
            f" order by {until} limit 1) h) as seen"
        )


_LAST_YEAR = f"opened_at > %(year_from)s and opened_at <= %(year_until)s and domain = '{YEARLY}'"


def wanted(table: str) -> str:
    """Condition on the rows of a table that a picture needs, but readings (repository.packed); names from
    Window.parameters."""
    if table in BEGINS:
        lately = f"{LAST_SIGN[table]} > %(signs)s and {BEGINS[table]} < %(horizon)s"
        return f"({lately} or {_LAST_YEAR})" if table == "event" else lately
    if table == "feed_hour":
        return "hour_at > %(hours)s and hour_at < %(horizon)s"
    if table == "refusal":
        return "last_at > %(hours)s"
    return "true"
