"""The demo city's five weeks, laid end to end until they are a year and more: in bulk, inside the database.

Every row and every replaced version comes along, moved back by whole stretches of 35 days, stamps and all; so the
rhythm, the sensors, the corrections and the backlog are the demo's own all the way. Somebody looked all the while:
the stamps are of transactions in the order of time, and a look is kept for each.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from bench._database import plain_url
from city.batch import BEGINS, KEYS
from data_sources.demo.past import DAYS as STRETCH
from repository.partitions import ensure
from repository.tables import HISTORY, TABLES

LIVES = {t: KEYS[t][-1] for t in BEGINS}
COPIED = {n: t for n, t in {**TABLES, **{f"{t}_history": h for t, h in HISTORY.items()}}.items()
          if n.removesuffix("_history") in (*LIVES, "observation")}  # fmt: skip
_STRETCH = f"""
select max(observed_at) - interval '{STRETCH} days', max(observed_at), min(recorded_in::text::bigint)
from repository.observation
"""
"""What lies before is of the archives: sensors that stand since long, and former years' weeks."""
FIRST_XID = 4
"""The first that a transaction can have."""


@dataclass(frozen=True, slots=True)
class Year:
    """From `first` to `last` there are looks; the five weeks after that are the demo's own."""

    first: datetime
    last: datetime
    rows: int


def grow(engine: Engine, days: int) -> Year:
    """Adds copies until `days` are stored."""
    url = make_url(engine.url).render_as_string(hide_password=False)
    with psycopg.connect(plain_url(url), options="-c timezone=UTC") as connection:
        begin, end, xid = _one(connection, _STRETCH)
        copies = max(1, -(-days // STRETCH) - 1)
        first = begin - timedelta(days=copies * STRETCH)
        connection.commit()
        ensure(engine, first, end)
        connection.execute("set session_replication_role = replica")  # no trigger: copies bring their stamps
        stamp = f"(least({xid - 2}, greatest({FIRST_XID}, {FIRST_XID} + floor({xid - FIRST_XID - 2} *"
        stamp += f" extract(epoch from {{}} - '{first}') / {(begin - first).total_seconds():.0f})))::bigint)"
        added = sum(_copy(connection, i, stamp) for i in range(1, copies + 1))
        connection.execute(
            "insert into repository.look (looked_at, pg_snapshot, system_identifier)"
            " select at, format('%s:%s:', n, n)::pg_snapshot,"
            " (select system_identifier::text from pg_control_system())"
            f" from (select at, {stamp.format('at')} + 1 as n"
            f" from generate_series('{first}'::timestamptz, '{begin}', interval '1 hour') at) looks"
        )
        for table in ("place", "sensor"):  # they stand since long
            connection.execute(f"update repository.{table} set recorded_in = '3', recorded_at = '{first}'")
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum analyze")
        return Year(first, begin, added)


def _one(connection: "psycopg.Connection[Any]", statement: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = connection.execute(statement).fetchone()
    assert row is not None
    return row


def _copy(connection: "psycopg.Connection[Any]", nth: int, stamp: str) -> int:
    """The five weeks once more, `nth` stretches earlier."""
    back = f"- interval '{nth * STRETCH} days'"
    added = 0
    for name, table in COPIED.items():
        plain = name.removesuffix("_history")
        columns = [c.name for c in table.columns]
        moved = [_moved(c, str(table.columns[c].type), LIVES.get(plain), back, nth, stamp) for c in columns]
        # copies were made of copies: only what is of the newest stretch
        begin = "observed_at" if plain == "observation" else BEGINS[plain]
        newest = f"{begin} > (select max({begin}) from repository.{plain}) - interval '{STRETCH} days'"
        done = connection.execute(
            f"insert into repository.{name} ({', '.join(columns)}) select {', '.join(moved)}"
            f" from repository.{name} where {newest} on conflict do nothing"
        )
        added += done.rowcount
    return added


def _moved(column: str, kind: str, key: str | None, back: str, nth: int, stamp: str) -> str:
    if column in ("recorded_in", "replaced_in"):
        return stamp.format(f"({column.replace('_in', '_at')} {back})") + "::text::xid8"
    if kind == "DATETIME":
        return f"{column} {back}"
    return f"{column} || '~{nth}'" if column == key else column
