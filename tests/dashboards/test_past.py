import asyncio
import threading
from datetime import datetime, timedelta

import pytest

from city.snapshot import Known, Snapshot
from city.stored import Stored
from dashboards.kit import past as pasts
from dashboards.kit.past import Past, PastError
from tests.dashboards import scenes


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
    monkeypatch.setattr(pasts, "PAST_DEADLINE_S", 0.05)
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


def test_what_is_known_today_is_read_again_and_what_was_known_then_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pasts, "KNOWN_NOW_S", -1.0)
    read: list[Known] = []

    def reader(at: datetime, known: Known) -> Snapshot:
        read.append(known)
        return scenes.empty(at)

    async def ask() -> None:
        past = Past(reader)
        for known in ("now", "then", "now", "then"):
            await past.of(scenes.EVENING, known)  # type: ignore[arg-type]

    asyncio.run(ask())
    assert read == ["now", "then", "now"]


def test_more_moments_at_once_than_can_be_read_are_refused_and_few_are_kept() -> None:
    release = threading.Event()

    def slow(at: datetime, known: Known) -> Snapshot:
        release.wait(5)
        return scenes.empty(at)

    async def ask() -> None:
        past = Past(slow)
        moments = [scenes.EVENING - timedelta(minutes=i) for i in range(pasts.WAITING + 1)]
        asked = [asyncio.ensure_future(past.of(m, "then")) for m in moments]
        with pytest.raises(PastError, match="too many"):
            await asked[-1]
        release.set()
        await asyncio.gather(*asked[:-1])
        await past.of(moments[-1], "then")
        assert len(past._kept) == pasts.PASTS_KEPT
        past.close()

    asyncio.run(ask())


def test_what_is_stored_is_asked_once_in_a_while_and_the_last_answer_stays() -> None:
    answers = iter([Stored(scenes.EVENING), OSError("gone")])

    def reader() -> Stored:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    async def ask() -> None:
        past = Past(None, reader)
        assert (await past.look()).first == scenes.EVENING
        assert (await past.look()).first == scenes.EVENING, "asked again too soon"
        past._stored_until = 0.0
        assert (await past.look()).first == scenes.EVENING

    asyncio.run(ask())
