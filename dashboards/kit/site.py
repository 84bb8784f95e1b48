"""The Dash application: its page template, its files, and the one callback that shows what a URL means."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from dash import Dash, Input, Output, ctx, html
from dash.development.base_component import Component
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from dashboards.kit import shell
from dashboards.kit.address import Address, AddressError, read
from dashboards.kit.contract import Page
from dashboards.kit.hub import Hub, PastError
from dashboards.kit.live import opened, stamped
from dashboards.kit.painter import Painter
from dashboards.kit.sheet import whole
from dashboards.kit.static import FOREVER, Body, build

SUITES = "/_dash-component-suites/"
TEMPLATE = """<!DOCTYPE html>
<html lang="{lang}" data-bs-theme="dark" data-build="{build}">
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
<div id="react-entry-point"><div class="opening" aria-busy="true">{title}</div></div>
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
        return TEMPLATE.format(
            lang=self.lang,
            build=self.build,
            title=self.title,
            files=self.urls,
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
        return await asyncio.to_thread(kept[name].response, request, FOREVER)

    server.add_route(SUITES + "{package}/{path:path}", view, methods=["GET"])


def add_pages(app: Site, server: FastAPI, pages: Mapping[str, Page]) -> None:
    async def view(_request: Request) -> Response:
        return Response(app.index(), media_type="text/html")

    for page in pages.values():
        server.add_route(page.route, view, methods=["GET"])


def add_routing(app: Site, hub: Hub, painter: Painter, pages: Mapping[str, Page]) -> None:
    log = structlog.get_logger("dashboards.site")

    @app.callback(Output("page", "children"), Input("url", "pathname"), Input("url", "search"), Input("again", "data"))
    async def route(path: str | None, search: str | None, _again: int) -> Component | list[Component]:
        look = ctx.cookies.get("look", "")
        try:
            address = read(_asked(path) + (_asked(search) if search else ""), pages, hub.file.zone, hub.file.locale)
            return await _page(address, look)
        except AddressError as e:
            return _apology(str(e))
        except KeyError as e:
            return _apology(f"there is no place {e.args[0]!r}")
        except PastError as e:
            log.warning("past not read", reason=str(e))
            return _apology(str(e))

    async def _page(address: Address, look: str) -> list[Component]:
        channel = await opened(address, hub, painter)
        sheet = channel.sheet
        snapshot = channel.fixed or hub.state.snapshot
        theme, _, size = look.partition("-")
        words = {**address.words, "theme": theme, "size": size}
        view = painter.view(replace(address, words=words), snapshot)
        frame = stamped(whole(sheet, inline=True), hub, channel.fixed) if sheet else "{}"
        return shell.page(channel.page, view, address, pages, frame)


def _asked(part: object) -> str:
    """A part of an address as the browser told it; only a program of somebody's own tells anything but text."""
    if part is not None and not isinstance(part, str):
        raise AddressError("an address is text")
    return part or "/"


def _apology(what: str) -> Component:
    """A page that can't be shown says why, and leads back."""
    return html.Main(
        [html.H1("This page can't be shown"), html.P(what), html.P(html.A("→ /", href="/"))],
        id="main",
        className="apology",
    )
