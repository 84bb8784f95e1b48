"""What is told of refused rows, beside the rows themselves."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from repository.look import first_look, news
from repository.refusals import about, recount
from repository.rejected import Refused, keep
from tests.repository.makers import NOON, run

MINUTE = timedelta(minutes=1)


def told(engine: Engine) -> list[tuple[object, ...]]:
    query = "select source, reason, rows_refused, first_at, last_at, sample from repository.refusal order by 1, 2"
    with engine.connect() as c:
        return [tuple(r) for r in c.execute(text(query))]


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("closed_at 'soon' is not a time", "closed_at … is not a time"),
        ('status "Đã xong" has no meaning', "status … has no meaning"),
        ("latitude 95.3 is not between -90 and 90", "latitude … is not between … and …"),
        ("happened before 1990: 1890-01-01T00:00:00Z", "happened before … …"),
        ("pm2_5 -999 is not between -50 and 20000", "pm2_5 … is not between … and …"),
        ("x" * 999, "x" * 159 + "…"),
    ],
)
def test_reasons_that_quote_different_values_are_one(reason: str, kind: str) -> None:
    assert about(reason) == kind


def test_refused_rows_are_counted_by_reason_and_one_is_shown_without_who(engine: Engine) -> None:
    rows = [Refused("a", f"latitude {n} is not between -90 and 90", f'{{"who": "Tư", "n": {n}}}') for n in (95, 96)]
    keep(engine, "feed", None, [*rows, Refused("b", "no key", "{}")], NOON)
    keep(engine, "feed", None, rows, NOON + MINUTE)  # the same again: nothing new to tell
    assert told(engine) == [
        ("a", "latitude … is not between … and …", 2, NOON, NOON, '{"who":"…","n":95}'),
        ("b", "no key", 1, NOON, NOON, "{}"),
    ]
    keep(engine, "feed", None, rows, NOON + 20 * MINUTE)
    assert told(engine)[0][2:5] == (2, NOON, NOON + 20 * MINUTE)


def test_a_picture_carries_them_and_learns_when_they_are_mended(engine: Engine) -> None:
    keep(engine, "feed", None, [Refused("a", "no key", "{}"), Refused("a", "no key", "[]")], NOON)
    batch, look = first_look(engine, NOON)
    assert batch.changes["refusal"].rows["rows_refused"].tolist() == [2.0]
    run(engine, "delete from repository.rejected where content = '{}'")
    recount(engine, "a")
    batch, look = news(engine, look, NOON)
    assert batch.changes["refusal"].rows["rows_refused"].tolist() == [1.0]
    run(engine, "delete from repository.rejected")
    recount(engine, "a")
    assert news(engine, look, NOON)[0].changes["refusal"].gone == {("a", "feed", "no key")}


def test_what_nobody_refused_for_long_is_no_part_of_a_picture(engine: Engine) -> None:
    keep(engine, "feed", None, [Refused("a", "no key", "{}")], NOON - timedelta(days=9))
    assert len(first_look(engine, NOON)[0].changes["refusal"]) == 0
