"""`ioc record`: one source's answer, saved as a test's payload."""

from pathlib import Path
from typing import Annotated

import typer

from city.clock import WorldClock
from commands._feeds import border_of, chosen, feeds_of, secrets_of
from commands._open import city_of, open_repository
from commands._tried import tried
from commands.mistakes import CommandError
from commands.settings import read
from data_sources.engine.replay import LIST, save


def command(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The feed's key.")],
    out: Annotated[Path | None, typer.Option(help="A new folder for them; SOURCE-answers when left out.")] = None,
) -> None:
    """Read one feed now and save its answers, without secrets, so that a test (or `ioc try --replay`) reads them."""
    told = read()
    city = city_of(told.settings)
    folder = out or Path(f"{source}-answers")
    if (folder / LIST).exists():
        raise CommandError(f"{folder}: answers are saved here already; name another folder by --out")
    with open_repository(told.settings) as engine, feeds_of(engine, city, told) as feeds:
        (found,) = chosen(feeds, [source])
        trial = tried(found, border_of(engine, city), WorldClock(), 0)
    if not trial.answers:
        raise CommandError(f"{source}: {trial.failing or 'it answered nothing new'}; nothing was saved")
    for path in save(trial.answers, found.info, folder, secrets_of(told)):
        typer.echo(str(path))
    rows = f"{sum(trial.counts.values())} rows, {len(trial.refused)} refused"
    typer.echo(f"{rows}" + (f"; it failed after them: {trial.failing}" if trial.failing else ""))
