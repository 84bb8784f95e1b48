"""`ioc restore`: a backup into a database that has no repository yet."""

from pathlib import Path
from typing import Annotated

import typer

from commands.mistakes import CommandError
from commands.settings import read
from repository.backup import restore
from repository.connect import check, connect
from repository.server import embedded


def command(file: Annotated[Path, typer.Argument(help="What `ioc backup` wrote.")]) -> None:
    """Bring a backup into an empty database: that of IOC_REPOSITORY_URL, or a new embedded one in IOC_DATA_DIR."""
    settings = read().settings
    if not file.is_file():
        raise CommandError(f"{file} is no file")
    url = settings.repository_url.get_secret_value()
    if url:
        _restore(url, file)
    else:
        with embedded(settings.data_dir) as own:
            _restore(own, file)
    typer.echo(f"{file} is restored; every row keeps when it was recorded")


def _restore(url: str, file: Path) -> None:
    engine = connect(url)
    try:
        check(engine)
        restore(engine, file.absolute())
    finally:
        engine.dispose()
