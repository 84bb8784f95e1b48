import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from repository.jobs import LEASE, LOST, ClaimLost, Run, beat, claim, expect, fail, finish, last, open_runs, skip

NOW = datetime(2026, 11, 23, tzinfo=UTC)
WEEK = timedelta(days=7)
JOB = "weekly//vi"


def due(engine: Engine, weeks: int = 1) -> None:
    expect(engine, JOB, [(NOW - WEEK * n, f"W{n}") for n in range(weeks)])


def taken(engine: Engine, who: str = "a", now: datetime = NOW) -> Run:
    run = claim(engine, [JOB], who, now)
    assert run
    return run


def done(engine: Engine, run: Run, now: datetime = NOW) -> None:
    with engine.begin() as connection:
        finish(connection, run, now)


def test_a_due_run_is_one_row_however_often_it_is_expected(engine: Engine) -> None:
    due(engine, 3)
    due(engine, 3)
    expect(engine, JOB, [(NOW + timedelta(hours=1), "W0")])  # the timetable changed; the period stays reported once
    assert [(r.period, r.attempts) for r in open_runs(engine, NOW)] == [("W2", 0), ("W1", 0), ("W0", 0)]
    assert last(engine, JOB) == NOW and last(engine, "another") is None


def test_what_is_not_due_yet_is_claimed_by_nobody(engine: Engine) -> None:
    expect(engine, JOB, [(NOW + timedelta(seconds=1), "next")])
    assert claim(engine, [JOB], "a", NOW) is None
    assert claim(engine, ["another"], "a", NOW + WEEK) is None


def test_the_oldest_is_claimed_first_and_by_one(engine: Engine) -> None:
    due(engine, 2)
    assert taken(engine, "a").period == "W1"
    assert taken(engine, "b").period == "W0"
    assert claim(engine, [JOB], "c", NOW) is None


def test_of_many_who_claim_at_once_each_run_has_one(engine: Engine) -> None:
    due(engine, 20)
    got: list[str] = []

    def work(who: str) -> None:
        while run := claim(engine, [JOB], who, NOW):
            done(engine, run)
            got.append(run.period)

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(got) == sorted(f"W{n}" for n in range(20))


def test_a_claim_holds_while_its_heart_beats(engine: Engine) -> None:
    due(engine)
    run = taken(engine)
    beat(engine, run, NOW + LEASE)
    assert claim(engine, [JOB], "b", NOW + LEASE) is None
    again = claim(engine, [JOB], "b", NOW + 2 * LEASE)
    assert again and again.attempts == 2
    (state,) = open_runs(engine, NOW)
    assert state.running and state.why == LOST


def test_who_lost_the_claim_can_no_longer_say_anything(engine: Engine) -> None:
    due(engine)
    run = taken(engine)
    mine = taken(engine, now=NOW + 2 * LEASE)  # even to itself, started anew under the same name
    for late in (
        lambda: beat(engine, run, NOW),
        lambda: fail(engine, run, NOW, "late", LEASE),
        lambda: skip(engine, run, NOW, "late"),
        lambda: done(engine, run),
    ):
        with pytest.raises(ClaimLost):
            late()
    done(engine, mine)
    assert open_runs(engine, NOW) == []


def test_a_failure_says_why_and_is_tried_later(engine: Engine) -> None:
    due(engine)
    fail(engine, taken(engine), NOW, "no\x00 disk\n left", timedelta(minutes=1))
    (state,) = open_runs(engine, NOW)
    assert (state.running, state.why, state.next_at) == (False, "no\ufffd disk left", NOW + timedelta(minutes=1))
    assert claim(engine, [JOB], "a", NOW) is None
    done(engine, taken(engine, now=NOW + timedelta(minutes=1)))
    assert open_runs(engine, NOW) == []


def test_what_there_is_nothing_to_do_for_is_not_tried_again(engine: Engine) -> None:
    due(engine)
    skip(engine, taken(engine), NOW, "no data yet")
    (state,) = open_runs(engine, NOW - WEEK)
    assert (state.outcome, state.why) == ("skipped", "no data yet")
    assert open_runs(engine, NOW) == [] and claim(engine, [JOB], "a", NOW + WEEK) is None


def test_the_table_holds_no_outcome_without_an_end(engine: Engine) -> None:
    due(engine)
    with pytest.raises(Exception, match="job_run_outcome"), engine.begin() as c:
        c.execute(text("update repository.job_run set outcome = 'ok'"))
