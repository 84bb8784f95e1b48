"""The web application, put together: pages, push, API and guard, around a hub that somebody else feeds."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboards.kit import api, frames, guard, live, record_file, requests, shelf, shell, static, wall
from dashboards.kit.apology import refusals
from dashboards.kit.crowd import SCREENS, Crowd
from dashboards.kit.discover import discover
from dashboards.kit.hub import Hub
from dashboards.kit.language import languages
from dashboards.kit.opening import Opening
from dashboards.kit.painter import Painter
from dashboards.kit.site import Site, add_files, add_missing, add_pages, add_routing, add_suites


class Application:
    """An ASGI application. It starts its painter with the server and stops it with the server."""

    def __init__(
        self, hub: Hub, data_dir: Path | None = None, origins: Sequence[str] = (), screens: int = SCREENS
    ) -> None:
        self.hub = hub
        self.pages = discover()
        self.painter = Painter(hub, self.pages, languages(hub.file.zone))
        refusal = refusals(self.painter.languages, hub.file.locale)
        server = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        server.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=4)  # pages and callbacks' answers
        files = static.ours(data_dir)
        holder: dict[str, Site] = {}
        add_files(server, files)
        add_suites(server, holder)
        add_missing(server, refusal)
        self.crowd = Crowd(server, screens, refusal)
        api.add(server, hub, self.painter, self.crowd)
        record_file.add(server, hub)
        shelf.add(server, lambda: hub.report)
        frames.add(server, hub, self.painter, self.pages)
        wall.check(hub.file, self.pages)
        wall.add(server, hub, self.painter, self.pages)
        site = holder["app"] = Site(server, files, hub.file.locale, hub.file.title(hub.file.locale))
        hub.build = site.build
        site.layout = shell.layout
        opening = Opening(hub, self.painter, self.pages)
        add_routing(site, opening)
        live.add(site, hub, self.painter, self.pages)
        add_pages(site, server, opening)
        site._setup_server()  # type: ignore[no-untyped-call]  # else sockets that come back before the first page find no callback
        self.site, self.server = site, server
        wrong = partial(requests.wrong, callbacks=site.callback_map)
        self.guarded = guard.Guard(self.crowd, guard.headers(site.csp_hashes()), origins, wrong, refusal)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self.guarded(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """Ours alone: Dash's would answer every unknown URL with its page."""
        await receive()
        self.painter.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.to_thread(self.painter.stop)
        self.hub.past.close()
        await send({"type": "lifespan.shutdown.complete"})


def build(hub: Hub, data_dir: Path | None = None, origins: Sequence[str] = (), screens: int = SCREENS) -> Application:
    """The web application over a hub. `data_dir` keeps what is cut once; `origins`: kit.guard, `screens`: kit.crowd."""
    return Application(hub, data_dir, origins, screens)


def server(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """A uvicorn server with the limits a wall needs; `.run()` blocks, `.serve()` is a coroutine."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_ping_interval=10.0,
        ws_ping_timeout=10.0,
        ws_max_size=256 * 1024,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=2,
        lifespan="on",
    )
    return uvicorn.Server(config)
