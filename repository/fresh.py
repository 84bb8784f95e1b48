"""The statements of a look at what is new, a table each.

They are planned once a connection, without knowing how little they will find: so sequential scans and joins that
read whole tables are ruled out, and the plan is an index scan of `recorded_in` in every partition.
"""

from collections.abc import Sequence
from typing import Any

from city.batch import BEGINS, CARRIED, KEYS
from repository.columns import selected
from repository.windows import wanted

MANY, PART = 20_000, 32
"""More news of one table than this, and a first look is quicker; where that reads much, more than this part of it."""
SETTINGS = "".join(
    f"set local {name} = {value};"
    for name, value in {
        "enable_seqscan": "off",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
        "plan_cache_mode": "force_generic_plan",
        "max_parallel_workers_per_gather": "0",  # starting workers takes ten times as long as the look
    }.items()
)
# Behind coalesce, or the planner may prefer the primary key's index to that of recorded_in: after a bulk load it
# thinks one transaction wrote every row, so naming a transaction seems to choose nothing.
_RELEVANT = "coalesce(metric, '') = any(%(metrics)s) and coalesce(observed_at, 'infinity') < %(horizon)s"


def _fresh(table: str) -> str:
    """Rows the last look could not see, and whether a picture may hold or want them (the last column).

    A row with a life that no picture wants is still told of when it had another version before.
    """
    relevant = f" and {_RELEVANT}" if table == "observation" else ""
    had = " and ".join(f"h.{k} = fresh.{k}" for k in KEYS[table])
    before = f"exists (select from repository.{table}_history h where {had})"
    matter = f"coalesce({wanted(table)}, false) or {before}" if table in BEGINS else "true"
    return f"""
        select {selected(table)}, {matter} from (
          select * from repository.{table} where recorded_in >= %(following)s::xid8{relevant}
          union all
          select * from repository.{table} where recorded_in = any(%(open)s::xid8[]){relevant}
          limit %(many)s + 1
        ) as fresh"""  # noqa: S608  names of ours


def _gone(table: str) -> str:
    """Keys that left since the last look, and are not there again."""
    key = ", ".join(KEYS[table])
    again = " and ".join(f"t.{k} = h.{k}" for k in KEYS[table])
    return f"""
        select distinct {key} from (
          select {key} from repository.{table}_history
          where replaced_in >= %(following)s::xid8 and operation = 'DELETE'
          union all
          select {key} from repository.{table}_history
          where replaced_in = any(%(open)s::xid8[]) and operation = 'DELETE'
          limit %(many)s + 1
        ) as h
        where not exists (select from repository.{table} t where {again})"""  # noqa: S608  names of ours


def _any(relation: str, column: str, condition: str = "") -> str:
    """Is there any row at all that the last look could not see?"""
    start = f"select from repository.{relation} where {column}"
    return (
        f"exists ({start} >= %(following)s::xid8{condition}) or cardinality(%(open)s::text[]) > 0"
        f" and exists ({start} = any(%(open)s::xid8[]){condition})"
    )


FRESH: dict[str, str] = {table: _fresh(table) for table in KEYS}
GONE: dict[str, str] = {table: _gone(table) for table in KEYS}
TOUCHED = [_any(table, "recorded_in") for table in KEYS]
"""Which tables have fresh rows, which have keys that are gone: conditions in the order of KEYS."""
LEFT = [_any(f"{table}_history", "replaced_in", " and operation = 'DELETE'") for table in KEYS]


def matters(table: str, row: Sequence[Any]) -> bool:
    """Does this row of FRESH belong in the batch?"""
    return bool(row[len(CARRIED[table])])
