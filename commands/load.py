"""`ioc load`: bulk-load files into the shared repository."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import TaskID

from city.clock import WorldClock
from city.kinds import KINDS
from commands._open import open_repository
from commands._table import shown
from commands.mistakes import CommandError
from commands.settings import read
from repository.load.agree import read_mapping
from repository.load.run import Progress, load


def command(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"what the rows are: {', '.join(KINDS)}")],
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="CSV, JSON Lines, Parquet or GeoJSON, plain or gzipped")
    ],
    mapping: Annotated[Path, typer.Option(help="how the file's columns become ours (TOML)")],
    source: Annotated[
        str | None, typer.Option(help="whose rows these are; otherwise the mapping says, or its file's name does")
    ] = None,
) -> None:
    """Load files into the shared repository. The same file twice changes nothing."""
    if kind not in KINDS:
        raise CommandError(f"there is no kind {kind!r}; it is one of {', '.join(KINDS)}")
    read_as = read_mapping(mapping, kind)
    _readable(files)
    with open_repository(read().settings) as engine, _bars() as progress:
        report = load(engine, read_as, files, now=WorldClock().now(), source=source, progress=progress)
    for line in report.lines():
        typer.echo(shown(line))
    if report.faults:
        raise CommandError("\n".join(report.faults))
    if not report.ok:
        raise CommandError(f"all {report.read} rows were refused; is this the right mapping?")


def _readable(files: list[Path]) -> None:
    """Tell of a misspelt name before a database is started."""
    for path in files:
        with path.open("rb"):
            pass


@contextmanager
def _bars() -> Iterator[Progress]:
    """A progress bar a phase, when standard error is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda what, done, of: None
        return
    with Bars(console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what)
            bars.update(tasks[what], completed=done, total=of)

        yield show
