"""The city file's places, brought into the repository once for each content of their file.

What was brought in last stands in the comment of the table, so that it travels with the rows: places loaded since,
such as real boundaries instead of schematic ones, stay until the city's own file changes.
"""

import hashlib
from datetime import datetime
from pathlib import Path

from psycopg import sql
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from city.config import CityFile
from repository.connect import unreachable
from repository.load.files import read
from repository.load.mapping import Mapping, identity
from repository.load.options import FileOptions
from repository.load.report import Report
from repository.load.run import load
from repository.upsert import writing

_BROUGHT = """
select obj_description('repository.place'::regclass), exists (select from repository.place)
"""


def bring_places(engine: Engine, city: CityFile, now: datetime) -> Report | None:
    """The load's report, None when there is nothing to bring. Raises LoadError, RepositoryError."""
    if city.places is None:
        return None
    file = city.beside(city.places)
    mapping = _own_columns(file, city.code)
    stamp = f"{city.code} {hashlib.sha256(file.read_bytes()).hexdigest()}"
    if _brought(engine) == stamp:
        return None
    report = load(engine, mapping, [file], now=now)
    with writing(engine) as connection:
        connection.execute(sql.SQL("comment on table repository.place is {}").format(sql.Literal(stamp)))
    return report


def _own_columns(file: Path, code: str) -> Mapping:
    """Columns of a city's places carry our names; those that do not are left alone."""
    first = next(read(file, FileOptions(), ()), None)
    return identity("places", first.table.column_names if first else [], code)


def brought_for(engine: Engine) -> str | None:
    """The code of the city whose file's places are here; None when none were brought. Raises RepositoryError."""
    stamp = _brought(engine)
    return stamp.partition(" ")[0] if stamp else None


def _brought(engine: Engine) -> str | None:
    try:
        with engine.connect() as connection:
            stamp, any_place = connection.execute(text(_BROUGHT)).one()
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
    return stamp if any_place else None
