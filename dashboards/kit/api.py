"""The URLs for programs: indicators and feeds as JSON, health, metrics; and the map's own files."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from fastapi import FastAPI
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from city import answer
from city.config import CityFile
from dashboards.kit.address import AddressError, known_of, moment
from dashboards.kit.crowd import Crowd
from dashboards.kit.feed_answer import sources
from dashboards.kit.ground import Ground, basemap, ground, style
from dashboards.kit.guard import loopback
from dashboards.kit.hub import Hub
from dashboards.kit.hub import State as HubState
from dashboards.kit.metrics import State, exposition
from dashboards.kit.painter import Painter
from dashboards.kit.past import NotYetError, PastError
from dashboards.kit.static import FOREVER, TYPES, Body

MOMENT = ("at", "known")
Tell = Callable[..., Any]
"""From a snapshot, and the URL's further words, to what is answered."""
Answer = Callable[[Request], Awaitable[Response]]


def add(server: FastAPI, hub: Hub, painter: Painter, crowd: Crowd) -> None:
    """Put the routes on the server."""
    routes: dict[str, Answer] = {
        "/api/v1/indicators": _answered(hub, answer.indicators, "place", "domain"),
        "/api/v1/sources": _answered(hub, sources),
        "/healthz": _alive,
        "/readyz": _ready(hub),
        "/metrics": _metrics(State(hub, painter, crowd)),
        "/geo/places.json": _places(hub, lambda g: g.shapes),
        "/geo/labels.json": _places(hub, lambda g: g.labels),
        "/geo/basemap.json": _basemap(hub.file),
        "/geo/style.json": _style(hub.file),
    }
    for path, view in routes.items():
        server.add_route(path, view, methods=["GET"])


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content) + b"\n", status, media_type="application/json")


def _answered(hub: Hub, tell: Tell, *parameters: str) -> Answer:
    """What is told of a picture: of now, or of the moment the URL names."""

    async def view(request: Request) -> Response:
        try:
            words = _parameters(request, (*MOMENT, *parameters))
            at, known = words.get("at"), known_of(words.get("known") or "now")
            if not at and not hub.ready:
                return _json({"error": _not_yet(hub)}, 503)
            state = hub.state
            snapshot = await hub.then(moment(at, hub.file.zone), known) if at else state.snapshot
            said = _json(await asyncio.to_thread(tell, snapshot, *(words.get(p) for p in parameters)))
            said.headers.update({} if at else _trouble(state))
            return said
        except (AddressError, NotYetError, answer.UnknownNameError) as e:
            return _json({"error": str(e)}, 400)
        except PastError as e:
            return _json({"error": str(e)}, 503)

    return view


def _trouble(state: HubState) -> dict[str, str]:
    """What keeps an answer about now from being of now, as headers: the picture is not followed, nothing is stored."""
    since = {"Ioc-Lost-Since": state.lost and state.lost.since, "Ioc-Not-Storing-Since": state.unstored}
    return {name: at.isoformat(timespec="seconds") for name, at in since.items() if at}


def _not_yet(hub: Hub) -> str:
    """Why there is no picture at all."""
    lost = hub.state.lost
    if lost is not None and lost.reason == "database":
        return f"no picture yet: the database is unreachable since {lost.since.isoformat(timespec='seconds')}"
    return "no picture yet: the first picture is being made"


def _parameters(request: Request, allowed: tuple[str, ...]) -> dict[str, str]:
    """Raises AddressError for a name that means nothing here."""
    unknown = [k for k in request.query_params if k not in allowed]
    if unknown:
        raise AddressError(f"there is no parameter {unknown[0]!r}; there are {', '.join(allowed)}")
    return {k: v for k, v in request.query_params.items() if v}


async def _alive(_request: Request) -> Response:
    return _json({"status": "ok"})


def _ready(hub: Hub) -> Answer:
    async def view(_request: Request) -> Response:
        state = hub.state
        answers = "full" if state.unstored else "ok"
        database = "unreachable" if state.lost and state.lost.reason != "starting" else answers
        said = {
            "status": "ready" if hub.ready else "starting",
            "database": "unknown" if state.lost and state.lost.reason == "starting" else database,
            "lost_since": state.lost.since.isoformat() if state.lost and hub.ready else None,
            "not_storing_since": state.unstored.isoformat() if state.unstored else None,
            "version": state.snapshot.version,
            "at": state.snapshot.at.isoformat(),
        }
        return _json(said, 200 if hub.ready else 503)

    return view


def _metrics(state: State) -> Answer:
    async def view(request: Request) -> Response:
        proxied = any(h in request.headers for h in ("x-forwarded-for", "forwarded", "x-real-ip"))
        if proxied or not loopback(request.client.host if request.client else None):
            return PlainTextResponse("metrics are told to this machine only\n", 403)
        content = await asyncio.to_thread(exposition, state)
        return Response(content, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return view


def _places(hub: Hub, part: Callable[[Ground], Body]) -> Answer:
    async def view(request: Request) -> Response:
        here = ground(hub.state.snapshot.places)
        caching = FOREVER if request.query_params.get("v") == here.stamp else "no-cache"
        return part(here).response(request, caching)

    return view


def _basemap(city: CityFile) -> Answer:
    body = Body(basemap(city), TYPES[".json"])

    async def view(request: Request) -> Response:
        return body.response(request, "no-cache")

    return view


def _style(city: CityFile) -> Answer:
    async def view(request: Request) -> Response:
        theme, version = request.query_params.get("theme"), request.query_params.get("v", "")
        size = {"1.5": 1.5, "2": 2.0, "3": 3.0}.get(request.query_params.get("size", ""), 1.0)
        wanted = style("light" if theme == "light" else "dark", version[:12], water=bool(city.map.basemap), size=size)
        return Body(orjson.dumps(wanted), TYPES[".json"]).response(request, "no-cache")

    return view
