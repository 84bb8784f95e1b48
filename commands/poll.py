"""`ioc poll`: the collectors alone."""

import threading
from typing import Annotated

import typer
from sqlalchemy import Engine

from city.clock import WorldClock
from commands._collect import chosen, lead, refuser, writer
from commands._open import open_patiently, open_repository
from commands._stop import until_stopped
from commands.mistakes import CommandError
from commands.settings import read
from data_sources.engine.contract import DataSource, SourceError
from data_sources.engine.schedule import read_once
from repository.maintenance import maintain


def command(
    sources: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE…]", help="Only these sources.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Read each source once, and end.")] = False,
) -> None:
    """Read the feeds on their schedules and keep the repository in order, without web pages."""
    settings = read().settings
    wanted = chosen(sources or [])
    with until_stopped():
        if once:
            with open_repository(settings, migrate=True) as engine:
                _once(engine, wanted)
            return
        never = threading.Event()
        with open_patiently(settings) as (engine, prepare):
            prepare(never, lambda _: None)
            lead(engine, wanted, WorldClock(), never)


def _once(engine: Engine, sources: list[DataSource]) -> None:
    clock, failed = WorldClock(), []
    maintain(engine, clock.now())
    for source in sources:
        try:
            rows = read_once(source, writer(engine), refuser(engine), clock)
            typer.echo(f"{source.info.key}: {rows} rows")
        except SourceError as e:
            failed.append(f"{source.info.key}: {e}")
    if not sources:
        typer.echo("there are no feeds yet; the repository is in order")
    if failed:
        raise CommandError("\n".join(failed))
