"""One reading for several moments gives the pictures that a reading for each gives."""

import random
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, text

from city.batch import CARRIED, KEYS
from city.city import picture
from city.indicators import registry
from city.metrics import METRICS
from city.scene import instant
from city.snapshot import Snapshot
from city.tables import Tables
from repository.look import first_look
from repository.packed import Stretch, _joined
from repository.several import read
from tests.city.makers import TOWN
from tests.repository.makers import NOON, run

WEEK = timedelta(days=7)
ENDS = [NOON - WEEK * n for n in range(5)]
STRETCHES = [Stretch(NOON - WEEK, NOON), *(Stretch(e, e) for e in ENDS[1:])]
READING = text("""insert into repository.observation (source, sensor_id, metric, observed_at, value, place_code)
                  values (:source, :sensor, :metric, :at, :value, :place) on conflict do nothing""")


@pytest.fixture
def city(engine: Engine) -> Engine:
    """Readings of every metric over ten weeks, with silences; tickets and incidents of all ages."""
    chance = random.Random(7)
    run(engine, "insert into repository.place (place_code, name, population) values ('a', 'A', 1000), ('b', 'B', 10)")
    rows = [
        {"source": f"s{i % 2}", "sensor": f"{i % 3}", "metric": m, "value": round(chance.uniform(0, 50), 1),
         "place": chance.choice(["a", "b", None]), "at": NOON - timedelta(hours=chance.expovariate(0.01))}
        for m in METRICS for i in range(60)
    ]  # fmt: skip
    with engine.begin() as c:
        c.execute(READING, rows)
        c.execute(text("""
            insert into repository.feedback (source, feedback_id, status, received_at, due_at, closed_at, place_code)
            select 's', n::text, 'received', :noon - n * interval '9 hours', :noon - n * interval '5 hours',
                   case when n % 3 > 0 then :noon - n * interval '4 hours' end, 'a' from generate_series(1, 300) n
        """), {"noon": NOON})  # fmt: skip
        c.execute(text("""
            insert into repository.event (source, event_id, domain, severity, opened_at, closed_at, place_code)
            select 's', n::text, 'public_order', 1 + n % 5, :noon - n * interval '7 hours',
                   case when n % 4 > 0 then :noon - n * interval '6 hours' end, 'b' from generate_series(1, 300) n
        """), {"noon": NOON})  # fmt: skip
    return engine


def test_every_indicator_is_at_every_moment_what_a_picture_of_its_own_says(city: Engine) -> None:
    held = Tables().absorb(read(city, STRETCHES), instant(ENDS[-1]), TOWN)
    told = 0
    for at in (*ENDS, NOON - timedelta(days=3)):
        one, other = Snapshot(TOWN, at, held), picture(TOWN, first_look(city, at)[0], at)
        for code in registry():
            mine, theirs = one.outcome(code), other.outcome(code)
            for name in ("values", "levels", "freshness", "observed_at", "fresh", "expected"):
                np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name), err_msg=f"{code} {name} {at}")
            told += int((~np.isnan(mine.values)).sum())
    assert told > 300


def test_it_reads_the_columns_of_a_batch_in_their_types(city: Engine) -> None:
    mine, theirs = read(city, STRETCHES), first_look(city, NOON)[0]
    for table in KEYS:
        assert {n: c.dtype for n, c in mine.changes[table].rows.items()} == {
            n: c.dtype for n, c in theirs.changes[table].rows.items()
        }
        assert list(mine.changes[table].rows) == list(CARRIED[table])


def test_an_empty_repository_is_read_too(engine: Engine) -> None:
    batch = read(engine, STRETCHES)
    assert batch.whole and all(len(c) == 0 for c in batch.changes.values())


def test_stretches_that_touch_with_their_windows_are_read_as_one() -> None:
    day = timedelta(days=1)
    assert _joined(STRETCHES, day)[-1] == (NOON - WEEK - day, NOON)
    assert _joined(STRETCHES, WEEK) == [(ENDS[-1] - WEEK, NOON)]
