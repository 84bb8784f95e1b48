"""A poll that finds 40 new rows, over ever more stored observations, beside `recorded_at > the last time`.

The databases of all sizes stand in one server and are asked in turn, so a slow moment of the machine hits all alike.
BENCH_STORED names other sizes: BENCH_STORED="100000 1000000 10000000".
"""

import os
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter

from sqlalchemy import Engine, text

from bench._database import database, server
from bench._overlap import missed
from bench.figure import Figure
from city.clock import WorldClock
from repository.look import Look, first_look, news
from repository.partitions import ensure

ROUNDS = 80
WARM_UP = 8
WARDS = 40
DAYS = 60
SIZES = "100000 1000000"

_FILL = """
insert into repository.observation (source, sensor_id, metric, observed_at, value, unit, place_code)
select 'stored', 's' || sensor, 'pm2_5', cast(:until as timestamptz) - n * cast(:step as interval),
       20 + sensor % 17, 'µg/m³', 'w' || sensor % 40
from generate_series(1, :sensors) sensor, generate_series(1, :each) n
"""
_NEW = """
insert into repository.observation (source, sensor_id, metric, observed_at, value, unit, place_code)
select 'fresh', 'w' || ward, 'pm2_5', cast(:at as timestamptz), 21, 'µg/m³', 'w' || ward
from generate_series(1, :wards) ward
"""
_PLAIN = """
select source, sensor_id, metric, observed_at, value, place_code, latitude, longitude, recorded_at
from repository.observation where recorded_at > :last order by recorded_at
"""


@dataclass
class Stored:
    """One database with `size` observations, and where both ways of asking stand."""

    engine: Engine
    size: int
    look: Look
    last: datetime
    ours: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)

    def ask(self) -> None:
        """40 rows come in, and each way has to find these 40 and no other."""
        at = WorldClock().now()
        with self.engine.begin() as connection:
            connection.execute(text(_NEW), {"at": at, "wards": WARDS})
        began = perf_counter()
        batch, self.look = news(self.engine, self.look, at + timedelta(seconds=1))
        self.ours.append((perf_counter() - began) * 1000)
        began = perf_counter()
        with self.engine.connect() as connection:
            rows = connection.execute(text(_PLAIN), {"last": self.last}).all()
        self.plain.append((perf_counter() - began) * 1000)
        self.last = rows[-1].recorded_at
        found = (len(batch.changes["observation"]), len(rows))
        assert found == (WARDS, WARDS), f"{WARDS} rows came, polls found {found}"


def measure() -> Iterable[Figure]:
    sizes = [int(n) for n in os.environ.get("BENCH_STORED", SIZES).split()]
    with server() as url, ExitStack() as opened:
        stores = [_stored(opened.enter_context(database(url, f"stored_{n}")), n) for n in sizes]
        for _ in range(WARM_UP + ROUNDS):
            for store in stores:
                store.ask()
        for store in stores:
            yield Figure(
                name=f"poll: 40 new rows over {store.size:,} stored",
                unit="ms",
                ours=store.ours[WARM_UP:],
                plain=store.plain[WARM_UP:],
                against="recorded_at > last",
            )
        for store in stores[1:]:
            yield Figure(
                name=f"poll over {store.size:,} beside {stores[0].size:,}",
                unit="ms",
                ours=store.ours[WARM_UP:],
                plain=stores[0].ours[WARM_UP:],
                against=f"ours, {stores[0].size:,}",
                want="≤ 1.3×",
            )
        ours, plain, written = missed(stores[0].engine)
        yield Figure(
            name="poll: rows never seen, by 8 writers that overlap",
            unit="rows",
            ours=[float(ours)],
            plain=[float(plain)],
            against=f"recorded_at > last, of {written:,}",
            want="0",
        )


def _stored(engine: Engine, size: int) -> Stored:
    now = WorldClock().now()
    start = now - timedelta(days=DAYS)
    ensure(engine, start, now)
    sensors = 200
    each = size // sensors
    step = timedelta(days=DAYS) / (each + 1)
    with engine.begin() as connection:
        connection.execute(text(_FILL), {"until": now, "step": step, "sensors": sensors, "each": each})
        # the plain way at its best: with the index it wants
        connection.execute(text("create index on repository.observation (recorded_at)"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze repository.observation"))
    _, look = first_look(engine, WorldClock().now())
    with engine.connect() as connection:
        last = connection.execute(text("select max(recorded_at) from repository.observation")).scalar_one()
    return Stored(engine, size, look, last)
