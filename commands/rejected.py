"""`ioc rejected`: rows that were refused."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from city.clock import WorldClock
from commands._feeds import feeds_of, store_of
from commands._open import city_of, open_repository
from commands._retry import retried
from commands._table import shown
from commands.mistakes import CommandError
from commands.settings import Told, read
from repository.rejected import rejected


def command(
    source: Annotated[str | None, typer.Option(help="only this source's rows")] = None,
    limit: Annotated[int, typer.Option(min=1, help="how many rows, the newest first")] = 50,
    retry: Annotated[bool, typer.Option("--retry", help="take in those that can be right by now")] = False,
    mapping: Annotated[
        Path | None, typer.Option(help="with --retry: a mended mapping for rows of a load, instead of the one it had")
    ] = None,
) -> None:
    """Show refused rows: when, from where, why, and the row itself; or try them again once their rule is mended."""
    if mapping and not retry:
        raise CommandError("--mapping goes with --retry")
    told = read()
    with open_repository(told.settings) as engine:
        if retry:
            _retry(engine, told, source, mapping)
            return
        found = rejected(engine, source, limit)
    if not found:
        typer.echo("no rows were refused" + (f" from {source}" if source else ""))
    for row in found:
        number = "" if row.row is None else f" row {row.row}"
        again = "" if row.first_at == row.last_at else f" (first {row.first_at:%Y-%m-%dT%H:%M:%SZ})"
        where = f"{row.source} · {row.kind} · {row.file or 'feed'}{number}"
        typer.echo(shown(f"{row.last_at:%Y-%m-%dT%H:%M:%SZ}{again}  {where}: {row.reason}"))
        typer.echo(shown(f"    {row.content}"))


def _retry(engine: Engine, told: Told, source: str | None, mapping: Path | None) -> None:
    city = city_of(told.settings)
    with feeds_of(engine, city, told) as sources:
        by_key = {c.key: s for s in sources for c in s.info.cards}
        tried = list(retried(engine, by_key, store_of(engine, city, sources), WorldClock(), source, mapping))
    for group in tried:
        typer.echo(shown(group.line()))
    if not tried:
        typer.echo("no rows were refused" + (f" from {source}" if source else ""))
        return
    taken, still = sum(t.taken for t in tried), sum(t.still for t in tried)
    typer.echo(f"{taken + still} refused rows = {taken} taken in + {still} still refused")
