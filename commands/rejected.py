"""`ioc rejected`: rows that were refused."""

from typing import Annotated

import typer

from commands._open import open_repository
from commands._table import shown
from commands.settings import read
from repository.rejected import rejected


def command(
    source: Annotated[str | None, typer.Option(help="only this source's rows")] = None,
    limit: Annotated[int, typer.Option(min=1, help="how many rows, the newest first")] = 50,
) -> None:
    """Show refused rows: when, from where, why, and the row itself."""
    with open_repository(read().settings) as engine:
        found = rejected(engine, source, limit)
    if not found:
        typer.echo("no rows were refused" + (f" from {source}" if source else ""))
    for row in found:
        number = "" if row.row is None else f" row {row.row}"
        again = "" if row.first_at == row.last_at else f" (first {row.first_at:%Y-%m-%dT%H:%M:%SZ})"
        where = f"{row.source} · {row.kind} · {row.file or 'feed'}{number}"
        typer.echo(shown(f"{row.last_at:%Y-%m-%dT%H:%M:%SZ}{again}  {where}: {row.reason}"))
        typer.echo(shown(f"    {row.content}"))
