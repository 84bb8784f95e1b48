"""Push over the real socket: what a screen is sent, when, and what happens to one that does not take it."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from city.city import City
from tests.city.makers import batch
from tests.dashboards import scenes
from tests.dashboards.renderer import Page, opened
from tests.dashboards.serving import Running, hub, serving, until


def output(running: Running) -> str:
    """The name that Dash gave the streaming callback."""
    listed = httpx.get(running.url + "/_dash-dependencies").json()
    (found,) = [c for c in listed if c.get("persistent")]
    assert not found["inputs"], "a callback with an input is not started again when a browser comes back"
    return str(found["output"])


def scenario(running: Running, story: Callable[[Page], Awaitable[None]], href: str = "/") -> None:
    async def run() -> None:
        async with await opened(running) as socket:
            page = Page(socket, href)
            await page.start(output(running))
            await story(page)

    asyncio.run(asyncio.wait_for(run(), 30))


async def overhear(page: Page) -> None:
    """Take whatever comes, without an answer, until nothing comes any more."""
    try:
        while True:
            await page.hear(1.0)
    except TimeoutError:
        return


def growing() -> City:
    city = City(scenes.HUE)
    city.absorb(scenes.rows(), scenes.EVENING)
    return city


def incident(n: int) -> dict[str, object]:
    opened_at = scenes.EVENING - timedelta(minutes=1)
    where = {"latitude": 16.46, "longitude": 107.58}
    return {"event_id": f"new-{n}", "domain": "public_order", "category": "fire", "opened_at": opened_at, **where}


def test_a_page_is_sent_everything_and_then_what_changed(running: Running) -> None:
    city = growing()
    assert city.now
    running.hub.publish(city.now)

    async def story(page: Page) -> None:
        first = await page.frame()
        assert first["whole"] and first["meta"]["connection"] == "live"
        before = first["tiles"]["incidents_open|"]["value"]
        running.hub.publish(city.absorb(batch(event=[incident(1)]), scenes.EVENING))
        change = await page.frame(said="tiles")
        assert change["tiles"]["incidents_open|"]["value"] == before + 1
        assert not any(key.startswith("feedback") for key in change["tiles"]), "words that did not change are not sent"
        assert "whole" not in change and change["meta"]["version"] == 2

    scenario(running, story)


def test_words_go_out_ahead_of_figures(running: Running) -> None:
    city = growing()
    assert city.now
    running.hub.publish(city.now)

    async def story(page: Page) -> None:
        await page.frame()
        running.hub.publish(city.absorb(batch(event=[incident(2)]), scenes.EVENING))
        assert "figures" not in await page.frame(said="tiles")
        assert "figures" in await page.frame(said="figures")

    scenario(running, story)


def test_a_page_follows_where_the_browser_goes(running: Running) -> None:
    async def story(page: Page) -> None:
        assert "incidents_open|" in (await page.frame())["tiles"]
        page.href = "/place/19753?lang=en"
        frame = await page.frame(said="whole")
        assert "incidents_open|19753" in frame["tiles"] and frame["meta"]["lang"] == "en"

    scenario(running, story)


def test_a_past_moment_is_frozen(running: Running) -> None:
    async def story(page: Page) -> None:
        frame = await page.frame(20)
        assert frame["meta"]["connection"] == "frozen" and frame["speed"] == 0
        assert frame["meta"]["at"] == "2025-10-20T13:00:00+00:00"

    scenario(running, story, "/?at=2025-10-20T20:00&known=then")


def test_a_lost_database_is_said_and_its_return(running: Running) -> None:
    city = growing()

    async def story(page: Page) -> None:
        await page.frame()
        running.hub.lost(scenes.EVENING)
        lost = await page.frame()
        assert lost["meta"]["connection"] == "reconnecting" and "20:00" in lost["meta"]["lost"]
        assert city.now
        running.hub.publish(city.now)
        while (await page.frame())["meta"]["connection"] != "live":
            pass

    scenario(running, story)


NOT_STORING = {
    "vi": "Không lưu được dữ liệu từ 20:00",
    "en": "Not storing since 20:00",
    "pt": "Sem gravar dados desde 20:00",
}


@pytest.mark.parametrize("language", NOT_STORING)
def test_that_nothing_is_stored_is_said_at_once_while_the_picture_is_followed(running: Running, language: str) -> None:
    async def story(page: Page) -> None:
        assert (await page.frame())["meta"]["storing"] == ""
        running.hub.storing(scenes.EVENING)
        said = (await page.frame())["meta"]
        assert (said["storing"], said["connection"]) == (NOT_STORING[language], "live")
        running.hub.storing(None)
        assert (await page.frame())["meta"]["storing"] == ""

    scenario(running, story, f"/?lang={language}")


def test_a_screen_that_does_not_answer_is_sent_one_frame_and_no_more(running: Running) -> None:
    city = growing()

    async def story(page: Page) -> None:
        await page.frame()
        for n in range(10, 40):
            running.hub.publish(city.absorb(batch(event=[incident(n)]), scenes.EVENING))
            await asyncio.sleep(0.02)
        before = len(page.frames)
        await overhear(page)
        assert len(page.frames) - before <= 1
        newest = await page.frame()
        assert city.now and newest["meta"]["version"] == city.now.version, "it gets the newest state at once"

    scenario(running, story)


def test_a_screen_that_leaves_is_forgotten(running: Running) -> None:
    async def story(page: Page) -> None:
        await page.frame()
        assert running.app.painter.channels.screens == 1

    until(lambda: running.app.painter.channels.screens == 0)
    scenario(running, story)
    until(lambda: running.app.painter.channels.screens == 0)


def test_many_screens_share_one_painting(running: Running) -> None:
    async def run() -> None:
        sockets = [await opened(running) for _ in range(12)]
        pages = [Page(s, "/", f"p{i}") for i, s in enumerate(sockets)]
        for page in pages:
            await page.start(output(running))
        await asyncio.gather(*(p.frame(15) for p in pages))
        assert len({id(c) for c in running.app.painter.channels if c.screens}) == 1
        for socket in sockets:
            await socket.close()

    asyncio.run(asyncio.wait_for(run(), 30))


@pytest.mark.parametrize(
    "origin",
    ["null", "https://evil.example", "http://127.0.0.1.evil.example", "https://127.0.0.1:{port}", "http://127.0.0.1:1"],
)
def test_a_socket_from_another_site_is_refused(running: Running, origin: str) -> None:
    async def run() -> None:
        with pytest.raises(InvalidStatus):
            await opened(running, origin.format(port=running.port))

    asyncio.run(run())


def test_a_socket_with_a_forged_host_is_refused(running: Running) -> None:
    async def run() -> None:
        with pytest.raises(InvalidStatus):
            await opened(running, "http://evil.example", Host="evil.example")

    asyncio.run(run())


def test_a_page_of_a_known_origin_may_connect_behind_a_proxy() -> None:
    fed = hub()
    fed.publish(scenes.calm())

    async def run(found: Running) -> None:
        with pytest.raises(InvalidStatus):
            await opened(found)

    with serving(fed, origins=("https://ioc.example.org",)) as found:
        asyncio.run(run(found))


def test_a_request_for_nothing_known_is_not_told_of_the_inside(running: Running) -> None:
    async def run() -> str:
        async with await opened(running) as socket:
            await Page(socket, "/").start("nothing.children")
            try:
                return str(await asyncio.wait_for(socket.recv(), 2))
            except (TimeoutError, ConnectionClosed) as e:
                return str(e)

    assert not re.search(r"Traceback|site-packages", asyncio.run(run()))
