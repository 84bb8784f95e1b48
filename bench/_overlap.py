"""Writers whose transactions overlap, and two ways of polling them: what did each never see?"""

import random
import threading
from datetime import timedelta
from time import monotonic

from sqlalchemy import Engine, text

from city.clock import WorldClock
from repository.look import Look, first_look, news

SECONDS = 6.0
WRITERS = 8
LONGEST_S = 0.06
_ONE = """
insert into repository.observation (source, sensor_id, metric, observed_at, value)
values ('overlap', :sensor, 'pm2_5', cast(:at as timestamptz), 1)
"""
_PLAIN = "select sensor_id, recorded_at from repository.observation where recorded_at > :last order by recorded_at"


class Writer(threading.Thread):
    """Commits one row after another, each some time after it was written; one in ten is rolled back."""

    def __init__(self, engine: Engine, number: int, until: float) -> None:
        super().__init__(daemon=True)
        self.engine, self.number, self.until = engine, number, until
        self.random = random.Random(number)
        self.committed: set[str] = set()
        self.pause = threading.Event()

    def run(self) -> None:
        for n in range(100_000):
            if monotonic() > self.until:
                return
            sensor = f"{self.number}-{n}"
            with self.engine.connect() as connection:
                connection.execute(text(_ONE), {"sensor": sensor, "at": WorldClock().now()})
                self.pause.wait(self.random.uniform(0, LONGEST_S))
                if self.random.random() < 0.1:
                    connection.rollback()
                    continue
                connection.commit()
            self.committed.add(sensor)


class Follower:
    """Both ways, asked one after the other."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.look: Look = first_look(engine, WorldClock().now())[1]
        with engine.connect() as connection:
            self.last = connection.execute(text("select max(recorded_at) from repository.observation")).scalar_one()
        self.ours: list[str] = []
        self.plain: list[str] = []

    def ask(self) -> None:
        batch, self.look = news(self.engine, self.look, WorldClock().now() + timedelta(minutes=1))
        if "observation" in batch.changes:
            self.ours += batch.changes["observation"].rows["sensor_id"].tolist()
        with self.engine.connect() as connection:
            rows = connection.execute(text(_PLAIN), {"last": self.last}).all()
        self.plain += [r.sensor_id for r in rows]
        self.last = rows[-1].recorded_at if rows else self.last


def missed(engine: Engine) -> tuple[int, int, int]:
    """Rows committed that our polls never saw, that polls by `recorded_at` never saw, and how many there were."""
    follower = Follower(engine)
    until = monotonic() + SECONDS
    writers = [Writer(engine, n, until) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    while monotonic() < until:
        follower.ask()
    for writer in writers:
        writer.join(10)
    follower.ask()
    committed = set().union(*(w.committed for w in writers))
    assert len(follower.ours) == len(set(follower.ours)), "a row was seen twice"
    return len(committed - set(follower.ours)), len(committed - set(follower.plain)), len(committed)
