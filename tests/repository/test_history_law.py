"""`known=then` equals the picture the running system held, for any split of any writers' rows into looks.

Writers commit out of order, roll back, hold transactions open, correct and delete rows; late rows included.
"""

import random
from datetime import timedelta

import pytest
from sqlalchemy import text

from city.city import City, picture
from repository.look import first_look, keep, news
from repository.past import read
from tests.city.makers import NOON, TOWN, ago
from tests.city.test_snapshot_law import same

WRITES = {
    "feedback": (
        "insert into repository.feedback (source, feedback_id, place_code, status, received_at, closed_at, due_at,"
        " rating) values (:source, :id, :place, 'received', :t1, :t2, :t3, :n) on conflict (source, feedback_id)"
        " do update set closed_at = excluded.closed_at, due_at = excluded.due_at, rating = excluded.rating"
    ),
    "event": (
        "insert into repository.event (source, event_id, place_code, domain, category, severity, opened_at, closed_at)"
        " values (:source, :id, :place, 'public_order', 'fire', :n, :t1, :t2) on conflict (source, event_id)"
        " do update set closed_at = excluded.closed_at, severity = excluded.severity"
    ),
    "observation": (
        "insert into repository.observation (source, sensor_id, metric, observed_at, value, place_code)"
        " values (:source, :id, 'pm2_5', :t1, :n, :place) on conflict (source, sensor_id, metric, observed_at)"
        " do update set value = excluded.value"
    ),
    "delete feedback": "delete from repository.feedback where source = :source and feedback_id = :id",
    "delete event": "delete from repository.event where source = :source and event_id = :id",
    "delete observation": (
        "delete from repository.observation where source = :source and sensor_id = :id"
        " and observed_at = (select max(observed_at) from repository.observation where sensor_id = :id)"
    ),
    "move a reading": (
        "update repository.observation set observed_at = observed_at - interval '7 minutes' where source = :source"
        " and sensor_id = :id and observed_at ="
        " (select max(observed_at) from repository.observation where sensor_id = :id)"
        " and not exists (select 1 from repository.observation o where o.sensor_id = :id"
        " and o.observed_at = observation.observed_at - interval '7 minutes')"
    ),
}


class Writer:
    """One agency with its own source, so that writers never wait for each other's locks."""

    def __init__(self, engine, name, rng):
        self.connection, self.name, self.rng = engine.connect(), name, rng

    def write(self):
        rng = self.rng
        span = timedelta(days=rng.choice([0, 0, 1, 3, 40])) + timedelta(minutes=rng.randint(0, 600))
        begin = NOON - span
        values = {
            "source": self.name, "id": rng.choice("abcd"), "place": rng.choice(["a", "b", "x", None]), "t1": begin,
            "t2": rng.choice([None, begin + timedelta(hours=rng.randint(0, 60))]),
            "t3": rng.choice([None, begin + timedelta(hours=rng.randint(1, 90))]), "n": rng.randint(1, 5),
        }  # fmt: skip
        self.connection.execute(text(WRITES[rng.choice(list(WRITES))]), values)

    def end(self):
        self.connection.rollback() if self.rng.random() < 0.25 else self.connection.commit()


@pytest.mark.parametrize("seed", range(6))
def test_then_is_the_picture_that_was_held(engine, seed):
    rng = random.Random(seed)
    with engine.begin() as c:
        c.execute(
            text("insert into repository.place (place_code, name, population) values ('a', 'A', 10), ('b', 'B', 5)")
        )
    writers = [Writer(engine, f"agency {i}", rng) for i in range(4)]
    city, held = City(TOWN), []
    batch, look = first_look(engine, ago(hours=1))
    keep(engine, look)
    held.append(city.absorb(batch, look.looked_at))
    for i in range(60):
        writer = rng.choice(writers)
        for _ in range(rng.randint(0, 3)):
            writer.write()
        if rng.random() < 0.6:
            writer.end()
        if rng.random() < 0.5:
            batch, look = news(engine, look, ago(hours=1) + timedelta(minutes=i + 1))
            if batch:
                keep(engine, look)
            held.append(city.absorb(batch, look.looked_at))
    for writer in writers:
        writer.connection.close()
    for snapshot in held:
        same(picture(TOWN, read(engine, snapshot.at, "then"), snapshot.at), snapshot)
    assert len({len(s.tables["feedback"]) for s in held}) > 1
    afresh, _ = first_look(engine, held[-1].at)
    grown = city.absorb(news(engine, look, held[-1].at)[0], held[-1].at)
    same(picture(TOWN, afresh, held[-1].at), grown)
