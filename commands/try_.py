"""`ioc try`: one source read now, and nothing written."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from city.clock import WorldClock
from commands._feeds import border_of, chosen, feeds_of
from commands._open import city_of, open_repository
from commands._table import print_table, shown
from commands._tried import Trial, tried
from commands.settings import read
from data_sources.engine.contract import SourceInfo
from data_sources.engine.replay import Replay


def command(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The feed's key.")],
    rows: Annotated[int, typer.Option(min=0, help="How many rows of each table, and refused ones, to show.")] = 5,
    replay: Annotated[Path | None, typer.Option(help="Answers that `ioc record` saved, instead of the world.")] = None,
) -> None:
    """Read one feed now: its rows, what would be refused and why, how old its data are, a verdict. Writes nothing."""
    told = read()
    city = city_of(told.settings)
    with open_repository(told.settings) as engine, feeds_of(engine, city, told) as feeds:
        (found,) = chosen(feeds, [source])
        if replay is not None:
            found = Replay(found, replay)
        now = WorldClock().now()
        trial = tried(found, border_of(engine, city), WorldClock(), rows)
    _print(trial, rows)
    good, verdict = _verdict(trial, found.info, now)
    typer.echo(shown(verdict))
    if not good:
        raise typer.Exit(1)


def _print(trial: Trial, most: int) -> None:
    for table, kept in trial.rows.items():
        typer.echo(f"{table}: {trial.counts[table]} rows" + (f", the first {len(kept)}:" if kept else ""))
        names = [n for n in dict.fromkeys(n for row in kept for n in row) if n != "attributes"]
        if kept:
            print_table(names, [[row.get(n) for n in names] for row in kept])
        typer.echo()
    for reason, n in Counter(r.reason for r in trial.refused).most_common(most):
        typer.echo(shown(f"refused {n} × {reason}"))
    for row in trial.refused[:most]:
        typer.echo(shown(f"    {row.row[:500]}"))


def _verdict(trial: Trial, info: SourceInfo, now: datetime) -> tuple[bool, str]:
    """Whether the feed is of use, and in words."""
    if trial.failing is not None:
        return False, f"failed: {trial.failing}"
    total, refused = sum(trial.counts.values()), len(trial.refused)
    size = sum(len(a.body) for a in trial.answers)
    told = f"{total} rows, {refused} refused, {len(trial.answers)} answers of {size:,} bytes"
    newest = max((r.newest_observed_at for r in trial.runs if r.newest_observed_at), default=None)
    if not total:
        return not refused, f"{'all refused' if refused else 'nothing new'}: {told}"
    if newest is None:
        return True, f"ok: {told}"
    age = now - newest
    words = f"the newest is {_age(age)} old, stale after {_age(info.stale_after)}"
    return age <= info.stale_after, f"{'ok' if age <= info.stale_after else 'stale'}: {told}; {words}"


def _age(span: timedelta) -> str:
    seconds = max(0, round(span.total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
