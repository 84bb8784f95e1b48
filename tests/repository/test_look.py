"""Each committed row is found exactly once, whatever writers do to each other."""

import random
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, text

from repository.connect import connect
from repository.fresh import MANY, PART
from repository.look import Look, LookLost, first_look, keep, news
from repository.restamp import ALWAYS, heal
from tests.repository.makers import EVENT, NOON, ids, observe, run, seen


def test_a_row_committed_after_a_younger_one_was_seen_is_found(engine: Engine) -> None:
    """And polling by `recorded_at` would have missed it."""
    with engine.connect() as late:
        late.execute(EVENT, {"id": "late", "at": NOON})
        run(engine, str(EVENT), id="early", at=NOON)
        batch, look = news(engine, first_look_only(engine, "0:0:"), NOON)
        newest = max_recorded(engine)
        late.commit()
    assert ids(batch) == ["early"]
    assert ids(news(engine, look, NOON)[0]) == ["late"]
    with engine.connect() as c:
        naive = c.execute(text("select event_id from repository.event where recorded_at > :at"), {"at": newest})
        assert naive.all() == []


def max_recorded(engine: Engine) -> datetime:
    with engine.connect() as c:
        newest: datetime = c.execute(text("select max(recorded_at) from repository.event")).scalar_one()
        return newest


def first_look_only(engine: Engine, snapshot: str) -> Look:
    """A look of this database that saw nothing at all."""
    _, look = first_look(engine, NOON)
    return Look(snapshot, NOON, look.system)


def test_every_committed_row_is_found_exactly_once_among_many_writers(repository_url: str) -> None:
    """Eight writers commit out of order, roll back and hold transactions open, while a follower polls."""
    engine, committed, lock, failures = connect(repository_url, pool_size=10), [], threading.Lock(), []

    def write(name: str) -> None:
        rng = random.Random(name)
        try:
            for i in range(25):
                with engine.connect() as c:
                    wrote = [f"{name} {i} {j}" for j in range(rng.randint(1, 4))]
                    for one in wrote:
                        c.execute(EVENT, {"id": one, "at": NOON})
                    time.sleep(rng.choice([0, 0, 0.002, 0.02]))
                    if rng.random() < 0.2:
                        c.rollback()
                        continue
                    c.commit()
                with lock:
                    committed.extend(wrote)
        except Exception as e:  # noqa: BLE001  whatever it is fails the test
            failures.append(e)

    _, look = first_look(engine, NOON)
    writers = [threading.Thread(target=write, args=(f"w{i}",)) for i in range(8)]
    for writer in writers:
        writer.start()
    found: list[str] = []
    polls = 0
    while any(w.is_alive() for w in writers):
        batch, look = news(engine, look, NOON)
        found += ids(batch)
        polls += 1
    found += ids(news(engine, look, NOON)[0])
    engine.dispose()
    assert failures == []
    assert polls > 1
    assert len(committed) > 200
    assert sorted(found) == sorted(committed)


def test_a_transaction_held_open_for_long_costs_no_repeated_reading(engine: Engine) -> None:
    with engine.connect() as holder:
        holder.execute(EVENT, {"id": "held", "at": NOON})
        _, look = first_look(engine, NOON)
        run(engine, str(EVENT), id="1", at=NOON)
        batch, look = news(engine, look, NOON)
        assert ids(batch) == ["1"]
        assert ids(news(engine, look, NOON)[0]) == []
        holder.commit()
    assert ids(news(engine, look, NOON)[0]) == ["held"]


def test_deleted_and_rekeyed_rows_are_gone_unless_they_are_there_again(engine: Engine) -> None:
    for name in ("kept", "deleted", "renamed", "again"):
        run(engine, str(EVENT), id=name, at=NOON)
    _, look = first_look(engine, NOON)
    run(engine, "delete from repository.event where event_id in ('deleted', 'again')")
    run(engine, "update repository.event set event_id = 'new name' where event_id = 'renamed'")
    run(engine, str(EVENT), id="again", at=NOON)
    batch, _ = news(engine, look, NOON)
    assert sorted(ids(batch)) == ["again", "new name"]
    assert batch.changes["event"].gone == {("s", "deleted"), ("s", "renamed")}


def test_a_series_whose_newest_reading_goes_shows_the_one_before(engine: Engine) -> None:
    for days in (5, 4, 3):
        observe(engine, NOON - timedelta(days=days), days)
    _, look = first_look(engine, NOON)
    run(engine, "delete from repository.observation where value = 3")
    batch, look = news(engine, look, NOON)
    assert batch.changes["observation"].gone == {("s", "1", "pm2_5", (NOON - timedelta(days=3)).replace(tzinfo=None))}
    assert list(seen(batch).values()) == [4]
    run(engine, "update repository.observation set observed_at = observed_at - interval '9 days' where value = 4")
    batch, _ = news(engine, look, NOON)
    assert sorted(seen(batch).values()) == [4, 5]


def test_a_row_that_no_picture_wants_is_told_of_when_a_picture_may_hold_it(engine: Engine) -> None:
    run(engine, str(EVENT), id="was open", at=NOON - timedelta(days=900))
    _, look = first_look(engine, NOON)
    ancient = NOON - timedelta(days=800)
    run(engine, "update repository.event set closed_at = :at", at=ancient)
    for name in ("old 1", "old 2"):
        run(engine, "insert into repository.event (source, event_id, opened_at, closed_at) values ('s', :id, :a, :a)",
            id=name, a=ancient)  # fmt: skip
    assert ids(news(engine, look, NOON)[0]) == ["was open"]


def test_the_beginning_of_a_table_is_told_though_its_rows_are_old(engine: Engine) -> None:
    _, look = first_look(engine, NOON)
    ancient = NOON - timedelta(days=800)
    run(engine, "insert into repository.event (source, event_id, opened_at, closed_at) values ('s', '1', :a, :a)",
        a=ancient)  # fmt: skip
    batch, _ = news(engine, look, NOON)
    assert batch
    assert batch.began == {"event": np.datetime64(ancient.replace(tzinfo=None))}


def test_very_much_news_becomes_a_first_look(engine: Engine) -> None:
    _, look = first_look(engine, NOON)
    run(engine, "insert into repository.event (source, event_id, opened_at) select 's', g, :at"
                " from generate_series(1, :n) g", at=NOON, n=MANY)  # fmt: skip
    batch, after = news(engine, look, NOON)
    assert not batch.whole
    assert len(ids(batch)) == MANY
    run(engine, "insert into repository.event (source, event_id, opened_at) values ('s', 'one more', :at)", at=NOON)
    batch, _ = news(engine, look, NOON)
    assert batch.whole
    assert len(ids(batch)) == MANY + 1
    assert ids(news(engine, after, NOON)[0]) == ["one more"]
    large = replace(look, rows=PART * (MANY + 1))  # reading all of it again would take longer still
    assert not news(engine, large, NOON)[0].whole


def test_a_changed_place_becomes_a_first_look(engine: Engine) -> None:
    _, look = first_look(engine, NOON)
    run(
        engine, "insert into repository.place (place_code, name, geometry) values ('1', 'Một', '{\"type\": \"Point\"}')"
    )
    batch, look = news(engine, look, NOON)
    assert batch.whole
    assert batch.changes["place"].rows["geometry"].tolist() == [{"type": "Point"}]
    assert not news(engine, look, NOON)[0]


def test_a_look_of_another_database_is_lost(engine: Engine) -> None:
    _, look = first_look(engine, NOON)
    with pytest.raises(LookLost):
        news(engine, Look(look.snapshot, NOON, "another/" + look.system), NOON)
    xmax = int(look.snapshot.split(":")[1]) + 1_000_000
    with pytest.raises(LookLost):
        news(engine, Look(f"{xmax}:{xmax}:", NOON, look.system), NOON)


def test_rows_brought_from_another_cluster_are_not_news_for_ever(engine: Engine) -> None:
    with engine.begin() as c:
        c.execute(text("set local repository.keep_stamps = 'on'"))
        c.execute(text("insert into repository.event (source, event_id, recorded_in) values ('s', '1', '9000000000')"))
    _, look = first_look(engine, NOON)
    assert news(engine, look, NOON)[0]
    assert heal(engine) == 1
    batch, look = news(engine, look, NOON)
    assert not batch
    with engine.connect() as c:
        assert c.execute(text("select recorded_in::text from repository.event")).scalar_one() == str(ALWAYS)
        assert c.execute(text("select count(*) from repository.event_history")).scalar_one() == 0


def test_a_kept_look_is_stored_with_its_cluster(engine: Engine) -> None:
    _, look = first_look(engine, NOON)
    keep(engine, look)
    with engine.connect() as c:
        stored = c.execute(text("select looked_at, pg_snapshot::text, system_identifier from repository.look")).one()
    assert tuple(stored) == (NOON, look.snapshot, look.system.split("/")[0])
