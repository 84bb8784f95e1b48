"""What the definitions say at their edges, one ticket at a time."""

from datetime import timedelta

import pytest

from city.city import picture
from city.config import Threshold
from city.level import LEVELS
from tests.city.makers import NOON, TOWN, ago, batch, place

MOMENT = timedelta(microseconds=1)


def shown(*tickets, at=NOON, city=TOWN):
    rows = [{"feedback_id": str(i), "received_at": ago(days=1), "place_code": "a", **t} for i, t in enumerate(tickets)]
    return picture(city, batch(whole=True, place=[place("a"), place("b")], feedback=rows), at)


def value(code, *tickets, slot="a", at=NOON, city=TOWN):
    shot = shown(*tickets, at=at, city=city)
    return shot.number(code, shot.places.slot(slot)).value


@pytest.mark.parametrize(
    ("ticket", "open_"),
    [
        ({}, 1),
        ({"received_at": NOON}, 1),
        ({"received_at": NOON + MOMENT}, None),
        ({"closed_at": NOON}, 0),
        ({"closed_at": NOON + MOMENT}, 1),
        ({"status": "rejected"}, 0),
        ({"status": "closed"}, 1),
        ({"status": None}, 1),
        ({"duplicate_of": "7"}, 0),
    ],
)
def test_times_alone_and_not_the_status_say_what_is_open(ticket, open_):
    assert value("feedback_open", ticket) == open_


def test_a_count_is_zero_once_the_city_has_had_any_ticket_and_unknown_before():
    assert value("feedback_open", {}, slot="b") == 0
    assert value("feedback_open", {}, slot="unlocated") == 0
    assert value("feedback_open") is None
    assert value("feedback_open", {}, at=ago(days=1) - MOMENT) is None


def test_unknown_places_are_unlocated_and_count_for_the_city():
    tickets = ({"place_code": "nowhere"}, {"place_code": None}, {})
    assert [value("feedback_open", *tickets, slot=s) for s in ("a", "b", "unlocated", None)] == [1, 0, 2, 3]


@pytest.mark.parametrize(
    ("ticket", "overdue"),
    [
        ({"due_at": NOON}, 0),
        ({"due_at": NOON - MOMENT}, 1),
        ({"due_at": ago(hours=1), "extended_to": NOON + MOMENT}, 0),
        ({"due_at": NOON + MOMENT, "extended_to": ago(hours=1)}, 1),
        ({"due_at": ago(hours=1), "closed_at": NOON}, 0),
        ({}, 0),
        # noon is 12:00 in town: today's midnight means the end of today, yesterday's passed twelve hours ago
        ({"due_at": ago(hours=12)}, 0),
        ({"due_at": ago(hours=36)}, 1),
    ],
)
def test_a_ticket_is_overdue_once_its_extended_deadline_has_passed(ticket, overdue):
    assert value("feedback_overdue", ticket) == overdue


def test_a_city_may_count_midnight_as_the_start_of_the_day():
    early = TOWN.model_copy(
        update={"calendar": TOWN.calendar.model_copy(update={"deadline_at_midnight_means": "start of day"})}
    )
    assert value("feedback_overdue", {"due_at": ago(hours=12)}, city=early) == 1


def test_windows_are_open_at_their_start_and_closed_at_the_moment():
    times = (NOON, ago(days=7) + MOMENT, ago(days=7))
    assert value("feedback_received_7d", *({"received_at": t} for t in times)) == 2
    assert value("feedback_closed_7d", *({"received_at": ago(days=9), "closed_at": t} for t in times)) == 2


def test_the_net_flow_is_received_less_closed():
    gone = {"received_at": ago(days=9), "closed_at": ago(days=2)}
    assert value("feedback_net_flow_7d", {}, gone, gone) == -1


def test_a_backlog_that_grows_for_three_weeks_is_watched():
    steady = [{"received_at": ago(days=d)} for d in (60, 15, 8, 1)]
    level = shown(*steady).outcome("feedback_net_flow_7d").levels
    assert [LEVELS[i] for i in level] == ["watch", "ok", "ok", "watch"]
    assert (
        LEVELS[
            shown(*steady[:-1], {"received_at": ago(days=1), "closed_at": NOON})
            .outcome("feedback_net_flow_7d")
            .levels[0]
        ]
        == "ok"
    )


def test_a_backlog_far_above_that_of_four_weeks_is_watched():
    tickets = [{"received_at": ago(days=60)}, *[{"received_at": ago(hours=2)}] * 6]
    assert [LEVELS[i] for i in shown(*tickets).outcome("feedback_open").levels] == ["watch", "ok", "ok", "watch"]


def test_limits_of_the_city_file_go_before_its_own_history():
    tickets = [{"received_at": ago(days=60)}, *[{"received_at": ago(hours=2)}] * 6]
    city = TOWN.model_copy(update={"thresholds": {"feedback_open": Threshold(alarm=7)}})
    assert [LEVELS[i] for i in shown(*tickets, city=city).outcome("feedback_open").levels] == [
        "alarm",
        "ok",
        "ok",
        "alarm",
    ]


def test_ages_are_of_open_tickets_in_days_and_carry_how_many():
    tickets = [{"received_at": ago(days=d)} for d in (1, 2, 3, 4)] + [{"received_at": ago(days=9), "closed_at": NOON}]
    assert value("feedback_age_p50", *tickets) == 2.5
    assert value("feedback_age_p90", *tickets) == pytest.approx(3.7)
    assert value("feedback_age_p90", *tickets, slot="b") is None
    shot = shown(*tickets)
    assert [shot.number("feedback_age_p90", s).volume for s in range(4)] == [4, 0, 0, 4]
