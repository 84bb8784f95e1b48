"""`ioc sources`: what feeds there are, and how they do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
import typer

from city.clock import WorldClock
from city.feeds import FeedCard, FeedState
from commands._feeds import cards, feeds_of
from commands._open import city_of, open_repository
from commands._table import print_csv, print_table
from commands.settings import read
from repository.feeds import states

HEAD = ("source", "standard", "every", "stale_after", "succeeded_at", "age", "read", "new", "refused", "state", "why")


def command(
    form: Annotated[Literal["table", "json", "csv"], typer.Option("--format", help="How to print them.")] = "table",
) -> None:
    """Every feed: its standard, how often it is read, its last success, rows in and refused, and what is wrong."""
    told = read()
    city = city_of(told.settings)
    with open_repository(told.settings) as engine, feeds_of(engine, city, told) as feeds:
        rows = listed(cards(feeds), states(engine), WorldClock().now())
    if form == "json":
        typer.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
    elif form == "csv":
        print_csv(HEAD, [[row[n] for n in HEAD] for row in rows])
    elif rows:
        print_table(HEAD, [[row[n] for n in HEAD] for row in rows])
    else:
        typer.echo("there are no feeds: the city file declares none (docs/feeds.md)")


def listed(declared: Sequence[FeedCard], known: Sequence[FeedState], now: datetime) -> list[dict[str, Any]]:
    """A row a feed, with seconds for spans of time: those of the city file first, then whatever else has run."""
    by_source = {s.source: s for s in known}
    out = [_row(c.source, c, by_source.get(c.source), now) for c in declared]
    others = [s for s in known if s.source not in {c.source for c in declared}]
    return out + [_row(s.source, s.card, s, now) for s in others]


def _row(source: str, card: FeedCard | None, state: FeedState | None, now: datetime) -> dict[str, Any]:
    last, good = (state.last, state.succeeded_at) if state else (None, None)
    return {
        "source": source,
        "standard": card.standard if card else "",
        "every": card.every.total_seconds() if card else None,
        "stale_after": card.stale_after.total_seconds() if card else None,
        "succeeded_at": good.strftime("%Y-%m-%dT%H:%M:%SZ") if good else None,
        "age": round((now - good).total_seconds()) if good else None,
        "read": last.read if last else None,
        "new": last.new if last else None,
        "refused": last.refused if last else None,
        "state": _state(card, state, now),
        "why": last.why if last else None,
    }


def _state(card: FeedCard | None, state: FeedState | None, now: datetime) -> str:
    """`failing` says that the last run failed; `stale`, that the last success is too long ago all the same."""
    if state is None or (state.last is None and state.withdrawn_at is None):
        return "not read yet"
    if state.withdrawn_at is not None:
        return "withdrawn"
    late = card is not None and (state.succeeded_at is None or now - state.succeeded_at > card.stale_after)
    failing = state.failing_since is not None
    return "failing, stale" if late and failing else "stale" if late else "failing" if failing else "ok"
