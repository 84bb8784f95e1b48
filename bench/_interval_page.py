"""The plain alternative: the overview's content on an ordinary Dash page that `dcc.Interval` refreshes every second.

`python -m bench._interval_page URL PORT MODE DATA_DIR`, on the same server as the product. In MODE `query` each tick
of each screen queries the repository and computes for itself, as such pages are commonly written; in MODE `memory`
a thread keeps one snapshot for all, and only the pulling and drawing are left: the best an Interval can do.
Kinder than the product in what it draws: it has no trend lines.
"""

import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import uvicorn
from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component
from fastapi import FastAPI
from sqlalchemy import Engine

from city.city import City, picture
from city.clock import WorldClock
from city.config import CityFile, load_city
from city.snapshot import Snapshot
from dashboards.kit import api, static
from dashboards.kit.contract import View
from dashboards.kit.crowd import Crowd
from dashboards.kit.discover import discover
from dashboards.kit.element import Element
from dashboards.kit.hub import Hub
from dashboards.kit.language import languages
from dashboards.kit.painter import Painter
from dashboards.kit.panels import GRAPH
from dashboards.kit.site import add_files
from dashboards.kit.tile import record
from repository.connect import connect
from repository.look import first_look, news

EVERY_MS = 1000
CHOICE = {"show": "feedback_open", "theme": "dark"}
Source = Callable[[], Snapshot]


def queried(engine: Engine, file: CityFile) -> Source:
    """A snapshot from a query of its own, each time it is asked for."""
    clock = WorldClock()

    def ask() -> Snapshot:
        at = clock.now()
        return picture(file, first_look(engine, at)[0], at)

    return ask


def remembered(engine: Engine, file: CityFile) -> Source:
    """One snapshot for all, brought up to date in the background ten times a second."""
    clock, city = WorldClock(), City(file)
    batch, look = first_look(engine, clock.now())
    city.absorb(batch, look.looked_at)

    def follow() -> None:
        nonlocal look
        pause = threading.Event()
        while not pause.wait(0.1):
            found, look = news(engine, look, clock.now())
            if found:
                city.absorb(found, look.looked_at)

    threading.Thread(target=follow, daemon=True).start()
    return lambda: city.now or picture(file, batch, clock.now())


MODES = {"query": queried, "memory": remembered}


def application(source: Source, file: CityFile, cache: Path) -> FastAPI:
    server, words = FastAPI(), languages(file.zone)["en"]
    hub = Hub(file, WorldClock())
    hub.publish(source())
    add_files(server, static.ours(cache))
    api.add(server, hub, Painter(hub, {}, {}), Crowd(server))
    app = Dash("interval", server=server, backend="fastapi", external_stylesheets=["/assets/app.css"])  # type: ignore[arg-type]
    page = discover()["overview"]
    app.layout = html.Div(
        [
            dcc.Interval(id="tick", interval=EVERY_MS),
            html.Div(id="at"),
            html.Main(
                [html.Section(_part(p.kind, p.key), className=f"panel panel-{p.key} {p.kind}") for p in page.panels],
                id="main",
                className=f"page page-{page.key}",
            ),
        ]
    )

    def refresh(_ticks: int | None) -> list[object]:
        snapshot = source()
        view = View(snapshot, snapshot.places.city, words, CHOICE)
        return [words.moment(snapshot.at), *(_filled(p.draw(view), view) for p in page.panels)]

    refresh(0)  # a fault of ours must end this process, not look like a page that breaks down
    shown = (Output(p.key, "figure" if p.kind == "figure" else "children") for p in page.panels)
    app.callback(Output("at", "children"), *shown, Input("tick", "n_intervals"))(refresh)
    return server


def _part(kind: str, key: str) -> Component:
    if kind == "figure":
        return html.Div(dcc.Graph(id=key, config=GRAPH, responsive=True, className="graph"), className="figure")
    return html.Div(id=key, className="panel-body")


def _filled(drawn: object, view: View) -> object:
    """Tiles with their values and texts in them, lists as Dash's own components; everything else as it is."""
    if isinstance(drawn, dict) and "props" in drawn:
        return component(drawn)
    for root in drawn if isinstance(drawn, list) else [drawn]:
        for part in (root, *root._traverse()) if isinstance(root, Component) else ():  # type: ignore[no-untyped-call]
            code = getattr(part, "data-indicator", None)
            if code:
                _fill(part, record(view.snapshot.number(code, view.slot), view), view.snapshot.at)
    return drawn


def component(drawn: Element) -> Component:
    """What the product's own script builds in the browser, as a page of Dash's would hold it."""
    inside = drawn["props"].get("children")
    parts = inside if isinstance(inside, list) else [inside]
    children = [component(p) if isinstance(p, dict) else p for p in parts]
    kind = dcc.Link if drawn["type"] == "Link" else getattr(html, drawn["type"])
    return kind(**{**drawn["props"], "children": children})


def _fill(tile: Component, told: dict[str, object], at: datetime) -> None:
    for name, attribute in (("value", "data-value"), ("level", "data-level"), ("freshness", "data-freshness")):
        setattr(tile, attribute, told[name])
    setattr(tile, "data-observed-at", told["observed"])
    for part in tile._traverse():  # type: ignore[no-untyped-call]
        text = getattr(part, "data-text", None)
        if text in told:
            part.children = told[text]


def main(url: str, port: int, mode: str, cache: Path) -> None:
    file = load_city("hue")
    engine = connect(url, name="interval", pool_size=25)
    server = application(MODES[mode](engine, file), file, cache)
    uvicorn.run(server, host="127.0.0.1", port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
