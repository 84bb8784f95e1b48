"""Thinned, the past of a feed says the same of whether it lived, and takes an hour's room where it took a minute's."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, text

from city.city import picture
from city.feed_state import standings
from repository.feeds import declare, note
from repository.look import first_look
from repository.maintenance import maintain
from repository.past import read
from repository.thin_feeds import thin_feeds
from tests.city.makers import TOWN
from tests.repository.makers import NOON
from tests.repository.test_feeds import card, ran

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DOWN = range(200, 260)


def past(engine: Engine) -> None:
    """A feed that ran every five minutes for eight hours, and was down for one; as if recorded when it ran."""
    declare(engine, [card()], NOON - DAY)
    with engine.begin() as c:
        c.execute(text("update repository.feed set declared_at = :at"), {"at": NOON - DAY})
        c.execute(text("set local repository.keep_stamps = 'on'"))
        c.execute(text("update repository.feed set recorded_at = :at"), {"at": NOON - DAY})
    for minutes in range(0, 480, 5):
        at = NOON + minutes * MINUTE
        note(engine, ran(at, why="down" if minutes in DOWN else None))
        with engine.begin() as c:
            c.execute(text("set local repository.keep_stamps = 'on'"))
            c.execute(text("update repository.feed set recorded_at = :at"), {"at": at})
            c.execute(text("update repository.feed_history set replaced_at = :at where replaced_at > :at"), {"at": at})


def told(engine: Engine, at: datetime) -> str:
    (feed,) = standings(picture(TOWN, read(engine, at, "then"), at).scene)
    return feed.state


def test_what_a_past_says_of_a_feed_stays(engine: Engine) -> None:
    past(engine)
    moments = [NOON + n * MINUTE for n in range(-30, 478, 7)]
    before = [told(engine, at) for at in moments]
    assert set(before) == {"ok", "failing", "dead"}
    with engine.begin() as c:
        count = c.execute(text("select count(*) from repository.feed_history")).scalar_one()
        assert thin_feeds(c, NOON + 9 * DAY) > 50
        assert thin_feeds(c, NOON + 9 * DAY) == 0
        left = c.execute(text("select count(*) from repository.feed_history")).scalar_one()
    assert left < count / 4
    assert [told(engine, at) for at in moments] == before


def test_what_is_younger_stays_run_by_run_and_what_is_very_old_goes(engine: Engine) -> None:
    past(engine)
    look = first_look(engine, NOON)[1]
    with engine.begin() as c:
        assert thin_feeds(c, NOON + 7 * DAY) == 0
    assert maintain(engine, NOON + 401 * DAY)
    with engine.begin() as c:
        for table in ("feed_history", "feed_hour", "feed_hour_history"):
            assert c.execute(text(f"select count(*) from repository.{table}")).scalar_one() == 0
        assert c.execute(text("select count(*) from repository.feed")).scalar_one() == 1
    assert look.snapshot
