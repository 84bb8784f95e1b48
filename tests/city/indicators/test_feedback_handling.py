"""On time, extended, answered, satisfied: the edges, one ticket at a time."""

import pytest

from tests.city.indicators.test_feedback import MOMENT, shown, value
from tests.city.makers import NOON, ago

ON_TIME, EXTENDED = "feedback_on_time_rate_30d", "feedback_on_time_extended_rate_30d"
LONG_AGO = ago(days=44)


@pytest.mark.parametrize(
    ("due", "closed", "rate"),
    [
        (ago(hours=2), ago(hours=2), 100),
        (ago(hours=2), ago(hours=2) + MOMENT, 0),
        (ago(hours=2), None, 0),
        (ago(hours=2), NOON + MOMENT, 0),
        (NOON, None, None),
        (NOON, NOON, 100),
        (NOON + MOMENT, NOON + MOMENT, None),
        (NOON + MOMENT, NOON, 100),
        (None, ago(hours=2), None),
        # decided when the deadline passed, though closed in the window
        (ago(days=30), ago(hours=2), None),
        (ago(days=30) + MOMENT, ago(hours=2), 0),
        # decided when closed, though the deadline is in the window
        (ago(hours=2), ago(days=30), None),
        (ago(hours=2), ago(days=30) + MOMENT, 100),
    ],
)
def test_a_ticket_is_decided_at_the_earlier_of_closing_and_deadline(due, closed, rate):
    assert value(ON_TIME, {"received_at": LONG_AGO, "due_at": due, "closed_at": closed}) == rate


def test_a_ticket_nobody_closes_lowers_the_rate_from_the_minute_it_is_late():
    kept = {"received_at": LONG_AGO, "due_at": ago(hours=2), "closed_at": ago(hours=3)}
    assert value(ON_TIME, kept) == 100
    assert value(ON_TIME, kept, {"received_at": LONG_AGO, "due_at": NOON - MOMENT}) == 50


def test_the_extended_rate_has_its_own_deadline_and_denominator():
    extended = {"received_at": LONG_AGO, "due_at": ago(days=3), "extended_to": ago(days=1), "closed_at": ago(days=2)}
    waiting = {"received_at": LONG_AGO, "due_at": ago(days=3), "extended_to": NOON + MOMENT}
    assert (value(ON_TIME, extended, waiting), value(EXTENDED, extended, waiting)) == (0, 100)
    shot = shown(extended, waiting)
    assert [shot.number(c, 0).volume for c in (ON_TIME, EXTENDED)] == [2, 1]


def test_an_extension_without_an_original_deadline_counts_for_the_extended_rate_alone():
    only = {"received_at": LONG_AGO, "extended_to": ago(days=1)}
    assert (value(ON_TIME, only), value(EXTENDED, only), value("feedback_extension_rate_30d", only)) == (None, 0, None)


def test_the_extension_rate_is_of_those_decided_by_the_original_deadline():
    extended = {"received_at": LONG_AGO, "due_at": ago(days=3), "extended_to": ago(days=-9)}
    plain = {"received_at": LONG_AGO, "due_at": ago(days=3), "closed_at": ago(days=4)}
    assert value("feedback_extension_rate_30d", extended, plain, plain, plain) == 25


def test_the_first_response_is_counted_when_it_came_in_elapsed_hours():
    tickets = [{"received_at": ago(hours=h + 1), "first_response_at": ago(hours=1)} for h in (2, 4)]
    late = {"received_at": ago(hours=5), "first_response_at": NOON + MOMENT}
    old = {"received_at": ago(days=31), "first_response_at": ago(days=30)}
    assert value("feedback_first_response_p50_30d", *tickets, late, old) == 3


def test_resolution_is_of_tickets_closed_in_the_window():
    tickets = [{"received_at": ago(days=d + 1), "closed_at": ago(days=1)} for d in (1, 2, 3, 4, 5)]
    assert value("feedback_resolution_p50_30d", *tickets, {}) == 3
    assert value("feedback_resolution_p90_30d", *tickets, {}) == pytest.approx(4.6)


def test_satisfaction_is_of_the_rated_and_says_how_many_are():
    closed = [{"received_at": ago(days=3), "closed_at": ago(days=1), "rating": r} for r in (5, 4, 3, None, None)]
    assert value("feedback_satisfaction_30d", *closed, {"rating": 1}) == pytest.approx(200 / 3)
    assert value("feedback_rated_share_30d", *closed, {"rating": 1}) == 60
    assert value("feedback_satisfaction_30d", closed[-1]) is None
    assert shown(*closed).number("feedback_satisfaction_30d", 0).volume == 3


def test_the_verified_share_counts_rejected_tickets_but_no_duplicates():
    tickets = [{"status": "rejected"}, {"status": "closed"}, {"status": "closed", "duplicate_of": "1"}, {}]
    assert value("feedback_verified_share_30d", *tickets, {"received_at": ago(days=30)}) == pytest.approx(200 / 3)
