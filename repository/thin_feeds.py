"""The log of feeds' runs does not grow for ever: run by run for eight days, hour by hour for 400, and no longer.

Of runs of one hour that went alike, without a gap in which the feed was dead, the last stays and stands for all: it is
what was known from when the first of them was told. A moment within is then later than no run before it by more than
an hour, and city.feed_state takes a run after the moment for what it is.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, text

EVERY_RUN = timedelta(days=8)
KEPT = timedelta(days=400)
LATELY = timedelta(days=10)
"""How far behind EVERY_RUN thinning looks: what is older was thinned before."""
_ALIKE = """
create temporary table alike on commit drop as
with told as (
  select ctid as place, source, recorded_at, recorded_in, outcome, run_at,
         date_trunc('hour', recorded_at, 'UTC') as hour,
         outcome is distinct from lag(outcome) over w
           or date_trunc('hour', recorded_at, 'UTC') is distinct from lag(date_trunc('hour', recorded_at, 'UTC')) over w
           or run_at - lag(run_at) over w > stale_after
           or recorded_at is distinct from lag(replaced_at) over w as begins
  from repository.feed_history
  where replaced_at < :until and replaced_at > :since and operation = 'UPDATE'
  window w as (partition by source order by recorded_at, replaced_at)
), stretches as (
  select *, count(*) filter (where begins) over (partition by source order by recorded_at, place) as stretch from told
)
select place, first_value(recorded_at) over s as first_at, first_value(recorded_in) over s as first_in,
       row_number() over (partition by source, stretch order by recorded_at desc, place desc) = 1 as last,
       count(*) over (partition by source, stretch) as many
from stretches window s as (partition by source, stretch order by recorded_at, place)
"""
_LONGER = """
update repository.feed_history h set recorded_at = a.first_at, recorded_in = a.first_in
from alike a where h.ctid = a.place and a.last and a.many > 1
"""
_FEWER = "delete from repository.feed_history h using alike a where h.ctid = a.place and not a.last"
_OLD = (
    "delete from repository.feed_history where replaced_at < :gone",
    "delete from repository.feed_hour_history where hour_at < :until",
    "delete from repository.feed_hour where hour_at < :gone",
    "delete from repository.refusal_history where replaced_at < :gone",
)


def thin_feeds(connection: Connection, now: datetime) -> int:
    """How many versions of feeds went, in the transaction under way. Those who follow see no change."""
    until, gone = now - EVERY_RUN, now - KEPT
    connection.execute(text("set local repository.keep_stamps = 'on'"))
    connection.execute(text(_ALIKE), {"until": until, "since": until - LATELY})
    fewer = connection.execute(text(_FEWER)).rowcount  # before the others move to another place
    connection.execute(text(_LONGER))
    for statement in _OLD:
        fewer += connection.execute(text(statement), {"until": until, "gone": gone}).rowcount
    connection.execute(text("drop table pg_temp.alike"))
    connection.execute(text("set local repository.keep_stamps = 'off'"))
    return fewer
