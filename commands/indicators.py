"""`ioc indicators`: the numbers a screen would show, without a screen."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from city.answer import indicators
from city.city import picture
from city.clock import WorldClock
from city.moment import moment
from commands._open import city_of, open_repository
from commands._table import print_csv, print_table
from commands.settings import read
from repository.past import read as read_past


class Known(StrEnum):
    """By whose knowledge a past moment is shown."""

    now = "now"
    then = "then"


class Format(StrEnum):
    """How the answer is written."""

    table = "table"
    json = "json"
    csv = "csv"


def command(
    at: Annotated[str | None, typer.Option(metavar="ISO", help="The moment; city time without an offset.")] = None,
    known: Annotated[Known, typer.Option(help="By what is known now, or as it was known then.")] = Known.now,
    place: Annotated[str | None, typer.Option(metavar="CODE", help='One place, or "unlocated".')] = None,
    domain: Annotated[str | None, typer.Option(metavar="DOMAIN", help="One domain, such as feedback.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How to write the answer.")] = Format.table,
) -> None:
    """Every indicator's value, level, freshness and inputs at a moment, for the city and each place."""
    settings = read().settings
    city = city_of(settings)
    when = moment(at, city.zone) if at else WorldClock().now()
    with open_repository(settings) as engine:
        snapshot = picture(city, read_past(engine, when, known.value), when, known.value)
    _print(indicators(snapshot, place, domain), form)


def _print(answer: dict[str, Any], form: Format) -> None:
    rows = answer["indicators"]
    if form is Format.json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1, allow_nan=False))
    elif form is Format.csv:
        head = [*(rows[0] if rows else []), *([] if any("sensor" in r for r in rows[:1]) else ["sensor"])]
        print_csv(head, ([r.get(k) for k in head] for r in rows))
    else:
        head = ["code", "place", "value", "unit", "level", "freshness", "observed_at", "inputs", "target", "sensor"]
        print_table(head, ([_cell(r, k) for k in head] for r in rows))


def _cell(row: dict[str, Any], name: str) -> Any:
    if name == "inputs":
        return f"{row['sources_fresh']} of {row['sources_expected']}"
    if name == "place":
        return "(city)" if row["place"] is None else row["place"]
    return row.get(name)
