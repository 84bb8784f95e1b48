"""One poll: what goes in, what does not, and the account of it."""

import random
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_sources.engine.border import Border
from data_sources.engine.contract import Link, Patch, Rejected, Row, SourceError, SourceInfo
from data_sources.engine.poll import Poll
from tests.data_sources.engine.feeding import CITY, CLOCK, NOON, Feed, Kept, event, reading

DAY = timedelta(days=1)
READ = ("sensor_id", "metric", "observed_at", "value", "unit", "latitude", "longitude", "place_code", "odd")


def polled(*pages: Any, kept: Kept | None = None, **card: Any) -> tuple[Poll, Kept, Feed]:
    feed, kept = Feed(*pages, **card), kept or Kept()
    poll = Poll(feed, kept.store(), CLOCK)
    poll.run()
    return poll, kept, feed


def why(*rows: Any, **card: Any) -> list[str]:
    """Reasons why these rows are refused."""
    return polled(list(rows), **card)[1].reasons


def test_every_row_carries_the_feed_s_own_key() -> None:
    _, kept, _ = polled([reading(source="somebody-else"), event(source="police")])
    assert {r["source"] for t in ("observation", "event") for r in kept.rows(t)} == {"feed"}


def test_a_feed_that_plays_others_writes_as_those_and_as_nobody_else() -> None:
    plays = tuple(SourceInfo(k, k, "data", DAY) for k in ("a", "b"))
    poll, kept, _ = polled([reading(source="a"), event(source="b"), event("e2", source="c")], plays=plays)
    assert [r["source"] for t in ("observation", "event") for r in kept.rows(t)] == ["a", "b"]
    assert kept.reasons == ["c is not a source of this feed"]
    assert [(r.source, r.read, r.new, r.refused) for r in poll.account()] == [("a", 2, 1, 1), ("b", 1, 1, 0)]


def test_links_go_back_to_who_fetches_and_pages_are_written_one_by_one() -> None:
    _, kept, feed = polled([reading("s1"), Link("next", "/2")], [reading("s2")])
    assert feed.given == [[Link("next", "/2")], []]
    assert len(kept.rows("observation")) == 2 and feed.moved == [0, 1]


def test_patches_come_after_the_rows_of_the_whole_poll_and_never_make_one() -> None:
    over = Patch("event", {"event_id": "e1", "closed_at": NOON})
    nobody = Patch("event", {"event_id": "e9", "closed_at": NOON})
    _, kept, feed = polled([over, nobody, event("e0")], [event("e1")])
    assert {r["event_id"]: r["closed_at"] is not None for r in kept.rows("event")} == {"e0": False, "e1": True}
    assert feed.moved == [0, 1]


def test_a_source_moves_on_only_when_its_rows_are_stored() -> None:
    kept, feed = Kept(fail=OSError("disk full")), Feed([reading()])
    with pytest.raises(SourceError, match="read, but not stored: disk full"):
        Poll(feed, kept.store(), CLOCK).run()
    assert feed.moved == []
    kept.fail = None
    Poll(feed, kept.store(), CLOCK).run()
    assert feed.moved == [0]


def test_the_account_adds_up() -> None:
    rows = [reading("a"), reading("a"), reading("b", value=None), Rejected("{}", "no key")]
    poll, kept, _ = polled(rows, kept=(known := Kept()))
    (run,) = poll.account()
    assert (run.read, run.new, run.unchanged, run.refused, run.duplicates) == (4, 1, 1, 2, 1)
    assert run.newest_observed_at == NOON and run.outcome == "ok" and known is kept
    (bad,) = poll.account("500")
    assert (bad.outcome, bad.why) == ("failed", "500")


def test_more_rows_than_a_poll_may_bring_are_not_taken_and_said() -> None:
    kept = Kept()
    feed = Feed([reading(str(i)) for i in range(30)], max_rows=20)
    poll = Poll(feed, kept.store(), CLOCK)
    with pytest.raises(SourceError, match="10 rows more than the 20"):
        poll.run()
    assert len(kept.rows("observation")) == 20 and feed.moved == []
    assert poll.account("flood")[0].new == 20


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (reading(at=None), "no time: observed_at is empty"),
        (reading(at=NOON.replace(tzinfo=None)), "observed_at '2026-09-16 05:00:00' has no offset"),
        (reading(at="2026-09-16T12:00:00Z"), "observed_at '2026-09-16T12:00:00Z' is not a time"),
        (reading(at=NOON + DAY + timedelta(seconds=1)), "observed_at 2026-09-17T05:00:01Z is more than a day ahead"),
        (reading(at=datetime(1989, 12, 31, tzinfo=NOON.tzinfo)), "observed_at 1989-12-31T00:00:00Z is before 1990"),
        (reading(value=None), "no value: value is empty"),
        (reading(value=float("nan")), "value is NaN or infinity written as a number"),
        (reading(value="12"), "value '12' is not a number"),
        (reading(value=True), "value 'True' is not a number"),
        (reading(value=-999), "pm2_5 -999 is not between -50 and 20000"),
        (reading(sensor=None), "no key: sensor_id is empty"),  # type: ignore[arg-type]
        (reading(sensor=""), "no key: sensor_id is empty"),
        (reading(sensor="x" * 501), "sensor_id is longer than 500 bytes"),
        (reading(sensor="a\0b"), "sensor_id 'a\\x00b' holds a NUL character"),
        (reading(unit="furlong"), "pm2_5: the unit 'furlong' can't become µg/m³"),
        (reading(colour="red"), "observation has no column 'colour'"),
        (reading(latitude=95, longitude=107.6), "latitude 95 is not between -90 and 90"),
        (event(severity=0), "severity 0 is not between 1 and 5"),
        (event(severity=2.5), "severity 2.5 is no whole number"),
        (event(closed_at=NOON - DAY), "closed_at 2026-09-15T05:00:00Z is before opened_at 2026-09-16T05:00:00Z"),
        (event(at=NOON + 2 * DAY), "opened_at 2026-09-18T05:00:00Z is more than a day ahead"),
        (event(attributes=[1]), "attributes '[1]' is no object"),
        (Row("place", {"place_code": "x"}), "no source writes the table place"),
        (Row("feedback", {"feedback_id": "f", "received_at": NOON, "status": "odd"}), "status 'odd' is not ours"),
    ],
)
def test_what_can_t_be_right_is_refused_with_its_reason(row: Row, reason: str) -> None:
    assert why(row, reading("good")) == [reason]


def test_coordinates_the_wrong_way_round_are_found_out() -> None:
    assert why(event(latitude=38.7, longitude=-9.1)) == []  # far away, and it may be: it is unlocated
    lisbon = event(latitude=-9.1, longitude=38.7)
    feed, kept = Feed([lisbon]), Kept()
    poll = Poll(feed, replace(kept.store(), border=lambda: Border(CITY, (38.7, -9.1))), CLOCK)
    poll.run()
    assert kept.reasons == ["latitude -9.1 and longitude 38.7 are swapped"]


def test_0_0_is_no_place_and_a_point_finds_its_own() -> None:
    rows = [reading("a", latitude=0, longitude=0), reading("b", latitude=16.4, longitude=107.6)]
    rows += [
        reading("c", latitude=16.4, longitude=107.6, place_code="told"),
        reading("d", latitude=15.0, longitude=107.6),
    ]
    _, kept, _ = polled(rows)
    assert {r["sensor_id"]: (r["place_code"], r["latitude"]) for r in kept.rows("observation")} == {
        "a": (None, None),
        "b": ("kim-long", 16.4),
        "c": ("told", 16.4),
        "d": (None, 15.0),
    }


def test_units_become_the_contract_s_and_are_counted() -> None:
    rows = [
        reading("a", 1.2, unit="mg/m3"),
        reading("b", 77, "temperature", unit="degF"),
        reading("c", 3, "wind", unit="m/s"),
    ]
    poll, kept, _ = polled(rows)
    assert {r["sensor_id"]: (round(r["value"], 9), r["unit"]) for r in kept.rows("observation")} == {
        "a": (1200, "µg/m³"),
        "b": (25, "°C"),
        "c": (3, "m/s"),
    }
    assert poll.account()[0].converted == 2


def test_a_feed_may_be_held_to_narrower_limits() -> None:
    assert why(reading(value=600), limits={"pm2_5": (0, 500)}) == ["pm2_5 600 is not between 0 and 500"]
    assert why(reading(value=600)) == []


def test_planned_times_and_deadlines_may_lie_ahead() -> None:
    works = event(at=NOON + 30 * DAY, closed_at=NOON + 60 * DAY)
    assert why(works, standard="datex2") == []
    assert len(why(works)) == 1
    due = {"feedback_id": "f", "received_at": NOON, "due_at": NOON + 30 * DAY, "status": "received"}
    assert why(Row("feedback", due)) == []


def test_a_refused_row_is_kept_as_it_came() -> None:
    row = reading(value=None)
    row.origin = lambda: '[{"their": "own"}]'
    _, kept, _ = polled([row, reading("b", value=None)])
    first, second = (r.row for _, r in kept.refused)
    assert first == '[{"their": "own"}]' and second.startswith('{"row_of": "observation"')


def test_local_times_become_utc() -> None:
    local = NOON.astimezone(timezone(timedelta(hours=7)))
    _, kept, _ = polled([reading(at=local)])
    assert kept.rows("observation")[0]["observed_at"] == NOON.replace(tzinfo=None)


def test_what_a_row_leaves_out_is_empty_whoever_comes_with_it() -> None:
    for rows in ([event("a", closed_at=NOON), event("b")], [event("b")]):
        kept = Kept()
        polled([event("b", closed_at=NOON)], kept=kept)
        polled(rows, kept=kept)
        assert {r["event_id"]: r["closed_at"] for r in kept.rows("event")}["b"] is None


DAY_OF = [
    reading(f"s{s}", float(10 * s + h), at=NOON - timedelta(hours=h), latitude=16.4, longitude=107.6)
    for s in range(3)
    for h in range(6)
] + [event(f"e{i}", at=NOON - timedelta(hours=i)) for i in range(6)]


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 7))
def test_shuffled_and_repeated_batches_leave_the_same_tables(chance: random.Random, size: int) -> None:
    in_order = Kept()
    polled(DAY_OF, kept=in_order)
    rows = DAY_OF + chance.sample(DAY_OF, chance.randrange(len(DAY_OF)))
    chance.shuffle(rows)
    shuffled = Kept()
    for first in range(0, len(rows), size):
        polled(rows[first : first + size], kept=shuffled)
    assert shuffled.tables == in_order.tables


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                n: st.one_of(
                    st.none(),
                    st.floats(),
                    st.text(max_size=5),
                    st.booleans(),
                    st.datetimes(),
                    st.integers(),
                    st.lists(st.none(), max_size=1),
                )
                for n in READ
            },
        ),
        max_size=6,
    )
)
def test_whatever_a_reader_hands_over_is_in_or_refused_and_never_stops_the_others(rows: list[dict[str, Any]]) -> None:
    poll, kept, _ = polled([*(Row("observation", r) for r in rows), reading("good")])
    (run,) = poll.account()
    assert run.read == len(rows) + 1 == run.new + run.unchanged + run.refused
    assert any(r["sensor_id"] == "good" for r in kept.rows("observation"))
