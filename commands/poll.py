"""`ioc poll`: the collectors alone."""

import threading
from typing import Annotated

import typer
from sqlalchemy import Engine

from city.clock import WorldClock
from commands._collect import Feeds, lead
from commands._feeds import cards, chosen, feeds_of, store_of
from commands._open import city_of, open_patiently, open_repository
from commands._reports import plan_of
from commands._stop import until_stopped
from commands._timed import timed
from commands.mistakes import CommandError
from commands.settings import read
from data_sources.engine.schedule import Run
from repository.feeds import declare
from repository.maintenance import maintain


def command(
    sources: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE…]", help="Only these sources.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Read each source once, and end.")] = False,
) -> None:
    """Read the feeds on their schedules and keep the repository in order, without web pages."""
    told = read()
    city = city_of(told.settings)
    with until_stopped():
        if once:
            with open_repository(told.settings, migrate=True) as engine, feeds_of(engine, city, told) as known:
                _once(engine, Feeds(city, known, chosen(known, sources or [])))
            return
        never = threading.Event()
        with open_patiently(told.settings) as (engine, prepare), feeds_of(engine, city, told) as known:
            feeds = Feeds(city, known, chosen(known, sources or []))
            prepare(never, lambda _: None)
            with timed(engine, plan_of(told.settings, city), WorldClock()):
                lead(engine, feeds, WorldClock(), never)


def _once(engine: Engine, feeds: Feeds) -> None:
    clock, failed = WorldClock(), []
    maintain(engine, clock.now())
    declare(engine, cards(feeds.all), clock.now())
    store = store_of(engine, feeds.city, feeds.all)
    for source in feeds.running:
        run = Run(source, store, clock)
        run.once()
        if run.failing:
            failed.append(f"{source.info.key}: {run.failing}")
        else:
            typer.echo(run.summary)
    if not feeds.running:
        typer.echo("there are no feeds yet; the repository is in order")
    if failed:
        raise CommandError("\n".join(failed))
