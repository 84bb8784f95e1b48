"""`ioc serve`: the web application, and unless told otherwise the collectors."""

import socket
from functools import partial
from typing import Annotated

import typer

from commands._clock import clock_of
from commands._demo import simulation_of
from commands._feeds import feeds_of, store_of
from commands._live import live
from commands._notify import Notifications
from commands._open import city_of, open_patiently
from commands._past import Pictures, stored_by
from commands._reports import plan_of
from commands._shelf import library
from commands._standby import Either, Reader, past_engine
from commands._stop import until_stopped
from commands._web import address, listen, run
from commands.settings import Settings, read
from dashboards.kit.app import build, server
from dashboards.kit.hub import Hub


def command(
    demo: Annotated[bool, typer.Option("--demo", help="Simulate the demo city, its past first.")] = False,
    host: Annotated[str | None, typer.Option(help="Where to listen; IOC_HOST when left out.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="IOC_PORT when left out; 0: a free one.")] = None,
    no_collect: Annotated[bool, typer.Option("--no-collect", help="Read no feeds.")] = False,
    at: Annotated[str | None, typer.Option(metavar="ISO", help="Freeze the city's clock at this moment.")] = None,
    speed: Annotated[float | None, typer.Option(metavar="X", help="From --at on, X times as fast.")] = None,
) -> None:
    """Serve the dashboard, and read the feeds unless --no-collect."""
    given = {k: v for k, v in (("host", host), ("port", port)) if v is not None}
    told = read()
    settings = told.settings.model_copy(update=given)
    city = city_of(settings)
    clock = clock_of(at, speed, city.zone)
    simulation = simulation_of(city) if demo else None
    with (
        until_stopped(),
        listen(settings.host, settings.port) as taken,
        open_patiently(settings) as (engine, prepare),
        past_engine(settings) as standby,
        feeds_of(engine, city, told) as feeds,
    ):
        past: Reader = Pictures(engine, city)
        if standby is not None:
            past = Either(Pictures(standby, city), past, clock)
        hub = Hub(city, clock, settings.poll_seconds, past, stored_by(engine, clock))
        pages = build(hub, settings.data_dir, settings.origins, settings.screens)
        # a clock that shows a past moment takes no notification: what brokers say is of now
        posted = Notifications(pages, feeds if clock.live else [], store_of(engine, city, feeds), clock)
        web = server(posted, *taken.getsockname()[:2])
        with (
            live(engine, hub, simulation, collect=not no_collect, feeds=feeds, prepare=prepare),
            library(engine, hub, plan_of(settings, city), make=not no_collect),
        ):
            run(web, taken, on_start=partial(_announce, hub, settings, taken))


def _announce(hub: Hub, settings: Settings, taken: socket.socket) -> None:
    """One line when the page is ready."""
    with hub.changed:
        hub.changed.wait_for(lambda: hub.ready)
    title = hub.file.title(hub.file.locale)
    where = "the embedded repository" if not settings.repository_url.get_secret_value() else "the shared repository"
    typer.echo(f"{title}: the dashboard is ready at {address(taken)} (on {where}; Ctrl-C stops it)")
