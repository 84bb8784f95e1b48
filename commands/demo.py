"""`ioc demo`: write the demo city's past into the shared repository."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bars

from city.clock import WorldClock
from city.moment import moment
from commands._demo import Progress, simulation_of, write
from commands._open import city_of, open_repository
from commands.settings import read
from data_sources.demo.past import DAYS
from data_sources.demo.simulation import SEED
from data_sources.demo.story import STORIES


def command(
    days: Annotated[int, typer.Option(min=1, max=3660, help="how many days before the end")] = DAYS,
    seed: Annotated[int, typer.Option(min=0, help="another seed is another city")] = SEED,
    story: Annotated[str | None, typer.Option(help=f"{', '.join(STORIES)}; the past then ends with it")] = None,
    until: Annotated[str | None, typer.Option(help="the end, as an ISO time; otherwise now, or the story's")] = None,
) -> None:
    """Write the demo city's past. Deterministic for a seed and an end; what is stored already is left as it is."""
    settings = read().settings
    city = city_of(settings)
    simulation = simulation_of(city, seed, story)
    now = WorldClock().now()
    told = simulation.story.end if simulation.story else now
    end = (moment(until, city.zone) if until else told).replace(microsecond=0)
    with open_repository(settings) as engine, _bar() as progress:
        written = write(engine, simulation, end, days, now, progress)
    where = end.astimezone(city.zone)
    typer.echo(f"demo data: {written:,} rows and changes of {days} days up to {where:%Y-%m-%d %H:%M %z}, seed {seed}")
    if simulation.story:
        peak = simulation.story.peak_at.astimezone(city.zone)
        typer.echo(f"to look at it: ioc serve --at {peak.isoformat(timespec='minutes')}")


@contextmanager
def _bar() -> Iterator[Progress]:
    """A progress bar, when standard error is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda share: None
        return
    with Bars(console=console, transient=True) as bars:
        task = bars.add_task("demo data", total=1.0)
        yield lambda share: bars.update(task, completed=share)
