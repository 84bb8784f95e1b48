from collections.abc import Iterable
from typing import Any

from data_sources.engine.again import Again
from data_sources.engine.contract import Answer, Found, Link, Patch, Rejected, Row, SourceError
from data_sources.engine.poll import Poll
from tests.data_sources.engine.feeding import CLOCK, NOON, Feed, Kept, event, reading


def read(answer: Answer) -> Iterable[Found]:
    """A reader that knows four texts."""
    told = answer.body.decode()
    if told == "broken":
        raise SourceError("not JSON")
    return {
        "good": [reading(at=answer.received_at)],
        "bad": [Rejected("x", "no key")],
        "more": [Link("next", "/")],
    }.get(told, [])


def again(*contents: str) -> Kept:
    kept = Kept()
    source = Again(Feed(max_rows=1).info, read, [(c, NOON) for c in contents])
    Poll(source, kept.store(), CLOCK).run()
    return kept


def test_each_row_is_told_by_its_own_content() -> None:
    kept = again("good", "bad", "broken", "more", "nothing")
    assert {r.row: r.reason for _, r in kept.refused} == {
        "bad": "no key",
        "broken": "not JSON",
        "more": "nothing is read from it any more",
        "nothing": "nothing is read from it any more",
    }
    assert len(kept.rows("observation")) == 1


def test_what_the_border_wrote_in_our_words_comes_back_as_it_was() -> None:
    def refused(*rows: Row | Patch) -> list[str]:
        kept = Kept()
        Poll(Feed(list(rows), limits={"pm2_5": (0, 1)}), kept.store(), CLOCK).run()
        return [r.row for _, r in kept.refused]

    tells: list[Any] = [reading("a", latitude=16.4, longitude=107.6), event("e", severity=9)]
    contents = refused(*tells, Patch("event", {"event_id": "e2", "severity": 7}))
    kept = again(*contents)
    assert [r["sensor_id"] for r in kept.rows("observation")] == ["a"], "within what is plausible at all"
    assert kept.rows("observation")[0]["place_code"] == "kim-long"
    assert len(contents) == 3 and [("severity" in r.reason) for _, r in kept.refused] == [True, True]


def test_more_rows_than_a_poll_may_bring_are_tried_again_at_once() -> None:
    assert len(again("good", "good").rows("observation")) == 1
