"""`ioc backup`: the whole repository into one file."""

from pathlib import Path
from typing import Annotated

import typer

from commands._open import open_repository
from commands.settings import read
from repository.backup import backup


def command(file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")]) -> None:
    """Write the whole repository, as it is at this moment, into one file. Nobody has to stop for it."""
    with open_repository(read().settings) as engine:
        backup(engine, file.absolute())
    typer.echo(f"{file}: {file.stat().st_size / 1e6:,.1f} MB")
