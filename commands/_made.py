"""Makes one report: `python -m commands._made SECONDS` reads an order from standard input and answers on standard
output. A process of its own, lean and alone in its group, that whoever ordered may end at any moment."""

import hashlib
import signal
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from city.answer import UnknownNameError
from city.config import CityFile, CityFileError, load_city
from city.scene import instant
from city.snapshot import Snapshot
from city.tables import Tables
from commands._order import Delivered, Fault, Order, answer, refusal
from dashboards.kit.language import LOCALES, languages
from reports.document import document, frozen
from reports.making import ReportError, Workshop
from reports.proof import pages
from reports.scope import BEFORE, Scope
from reports.signing import SigningError, opened, signed
from reports.week import Week, WeekError, over, week
from repository.connect import connect
from repository.errors import RepositoryError
from repository.packed import Stretch
from repository.several import read

if TYPE_CHECKING:
    from sqlalchemy import Engine

WEEK = timedelta(days=7)
FAULTS: dict[type[Exception], Fault] = {WeekError: "nothing", UnknownNameError: "mistake", CityFileError: "mistake"}


def made(order: Order, seconds: float) -> Delivered:
    """Raises WeekError, UnknownNameError, CityFileError, RepositoryError, SigningError, ReportError."""
    signer = opened(order.pkcs12, order.password) if order.key else None
    with Workshop(Path(order.fonts), seconds) as workshop:
        city = load_city(order.city)
        wanted = over(week(order.week, city.zone), datetime.fromisoformat(order.now))
        if order.locale not in LOCALES:
            raise UnknownNameError(f"there is no language {order.locale!r}: there are {', '.join(LOCALES)}")
        engine = connect(order.url, deadline=seconds)
        try:
            scope = scope_of(engine, city, wanted, order.place, order.locale)
            snapshot = frozen(document(replace(scope, signer=signer.name if signer else "")))
        finally:
            engine.dispose()
        pdf = workshop.typeset(snapshot)
    whole = signed(pdf, signer) if signer else pdf
    last, unsigned, data = (hashlib.sha256(x).hexdigest() for x in (whole, pdf, snapshot))
    name = signer.name if signer else None
    return Delivered(whole, pages(pdf).pages, wanted.start, wanted.end, last, unsigned, data, name)


def scope_of(engine: "Engine", city: CityFile, wanted: Week, place: str | None, locale: str) -> Scope:
    """Everything the report needs, read once. Raises WeekError, UnknownNameError, RepositoryError."""
    ends = [wanted.end - WEEK * n for n in range(1, BEFORE + 1)]
    batch = read(engine, [Stretch(wanted.start, wanted.end), *(Stretch(end, end) for end in ends)])
    held = Tables().absorb(batch, instant(ends[-1]), city)
    del batch
    if not any(b <= instant(wanted.end) for b in held.began.values()) and not _sensed(held, wanted.end):
        raise WeekError(f"there are no data of {wanted.code} or before")
    slot = held.places.slot(place)
    if slot is None:
        raise UnknownNameError(f"there is no place {place!r}")
    picture, *before = (Snapshot(city, end, held) for end in (wanted.end, *ends))
    return Scope(wanted, picture, before, slot, languages(city.zone)[locale])


def _sensed(held: Tables, end: datetime) -> bool:
    return any(bool((r.at <= instant(end)).any()) for r in held.readings.values())


def main() -> int:
    """Ends by itself after the seconds given and a few more: nobody may be left who would end it."""
    seconds = float(sys.argv[1])
    signal.alarm(int(seconds) + 5)
    try:
        said, code = answer(made(Order.read(sys.stdin.buffer.read()), seconds)), 0
    except (WeekError, UnknownNameError, CityFileError, RepositoryError, SigningError, ReportError) as e:
        said, code = refusal(FAULTS.get(type(e), "failed"), str(e)), 1
    sys.stdout.buffer.write(said)
    return code


if __name__ == "__main__":
    sys.exit(main())
