"""The wall: pages in turn on a screen that nobody touches. assets/wall.js turns them; this says which, and which alarms
there are."""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
from dash import html
from dash.development.base_component import Component
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from city.config import CityFile, CityFileError
from city.level import ALARM
from dashboards.kit import attention
from dashboards.kit.address import WALL, Address, AddressError, read
from dashboards.kit.contract import Page, View
from dashboards.kit.hub import Hub
from dashboards.kit.language import LOCALES, Language
from dashboards.kit.marks import data
from dashboards.kit.painter import Painter
from dashboards.kit.tile import unit
from dashboards.kit.words import plain_text

TOLD = 100
"""So many alarms are told of at most; more than a few lead to the overview anyway."""


def check(city: CityFile, pages: Mapping[str, Page]) -> None:
    """Raises CityFileError, one line a page of the rotation that is none."""
    faults = []
    for page in city.wall.pages:
        try:
            read(page.path, pages, city.zone, city.locale)
        except AddressError as e:
            faults.append(f"city file {city.path or city.code}: wall.pages: {e}")
    if faults:
        raise CityFileError("\n".join(faults))


def rotation(city: CityFile, pages: Mapping[str, Page]) -> list[tuple[str, int]]:
    """Paths and how many seconds each is shown."""
    chosen = [(p.path, p.seconds or city.wall.seconds) for p in city.wall.pages]
    return chosen or [(p.route, city.wall.seconds) for p in pages.values() if p.listed and "{" not in p.route]


def plan(city: CityFile, pages: Mapping[str, Page], say: Language) -> Component:
    """What the browser needs to turn the pages by itself."""
    told = {
        "pages": [{"path": path, "seconds": seconds} for path, seconds in rotation(city, pages)],
        "alarm": city.wall.alarm_seconds,
        "reload": f"{city.wall.reload:%H:%M:%S}",
        "words": {"alarm": say.level("alarm"), "more": say("and {n} more")},
    }
    return html.Div(id="wall-plan", hidden=True, **data(plan=orjson.dumps(told).decode()))


def header(title: str, view: View, state: Component) -> Component:
    """No controls: the city, what is shown, the clock, the connection and the age of the data."""
    now = html.Div([html.Span(id="clock"), html.Span(id="date")], className="now")
    name = html.Span(view.name(view.snapshot.places.city), className="brand")
    parts = [name, html.Span(title, className="crumb"), html.Ol(id="wall-turn"), now, state]
    return html.Header([*parts, html.Span(id="demo", className="demo")], className="top wall-top")


def alarms(view: View, pages: Mapping[str, Page]) -> list[dict[str, Any]]:
    """Every place's indicator at alarm, the worst first, and the page that shows it."""
    routes = {p.key: p.route for p in pages.values()}
    say, out = view.language, list[dict[str, Any]]()
    for notice in attention.notices(view):
        n = notice.number
        if n.level == ALARM and len(out) < TOLD:
            value = f"{say.number(n.value, n.indicator.decimals)} {unit(n.indicator, say)}".strip()
            told = {"title": say.title(n.indicator), "place": plain_text(view.name(notice.slot)), "value": value}
            where = {"code": n.indicator.code, "at": n.place or "", "page": routes.get(n.indicator.domain, "/")}
            out.append({**told, **where})
    return out


def add(server: FastAPI, hub: Hub, painter: Painter, pages: Mapping[str, Page]) -> None:
    """Put the route of the alarms on the server; many walls share one working out."""
    kept: dict[str, tuple[int, bytes]] = {}

    async def view(request: Request) -> Response:
        lang = request.query_params.get("lang", hub.file.locale)
        lang = lang if lang in LOCALES else hub.file.locale
        snapshot = hub.state.snapshot
        if kept.get(lang, (-1, b""))[0] != snapshot.version:
            seen = painter.view(Address("overview", lang=lang), snapshot)
            found = await asyncio.to_thread(alarms, seen, pages)
            kept[lang] = (snapshot.version, orjson.dumps(found))
        return Response(kept[lang][1], media_type="application/json")

    server.add_route(f"{WALL}/alarms", view, methods=["GET"])
