"""The Dash application: its page template, its files, and the one callback that shows what a URL means."""

import asyncio
import re
from collections.abc import Mapping
from html import escape
from typing import Any

import structlog
from dash import ClientsideFunction, Dash, Input, Output, ctx
from dash.development.base_component import Component
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboards.kit import apology
from dashboards.kit.address import WALL, AddressError
from dashboards.kit.apology import Refusal
from dashboards.kit.channel import UnpaintableError
from dashboards.kit.opening import First, Opening
from dashboards.kit.past import PastError
from dashboards.kit.static import FOREVER, Body, build

SUITES = "/_dash-component-suites/"
STAMPED = re.compile(r"\.v[\w-]+m\d+\.")
"""Dash's own names of files that never change under their name: version and time of change."""
TEMPLATE = """<!DOCTYPE html>
<html lang="{lang}" data-bs-theme="{theme}" data-build="{build}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="{files[icon.svg]}">
<link rel="preload" href="{files[inter.woff2]}" as="font" type="font/woff2" crossorigin>
<style>@font-face {{ font-family: "Inter"; font-weight: 400 700; font-display: swap;
src: url("{files[inter.woff2]}") format("woff2"); }}</style>
<link rel="stylesheet" href="{files[app.css]}">
<script src="{files[app.js]}"></script>
</head>
<body>
{first}<div id="react-entry-point">{opening}</div>
<div id="timebar"></div>
<footer>{config}{scripts}{renderer}</footer>
</body>
</html>"""


class Site(Dash):
    """Dash with our page template and our own worker at the socket: Dash's gives up after ten tries."""

    def __init__(self, server: FastAPI, files: Mapping[str, Body], lang: str, title: str) -> None:
        self.lang, self.build = lang, build(files)
        self.urls = {name: f"/assets/{name}?v={body.stamp}" for name, body in files.items()}
        super().__init__(
            "dashboards",
            server=server,  # type: ignore[arg-type]  # Dash names Flask only
            backend="fastapi",
            title=title,
            update_title="",
            assets_folder="none",
            include_assets_files=False,
            serve_locally=True,
            websocket_inactivity_timeout=0,
            websocket_heartbeat_interval=5000,
            websocket_batch_delay=0,
        )

    def index(self, *_args: Any, **_kwargs: Any) -> str:
        return self.document(First())

    def document(self, first: First, theme: str = "dark") -> str:
        """The page's HTML. `first` stands until Dash has drawn the same: assets/live.js takes it away then."""
        title = first.title or self.title
        waiting = f'<div class="opening" aria-busy="true">{escape(title)}</div>'
        return TEMPLATE.format(
            lang=first.lang or self.lang,
            build=self.build,
            theme=theme,
            title=escape(title),
            files=self.urls,
            first=f'<div id="first">{first.body}</div>' if first.body else "",
            opening="" if first.body else waiting,
            config=self._generate_config_html(),
            scripts=self._generate_scripts_html(),
            renderer=self._generate_renderer(),
        )

    def _config(self) -> dict[str, Any]:
        """Without what tells a stranger which versions run here."""
        told = ("python_version", "dash_version_url", "ddk_version", "validation_layout")
        return {
            k: v
            for k, v in super()._config().items()  # type: ignore[no-untyped-call]
            if k not in told
        }

    def _generate_scripts_html(self) -> str:
        """Without the data table's bundle, which no page uses."""
        lines = super()._generate_scripts_html().splitlines()
        return "\n".join(line for line in lines if "/dash_table/" not in line)

    def _get_worker_url(self) -> str:
        return self.urls["socket.js"]


def add_files(server: FastAPI, files: Mapping[str, Body]) -> None:
    """Our own files by name; those with the right stamp in their URL may be kept for ever."""

    async def view(request: Request) -> Response:
        body = files.get(request.path_params["name"])
        if body is None:
            return Response("not found\n", 404, media_type="text/plain")
        kept = request.query_params.get("v") == body.stamp
        return body.response(request, FOREVER if kept else "no-cache")

    server.add_route("/assets/{name}", view, methods=["GET"])


def add_suites(server: FastAPI, site: dict[str, Site]) -> None:
    """Dash's own scripts, compressed once: plotly.js alone is almost five megabytes."""
    kept: dict[str, Body] = {}

    async def view(request: Request) -> Response:
        package, path = request.path_params["package"], request.path_params["path"]
        name = f"{package}/{path}"
        if name not in kept:
            try:
                backend: Any = site["app"].backend
                found = backend.serve_component_suites(site["app"], package, path, request)
            except Exception:  # noqa: BLE001  Dash has an error a reason, and all mean that there is no such file
                return Response("not found\n", 404, media_type="text/plain")
            kept[name] = Body(bytes(found.body), str(found.media_type))
        caching = FOREVER if STAMPED.search(path) else "no-cache"  # else an update would never arrive
        return await asyncio.to_thread(kept[name].response, request, caching)

    server.add_route(SUITES + "{package}/{path:path}", view, methods=["GET"])


def add_pages(app: Site, server: FastAPI, opening: Opening) -> None:
    async def view(request: Request) -> Response:
        look = request.cookies.get("look", "")
        href = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        first = await opening.first(href, look)
        return Response(app.document(first, "light" if look.startswith("light") else "dark"), media_type="text/html")

    for route in (WALL, *(p.route for p in opening.pages.values())):  # ahead of Dash's own, which answers "/" itself
        server.router.routes.insert(0, Route(route, view, methods=["GET"]))


def add_missing(server: FastAPI, refusal: Refusal) -> None:
    """A page for a person at an address that is none, or where none can be painted; programs are told as ever."""

    async def view(request: Request, _error: Exception) -> Response:
        found = refusal(request.scope, 404)
        return found or Response('{"detail":"Not Found"}', 404, media_type="application/json")

    async def broken(request: Request, _error: Exception) -> Response:
        found = refusal(request.scope, 500)
        return found or Response("internal server error\n", 500, media_type="text/plain")

    server.add_exception_handler(404, view)
    for error in (500, UnpaintableError):  # the second is no news to the log
        server.add_exception_handler(error, broken)


def add_routing(app: Site, opening: Opening) -> None:
    log = structlog.get_logger("dashboards.site")

    where = [Input("url", "pathname"), Input("url", "search"), Input("again", "data")]
    # only another page is drawn anew: another moment of it is another frame (assets/time.js)
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ioc", "gate"), Output("drawn", "data"), where
    )

    @app.callback(Output("page", "children"), Input("drawn", "data"), prevent_initial_call=True)
    async def route(href: object) -> Component | list[Component]:
        try:
            address = opening.address(_asked(href))
            return await opening.page(address, ctx.cookies.get("look", ""))
        except (AddressError, KeyError, PastError, UnpaintableError) as e:
            if isinstance(e, PastError):
                log.warning("past not read", reason=str(e))
            return apology.component(e, opening.spoken(href))


def _asked(href: object) -> str:
    """The address as the browser told it; only a program of somebody's own tells anything but text."""
    if href is not None and not isinstance(href, str):
        raise AddressError("an address is text")
    return href or "/"
