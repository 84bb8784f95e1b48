"""The demo city's five weeks, laid end to end until they are a year and more: in bulk, inside the database.

Every row and every replaced version comes along, moved back by whole stretches of 35 days, its stamps as well; so
the rhythm, the sensors, the corrections and the backlog are the demo's own all the way.
"""

import psycopg
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from bench._database import plain_url
from city.batch import BEGINS, KEYS
from data_sources.demo.past import DAYS as STRETCH
from repository.partitions import ensure
from repository.tables import HISTORY, TABLES

LIVES = {t: KEYS[t][-1] for t in BEGINS}
LOOKS_A_DAY = 8


def grow(engine: Engine, days: int) -> int:
    """Adds copies until `days` are stored; how many rows that were."""
    url = make_url(engine.url).render_as_string(hide_password=False)
    with psycopg.connect(plain_url(url), options="-c timezone=UTC") as connection:
        # before the first reading lies one older one of each sensor, "standing" since long
        row = connection.execute("select percentile_disc(0.001) within group (order by observed_at),"
                                 " max(observed_at) from repository.observation").fetchone()  # fmt: skip
        assert row is not None
        copies = max(0, -(-days // STRETCH) - 1)
        connection.commit()
        ensure(engine, row[0] - copies * (row[1] - row[0]), row[1])
        connection.execute("set session_replication_role = replica")  # no trigger: copies keep their stamps
        added = sum(_copy(connection, i) for i in range(1, copies + 1))
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum analyze")
    return added


def _copy(connection: "psycopg.Connection[tuple[object, ...]]", nth: int) -> int:
    """The five weeks once more, `nth` stretches earlier."""
    back = f"- interval '{nth * STRETCH} days'"
    added = 0
    for name, table in {**TABLES, **{f"{t}_history": h for t, h in HISTORY.items()}}.items():
        plain = name.removesuffix("_history")
        if plain not in (*LIVES, "observation"):
            continue
        columns = [c.name for c in table.columns]
        moved = [_moved(c, str(table.columns[c].type), LIVES.get(plain), back, nth) for c in columns]
        # copies were made of copies: only what is of the newest stretch
        begin = "observed_at" if plain == "observation" else BEGINS[plain]
        newest = f"{begin} > (select max({begin}) from repository.{plain}) - interval '{STRETCH} days'"
        done = connection.execute(
            f"insert into repository.{name} ({', '.join(columns)}) select {', '.join(moved)}"
            f" from repository.{name} where {newest} on conflict do nothing"
        )
        added += done.rowcount
    return added


def _moved(column: str, kind: str, key: str | None, back: str, nth: int) -> str:
    if kind == "DATETIME":
        return f"{column} {back}"
    return f"{column} || '~{nth}'" if column == key else column


def look(engine: Engine) -> None:
    """As if somebody had looked all the time: stamps by transactions in the order of time, and the looks kept."""
    url = make_url(engine.url).render_as_string(hide_password=False)
    with psycopg.connect(plain_url(url), autocommit=True, options="-c timezone=UTC") as connection:
        connection.execute("set session_replication_role = replica")
        row = connection.execute("select min(recorded_at), max(recorded_at), pg_current_xact_id()::text::bigint"
                                 " from repository.observation").fetchone()  # fmt: skip
        assert row is not None
        span = (row[1] - row[0]).total_seconds()
        number = f"(4 + floor({row[2] - 8} * extract(epoch from {{}} - '{row[0].isoformat()}') / {span:.0f}))::bigint"
        for name in (*LIVES, "observation"):
            within = f"least(greatest({number.format('recorded_at')}, 4), {row[2] - 4})::text::xid8"
            connection.execute(f"update repository.{name} set recorded_in = {within}")
            after = f"least(greatest({number.format('replaced_at')}, 4), {row[2] - 4})::text::xid8"
            connection.execute(f"update repository.{name}_history set recorded_in = {within}, replaced_in = {after}")
        seen = f"least(greatest({number.format('at')}, 4), {row[2] - 4}) + 1"
        connection.execute(
            "insert into repository.look (looked_at, pg_snapshot, system_identifier)"
            f" select at, format('%s:%s:', {seen}, {seen})::pg_snapshot,"
            " (select system_identifier::text from pg_control_system())"
            f" from generate_series('{row[0].isoformat()}'::timestamptz, '{row[1].isoformat()}',"
            f" interval '{24 // LOOKS_A_DAY} hours') at"
        )
        connection.execute("vacuum full analyze repository.observation")
        connection.execute("vacuum analyze")
