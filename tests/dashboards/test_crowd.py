"""One screen more than the server takes on."""

import asyncio

import httpx
import pytest
from structlog.testing import capture_logs
from websockets.exceptions import ConnectionClosed

from tests.dashboards import scenes
from tests.dashboards.renderer import opened
from tests.dashboards.serving import hub, serving, until

FULL, ROOM = "screens are refused", "there is room for screens again"
HTML = {"Accept": "text/html,application/xhtml+xml"}


def test_one_screen_too_many_is_told_so_at_once_and_let_in_when_there_is_room() -> None:
    fed = hub()
    fed.publish(scenes.calm())

    async def story() -> None:
        first, second = await opened(running), await opened(running)
        third = await opened(running)
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(third.recv(), 2)
        assert closed.value.rcvd and closed.value.rcvd.code == 1013
        page = await asyncio.to_thread(httpx.get, running.url + "/", headers=HTML)
        assert page.status_code == 503 and page.headers["retry-after"] == "15"
        assert "Máy chủ đã đủ số màn hình" in page.text and 'http-equiv="refresh"' in page.text
        assert (await asyncio.to_thread(httpx.get, running.url + "/api/v1/indicators")).status_code == 200
        await first.close()
        await asyncio.to_thread(until, lambda: running.app.crowd.sockets == 1)
        fourth = await opened(running)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(fourth.recv(), 0.3)
        await second.close()
        await fourth.close()

    with serving(fed, screens=2) as running, capture_logs() as logged:
        asyncio.run(story())
        until(lambda: running.app.crowd.sockets == 0)
        assert running.app.crowd.refused == 2
        told = [line["event"] for line in logged if line["event"] in (FULL, ROOM)]
        assert told == [FULL, ROOM], "one line when it begins and one when it ends"
        assert httpx.get(running.url + "/", headers=HTML).status_code == 200
