"""What feeds leave behind: cards, runs, hours, and what each was at any moment."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from city.feeds import FeedCard, FeedRun
from repository.errors import RepositoryError
from repository.feeds import Notebook, declare, note, runs, states, write_past
from repository.look import first_look, keep, news
from repository.past import read
from tests.repository.makers import NOON

MINUTE = timedelta(minutes=1)


def card(source: str = "rivers", **more: Any) -> FeedCard:
    said: dict[str, Any] = {
        **{"title": "Sông Hương", "domain": "environment", "standard": "SensorThings", "owner": "", "licence": ""},
        **{"url": "https://who:secret@example.org/v1.1?key=secret", "every": 5 * MINUTE, "metrics": ("water_level",)},
    }
    return FeedCard(source=source, **{**said, **more})


def ran(at: datetime, source: str = "rivers", *, why: str | None = None, **more: Any) -> FeedRun:
    return FeedRun(source, at, "failed" if why else "ok", why, **more)


def test_a_declared_feed_is_known_and_saying_it_again_changes_nothing(engine: Engine) -> None:
    declare(engine, [card()], NOON)
    declare(engine, [card()], NOON + MINUTE)
    (state,) = states(engine)
    assert state.card == card()
    assert (state.last, state.succeeded_at, state.declared_at, state.withdrawn_at) == (None, None, NOON, None)
    with engine.connect() as c:
        assert c.execute(text("select count(*) from repository.feed_history")).scalar_one() == 0


def test_a_feed_no_longer_declared_is_withdrawn_and_comes_back(engine: Engine) -> None:
    declare(engine, [card("a"), card("b")], NOON)
    declare(engine, [card("a"), card("b"), card("demo.x")], NOON)
    declare(engine, [card("a")], NOON + MINUTE)
    assert {s.source: s.withdrawn_at for s in states(engine)} == {"a": None, "b": NOON + MINUTE, "demo.x": None}
    declare(engine, [card("demo.x")], NOON + MINUTE)
    assert {s.source: s.withdrawn_at for s in states(engine)} == {"a": None, "b": NOON + MINUTE, "demo.x": None}
    declare(engine, [card("a"), card("b"), card("demo.y")], NOON + 2 * MINUTE)
    later = NOON + 2 * MINUTE
    found = {s.source: (s.declared_at, s.withdrawn_at) for s in states(engine)}
    assert found == {"a": (NOON, None), "b": (later, None), "demo.x": (NOON, later), "demo.y": (later, None)}


def test_a_run_is_told_with_since_when_it_fails(engine: Engine) -> None:
    declare(engine, [card()], NOON)
    good = ran(NOON, read=9, new=5, unchanged=3, refused=1, bytes=400, took=MINUTE, delay=2 * MINUTE,
               newest_observed_at=NOON - MINUTE)  # fmt: skip
    note(engine, good)
    note(engine, ran(NOON + MINUTE, why="no\nanswer\0"))
    note(engine, ran(NOON + 2 * MINUTE, why="no answer"))
    (state,) = states(engine)
    assert (state.succeeded_at, state.failing_since) == (NOON, NOON + MINUTE)
    assert state.last is not None
    assert state.last.newest_observed_at == NOON - MINUTE  # a failed run knows nothing newer
    note(engine, ran(NOON + 3 * MINUTE))
    (state,) = states(engine)
    assert (state.succeeded_at, state.failing_since) == (NOON + 3 * MINUTE, None)
    told = runs(engine, NOON - MINUTE, NOON + 2 * MINUTE)
    assert [r.why for r in told] == [None, "no answer\ufffd", "no answer"]
    assert told[0] == good


def test_a_run_told_late_does_not_turn_the_feed_back(engine: Engine) -> None:
    note(engine, ran(NOON))
    note(engine, ran(NOON - MINUTE, why="older"))
    (state,) = states(engine)
    assert (state.card, state.succeeded_at, state.failing_since) == (None, NOON, None)


def test_hours_add_up_and_know_the_longest_gap(engine: Engine) -> None:
    for minutes, why in ((0, None), (5, None), (25, "down"), (40, None), (65, None)):
        note(engine, ran(NOON + minutes * MINUTE, why=why, read=10, refused=1, duplicates=2, converted=3))
    columns = "runs, failed, succeeded_at, rows_read, rows_refused, rows_duplicate, rows_converted, longest_gap"
    with engine.connect() as c:
        found = c.execute(text(f"select hour_at, {columns} from repository.feed_hour order by hour_at")).all()
    assert [tuple(r) for r in found] == [
        (NOON, 4, 1, NOON + 40 * MINUTE, 40, 4, 8, 12, 35 * MINUTE),
        (NOON + 60 * MINUTE, 1, 0, NOON + 65 * MINUTE, 10, 1, 2, 3, 25 * MINUTE),
    ]


def test_a_feed_of_many_runs_a_minute_is_noted_now_and_then_and_no_row_is_lost(engine: Engine) -> None:
    book, second = Notebook(engine, [card("quick", every=MINUTE / 20)]), timedelta(seconds=1)
    for s, why in ((0, None), (2, None), (4, None), (6, "down"), (8, None), (10, None), (40, None)):
        book.note(ran(NOON + s * second, why=why, read=3, new=1))
        book.note(ran(NOON + s * second, source="quick"))
    told = runs(engine, NOON - MINUTE, NOON + MINUTE)
    assert [r.run_at for r in told if r.source == "quick"] == [NOON + s * second for s in (0, 2, 4, 6, 8, 10, 40)]
    told = [r for r in told if r.source != "quick"]
    assert [(int((r.run_at - NOON).total_seconds()), r.outcome, r.read) for r in told] == [
        (0, "ok", 3),
        (6, "failed", 9),
        (8, "ok", 3),
        (40, "ok", 6),
    ]
    with engine.connect() as c:
        found = c.execute(
            text("select runs, failed, rows_read, rows_new from repository.feed_hour where source = 'rivers'")
        ).one()
    assert tuple(found) == (7, 1, 21, 7)


def test_a_feed_is_shown_as_it_was_known_then(engine: Engine) -> None:
    """By looks, and the picture that a look grows is the one read afresh."""
    declare(engine, [card()], NOON)
    note(engine, ran(NOON))
    batch, look = first_look(engine, NOON)
    keep(engine, look)
    assert batch.changes["feed"].rows["stale_after"].tolist() == [600.0]
    assert batch.changes["feed"].rows["metrics"].tolist() == [["water_level"]]
    note(engine, ran(NOON + 5 * MINUTE, why="down"))
    batch, look = news(engine, look, NOON + 5 * MINUTE)
    keep(engine, look)
    assert {t: len(c) for t, c in batch.changes.items()} == {"feed": 1, "feed_hour": 1}
    assert batch.changes["feed"].rows["outcome"].tolist() == ["failed"]
    for at, outcome, runs_then in ((NOON + MINUTE, "ok", 1), (NOON + 6 * MINUTE, "failed", 2)):
        then = read(engine, at, "then")
        assert then.changes["feed"].rows["outcome"].tolist() == [outcome]
        assert then.changes["feed_hour"].rows["runs"].tolist() == [runs_then]
    assert read(engine, NOON + MINUTE, "now").changes["feed"].rows["outcome"].tolist() == ["failed"]


def test_before_the_first_look_a_feed_is_shown_by_when_its_runs_were_recorded(engine: Engine) -> None:
    with engine.begin() as c:
        c.execute(text("set local repository.backdate = 'row'"))
        insert = "insert into repository.feed (source, every, run_at, recorded_at) values ('s', '5 min', :at, :at)"
        c.execute(text(insert), {"at": NOON})
        for minutes in (5, 10, 15):
            later = {"at": NOON + minutes * MINUTE}
            c.execute(text("update repository.feed set run_at = :at, recorded_at = :at"), later)
    for minutes, known in ((-1, []), (0, [0]), (7, [5]), (10, [10]), (99, [15])):
        then = read(engine, NOON + minutes * MINUTE, "then").changes["feed"].rows["run_at"]
        assert [t.replace(tzinfo=UTC) for t in then.tolist()] == [NOON + k * MINUTE for k in known]


def test_a_past_of_runs_is_shown_from_when_each_was_known_and_later_runs_stay(engine: Engine) -> None:
    versions = [(NOON, ran(NOON + 59 * MINUTE)), (NOON + 60 * MINUTE, ran(NOON + 119 * MINUTE, why="down"))]
    write_past(engine, versions)
    (state,) = states(engine)
    assert (state.succeeded_at, state.failing_since) == (NOON + 59 * MINUTE, NOON + 119 * MINUTE)
    for minutes, outcome in ((-1, []), (0, ["ok"]), (59, ["ok"]), (60, ["failed"]), (999, ["failed"])):
        then = read(engine, NOON + minutes * MINUTE, "then").changes["feed"].rows
        assert then["outcome"].tolist() == outcome
    note(engine, ran(NOON + 200 * MINUTE))
    write_past(engine, versions)
    assert states(engine)[0].succeeded_at == NOON + 200 * MINUTE


def test_a_database_that_is_gone_is_told_in_one_line(engine: Engine) -> None:
    with engine.begin() as c:
        c.execute(text("drop table repository.feed cascade"))
    for ask in (lambda: states(engine), lambda: note(engine, ran(NOON)), lambda: declare(engine, [card()], NOON)):
        with pytest.raises(RepositoryError, match="cannot be used"):
            ask()


def test_runs_are_asked_for_with_aware_times(engine: Engine) -> None:
    note(engine, ran(datetime(2025, 10, 27, 12, tzinfo=UTC)))
    assert [r.source for r in runs(engine, NOON - MINUTE, NOON)] == ["rivers"]
    assert runs(engine, NOON, NOON + MINUTE) == []
