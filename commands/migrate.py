"""`ioc migrate`: bring the shared repository's schema up to date."""

import typer

from commands._open import open_repository
from commands.settings import read


def command() -> None:
    """Bring the repository's schema up to date. Safe to run at any time, from any number of processes."""
    with open_repository(read().settings, migrate=True):
        typer.echo("the repository's schema is up to date")
