from city.clock import FrozenClock
from dashboards.kit.hub import same
from tests.dashboards import scenes
from tests.dashboards.serving import hub


def test_before_the_first_picture_it_is_starting() -> None:
    fed = hub()
    assert not fed.ready and fed.state.lost and fed.state.lost.reason == "starting"
    fed.publish(scenes.calm())
    assert fed.ready and fed.state.lost is None


def test_the_last_picture_stays_when_the_database_is_lost() -> None:
    fed, last = hub(), scenes.calm()
    fed.publish(last)
    fed.lost(scenes.EVENING)
    assert fed.state.snapshot is last and fed.state.lost and fed.state.lost.since == scenes.EVENING


def test_a_silence_of_more_than_two_polls_is_a_loss_whatever_its_cause() -> None:
    fed = hub(poll_seconds=1)
    fed.publish(scenes.calm())
    fed._heard_at -= 4
    assert fed.state.lost and fed.state.lost.reason == "silent"


def test_that_nothing_is_stored_is_kept_through_pictures_and_losses_until_it_is() -> None:
    fed = hub()
    fed.publish(scenes.calm())
    before = fed.state
    fed.storing(scenes.EVENING)
    assert not same(before, fed.state), "so that it is told at once"
    fed.lost(scenes.EVENING)
    fed.publish(scenes.calm())
    assert fed.state.unstored == scenes.EVENING and fed.state.lost is None
    fed.storing(None)
    assert fed.state.unstored is None


def test_a_city_clock_that_stands_still_is_never_silent() -> None:
    fed = hub(FrozenClock(scenes.EVENING), poll_seconds=1)
    fed.publish(scenes.calm())
    fed._heard_at -= 3600
    assert fed.state.lost is None
