"""`ioc report weekly`: a week of the city as a PDF, made of the picture that the screens show."""

from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from city.answer import UnknownNameError
from city.city import picture
from city.clock import WorldClock
from city.config import CityFile
from city.scene import instant
from city.snapshot import Snapshot
from city.tables import Tables
from commands._open import city_of, open_repository
from commands.settings import read
from dashboards.kit.language import languages
from reports.document import document, frozen
from reports.fonts import fonts
from reports.making import save, typeset
from reports.scope import Scope
from reports.week import Week, WeekError, last_week, over, week
from repository.look import first_look
from repository.past import read as read_past

WEEK = timedelta(days=7)
BEFORE = 4


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
    file = out or Path(f"{city.code}-{wanted.code}{f'-{place}' if place else ''}-{locale or city.locale}.pdf")
    with open_repository(settings) as engine:
        scope = scope_of(engine, city, wanted, place, locale or city.locale)
    save(typeset(frozen(document(scope)), fonts(settings.data_dir)), file)
    typer.echo(f"{file}: {wanted.code}, {kind}")


def scope_of(engine: Engine, city: CityFile, wanted: Week, place: str | None, locale: str) -> Scope:
    """Everything the report needs. Raises WeekError, UnknownNameError, RepositoryError."""
    batch, _ = first_look(engine, wanted.start, wanted.end)
    held = Tables().absorb(batch, instant(wanted.start), city)
    if not any(b <= instant(wanted.end) for b in held.began.values()) and not _sensed(held, wanted.end):
        raise WeekError(f"there are no data of {wanted.code} or before")
    slot = held.places.slot(place)
    if slot is None:
        raise UnknownNameError(f"there is no place {place!r}")
    ends = [wanted.end - WEEK * n for n in range(1, BEFORE + 1)]
    before = [picture(city, read_past(engine, end), end) for end in ends]
    return Scope(wanted, Snapshot(city, wanted.end, held), before, slot, languages(city.zone)[locale])


def _sensed(held: Tables, end: datetime) -> bool:
    return any(bool((r.at <= instant(end)).any()) for r in held.readings.values())
