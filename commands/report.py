"""`ioc report weekly`: a week of the city as a PDF, made of the picture that the screens show."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from city.clock import WorldClock
from commands._making import made
from commands._open import city_of, open_repository
from commands._reports import order, plan_of
from commands.settings import read
from reports.making import save
from reports.timetable import Job
from reports.week import last_week, over, week


class Kind(StrEnum):
    """What is reported."""

    weekly = "weekly"


class Tongue(StrEnum):
    """A report's language."""

    vi = "vi"
    en = "en"
    pt = "pt"


def command(
    kind: Annotated[Kind, typer.Argument(help="Which report.")],
    asked: Annotated[str | None, typer.Option("--week", metavar="2026-W47", help="The last one when left out.")] = None,
    place: Annotated[str | None, typer.Option(metavar="CODE", help="One place; the whole city when left out.")] = None,
    locale: Annotated[Tongue | None, typer.Option(help="The city's when left out.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write the PDF.")] = None,
) -> None:
    """A week of the city, or of one place, as a PDF."""
    settings = read().settings
    city = city_of(settings)
    now = WorldClock().now()
    wanted = over(week(asked, city.zone), now) if asked else last_week(now, city.zone)
    tongue = str(locale or city.locale)
    file = out or Path(f"{city.code}-{wanted.code}{f'-{place}' if place else ''}-{tongue}.pdf")
    with open_repository(settings) as engine:
        found = made(order(plan_of(settings, city), engine, Job(place, tongue), wanted.code, now))
    save(found.pdf, file)
    typer.echo(f"{file}: {wanted.code}, {kind}, {found.pages} pages, SHA-256 {found.sha256}")
