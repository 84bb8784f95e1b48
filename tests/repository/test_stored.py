from datetime import datetime, timedelta

from sqlalchemy import Engine

from repository.partitions import ensure
from repository.stored import FEW, stored
from tests.repository.makers import NOON, observe, run

YEAR = timedelta(days=365)


def ticket(engine: Engine, at: datetime) -> None:
    run(engine, "insert into repository.feedback (source, feedback_id, received_at) values ('s', '1', :at)", at=at)


def test_where_nothing_is_stored_there_is_no_first_moment(engine: Engine) -> None:
    assert stored(engine, NOON).first is None and stored(engine, NOON).marks == ()


def test_the_past_begins_with_the_first_ticket_or_the_first_month_of_readings(engine: Engine) -> None:
    ensure(engine, NOON - YEAR, NOON)
    ticket(engine, NOON - timedelta(days=20))
    observe(engine, NOON - YEAR, sensor="standing since long")
    assert stored(engine, NOON).first == NOON - timedelta(days=20), "one reading of a sensor is no past"
    for i in range(FEW + 1):
        observe(engine, NOON - timedelta(days=90) + timedelta(minutes=i), sensor=str(i % 7))
    assert stored(engine, NOON).first == NOON - timedelta(days=90)


def test_what_lies_ahead_opens_no_past(engine: Engine) -> None:
    ticket(engine, NOON + timedelta(days=3))
    assert stored(engine, NOON).first is None


def test_days_with_severe_incidents_are_marked_and_others_are_not(engine: Engine) -> None:
    for i, severity in enumerate((1, 2, 3, 5, 1)):
        run(
            engine,
            "insert into repository.event (source, event_id, domain, severity, opened_at)"
            " values ('s', :id, 'traffic', :severity, :at)",
            id=str(i), severity=severity, at=NOON - timedelta(days=i),
        )  # fmt: skip
    marks = stored(engine, NOON).marks
    assert [(day.date(), n) for day, n in marks] == [
        ((NOON - timedelta(days=4)).date(), 1),
        ((NOON - timedelta(days=1)).date(), 1),
        (NOON.date(), 1),
    ]


def test_an_archive_of_former_years_does_not_open_the_past(engine: Engine) -> None:
    ensure(engine, NOON - YEAR, NOON)
    for i in range(FEW + 1):
        observe(engine, NOON - YEAR + timedelta(minutes=i), metric="cases_dengue")
    for days in (*range(360, 390, 10), *range(1, 200, 50)):
        run(engine, "insert into repository.event (source, event_id, opened_at) values ('s', :id, :at)",
            id=str(days), at=NOON - timedelta(days=days))  # fmt: skip
    assert stored(engine, NOON).first == NOON - timedelta(days=151)
    assert stored(engine, NOON - timedelta(days=300)).first == NOON - timedelta(days=380), "nothing else was there then"
