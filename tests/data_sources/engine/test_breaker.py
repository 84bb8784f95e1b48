import itertools
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from data_sources.engine.breaker import FIRST, JITTER, LONGEST, OPENS, TIMES, Breaker
from tests.data_sources.engine.feeding import NOON

MINUTE = timedelta(minutes=1)


def test_it_opens_after_some_failures_and_lets_one_try_decide() -> None:
    breaker = Breaker(MINUTE)
    assert breaker.state(NOON) == "closed" and breaker.allows(NOON)
    for _ in range(OPENS - 1):
        assert breaker.failed(NOON) > NOON
        assert breaker.state(NOON) == "closed"
    again = breaker.failed(NOON)
    assert breaker.state(NOON) == "open" and not breaker.allows(NOON)
    assert breaker.state(again) == "half-open" and breaker.allows(again)
    breaker.failed(again)
    assert breaker.state(again) == "open"
    breaker.succeeded()
    assert breaker.state(again) == "closed" and breaker.allows(again) and breaker.failures == 0


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=30)), st.integers(2, 60))
def test_waits_grow_and_end(every: timedelta, times: int) -> None:
    breaker = Breaker(every)
    waits = [breaker.failed(NOON) - NOON for _ in range(times)]
    least, most = 1 - JITTER, 1 + JITTER
    assert min(every, FIRST) * least <= waits[0] <= min(every, FIRST) * most
    assert all(later >= earlier * (least / most) * 0.999 for earlier, later in itertools.pairwise(waits))
    longest = max(every, min(LONGEST, TIMES * every))
    assert max(waits) <= longest * most
    if times > 40:
        assert waits[-1] >= longest * least


def test_a_pause_that_was_asked_for_is_kept() -> None:
    assert Breaker(MINUTE).failed(NOON, timedelta(hours=2)) == NOON + timedelta(hours=2)


def test_a_feed_of_once_a_day_is_tried_again_the_same_day() -> None:
    assert Breaker(timedelta(days=1)).failed(NOON) <= NOON + timedelta(minutes=2)


def test_what_is_not_the_source_s_fault_is_not_counted() -> None:
    breaker = Breaker(timedelta(days=1))
    breaker.later(NOON)
    assert breaker.failures == 0 and breaker.until == NOON + timedelta(seconds=10)
