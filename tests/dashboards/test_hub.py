import asyncio
import threading
from datetime import datetime

import pytest

from city.clock import FrozenClock
from city.snapshot import Known, Snapshot
from dashboards.kit import hub as hubs
from dashboards.kit.hub import Past, PastError
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


def test_a_city_clock_that_stands_still_is_never_silent() -> None:
    fed = hub(FrozenClock(scenes.EVENING), poll_seconds=1)
    fed.publish(scenes.calm())
    fed._heard_at -= 3600
    assert fed.state.lost is None


def test_several_who_ask_for_the_same_past_wait_for_one_reading() -> None:
    read: list[datetime] = []

    def reader(at: datetime, known: Known) -> Snapshot:
        read.append(at)
        return scenes.empty(at)

    async def ask() -> list[Snapshot]:
        past = Past(reader)
        return list(await asyncio.gather(*(past.of(scenes.EVENING, "then") for _ in range(5))))

    found = asyncio.run(ask())
    assert len(read) == 1 and len({id(s) for s in found}) == 1


def test_a_past_that_does_not_come_in_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "PAST_DEADLINE_S", 0.05)
    release = threading.Event()

    def stuck(at: datetime, known: Known) -> Snapshot:
        release.wait(5)
        return scenes.empty(at)

    async def ask() -> None:
        past = Past(stuck)
        try:
            with pytest.raises(PastError, match="in time"):
                await past.of(scenes.EVENING, "now")
        finally:
            release.set()
            past.close()

    asyncio.run(ask())


def test_a_past_that_failed_once_is_read_again() -> None:
    tries: list[int] = []

    def flaky(at: datetime, known: Known) -> Snapshot:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("gone")
        return scenes.empty(at)

    async def ask() -> None:
        past = Past(flaky)
        with pytest.raises(PastError):
            await past.of(scenes.EVENING, "now")
        assert (await past.of(scenes.EVENING, "now")).at == scenes.EVENING

    asyncio.run(ask())
