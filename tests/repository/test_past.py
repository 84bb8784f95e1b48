"""By what is known now, and as it was known then."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, text

from repository.look import first_look, keep, news
from repository.partitions import drain
from repository.past import read
from tests.repository.makers import EVENT, NOON, ids, observe, run, seen

HOUR = timedelta(hours=1)


def look_at(engine: Engine, at: datetime) -> None:
    keep(engine, first_look(engine, at)[1])


def test_now_takes_later_corrections_into_account_and_then_does_not(engine: Engine) -> None:
    observe(engine, NOON - HOUR, 1)
    look_at(engine, NOON)
    run(engine, "update repository.observation set value = 2")
    look_at(engine, NOON + HOUR)
    assert list(seen(read(engine, NOON, "now")).values()) == [2]
    assert list(seen(read(engine, NOON + HOUR / 2, "then")).values()) == [1]
    assert list(seen(read(engine, NOON + HOUR, "then")).values()) == [2]


def test_then_does_not_know_rows_loaded_since_and_still_knows_deleted_ones(engine: Engine) -> None:
    run(engine, str(EVENT), id="deleted since", at=NOON - HOUR)
    look_at(engine, NOON)
    run(engine, "delete from repository.event")
    run(engine, str(EVENT), id="loaded since", at=NOON - HOUR)
    assert ids(read(engine, NOON, "then")) == ["deleted since"]
    assert ids(read(engine, NOON, "now")) == ["loaded since"]


def test_a_row_in_progress_at_the_look_was_not_known_though_recorded_before(engine: Engine) -> None:
    with engine.connect() as late:
        late.execute(EVENT, {"id": "late", "at": NOON})
        look_at(engine, NOON)
        late.commit()
    assert ids(read(engine, NOON, "then")) == []
    assert ids(read(engine, NOON, "now")) == ["late"]


def test_before_the_first_kept_look_the_moment_of_recording_tells(engine: Engine) -> None:
    with engine.begin() as c:
        c.execute(text("set local repository.backdate = 'row'"))
        c.execute(
            text("insert into repository.event (source, event_id, opened_at, recorded_at) values ('s', '1', :at, :at)"),
            {"at": NOON},
        )
        c.execute(text("update repository.event set status = 'x', recorded_at = :at"), {"at": NOON + 2 * HOUR})
    batch = read(engine, NOON + HOUR, "then")
    assert batch.changes["event"].rows["status"].tolist() == [None]
    assert read(engine, NOON + 3 * HOUR, "then").changes["event"].rows["status"].tolist() == ["x"]
    assert ids(read(engine, NOON - HOUR, "then")) == []


def test_of_series_the_newest_reading_known_then_comes_along_however_old(engine: Engine) -> None:
    old = NOON - timedelta(days=300)
    observe(engine, old, 1)
    observe(engine, old + HOUR, 2)
    drain(engine)
    look_at(engine, NOON)
    observe(engine, old + 2 * HOUR, 3)
    run(engine, "delete from repository.observation where value = 2")
    assert list(seen(read(engine, NOON, "then")).values()) == [2]
    assert list(seen(read(engine, NOON, "now")).values()) == [3]


def test_looks_of_another_cluster_tell_nothing(engine: Engine) -> None:
    run(engine, str(EVENT), id="1", at=NOON)
    run(engine, "insert into repository.look (looked_at, pg_snapshot, system_identifier) values (:at, '1:1:', 'x')",
        at=NOON)  # fmt: skip
    assert ids(read(engine, NOON + timedelta(days=9000), "then")) == ["1"]  # by recorded_at, then


def test_a_past_picture_is_whole_and_reads_on_up_to_its_horizon(engine: Engine) -> None:
    run(engine, str(EVENT), id="next day", at=NOON + 30 * HOUR)
    run(engine, str(EVENT), id="soon", at=NOON + 20 * HOUR)
    batch = read(engine, NOON)
    assert batch.whole
    assert ids(batch) == ["soon"]
    assert not news(engine, first_look(engine, NOON)[1], NOON)[0]


def test_a_past_from_before_the_first_place_was_kept_has_todays_places(engine: Engine) -> None:
    run(engine, "insert into repository.place (place_code, name) values ('a', 'A')")
    assert read(engine, NOON, "then").changes["place"].rows["place_code"].tolist() == ["a"]
    assert ids(read(engine, NOON, "then")) == []
