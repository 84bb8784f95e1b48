"""Where rows are: a place from coordinates where the file names none, and how many end up nowhere we know."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from city.batch import Array, column
from city.kinds import Kind
from city.located import codes_at, nowhere
from city.places import Places
from repository.connect import unreachable
from repository.load.cells import mask
from repository.load.convert import Converted

_PLACES = text("select place_code, geometry from repository.place")
DERIVED = "place_code"


def known_places(engine: Engine) -> Places:
    """The city's places, with as much as locating needs. Raises RepositoryError."""
    try:
        with engine.connect() as connection:
            rows = connection.execute(_PLACES).all()
    except SQLAlchemyError as e:
        raise unreachable(engine, e) from e
    codes, shapes = [r[0] for r in rows], [r[1] for r in rows]
    nothing = [None] * len(rows)
    fields = dict.fromkeys(("kind", "parent_code", "latitude", "longitude", "area_km2", "population"), nothing)
    columns = {name: column("", values) for name, values in fields.items()}
    return Places.of(
        {**columns, "place_code": column("", codes), "name": column("", codes), "geometry": column("", shapes)}
    )


@dataclass(frozen=True, slots=True)
class Locator:
    """Finds places by coordinates; equal coordinates are looked up once."""

    places: Places
    kind: Kind

    @property
    def applies(self) -> bool:
        return DERIVED in self.kind.columns and self.kind.name != "places"

    def locate(self, rows: Converted) -> None:
        """Drops coordinates of exactly 0, 0, and gives rows with coordinates and no place the place that holds them."""
        if not {"latitude", "longitude"} <= rows.numbers.keys():
            return
        latitude, longitude = rows.numbers["latitude"], rows.numbers["longitude"]
        away = nowhere(latitude, longitude)
        for name in ("latitude", "longitude"):
            rows.numbers[name] = np.where(away, np.nan, rows.numbers[name])
            rows.columns[name] = pa.array(rows.numbers[name], from_pandas=True)
        if self.applies:
            n = len(latitude)
            given = rows.columns.get(DERIVED, pa.nulls(n, pa.string()))
            rows.columns[DERIVED] = self._filled(given, rows.numbers["latitude"], rows.numbers["longitude"])

    def _filled(self, given: pa.Array, latitude: Array, longitude: Array) -> pa.Array:
        wanting = mask(given.is_null()) & np.isfinite(latitude) & np.isfinite(longitude)
        if not wanting.any():
            return given
        found = np.full(len(latitude), None, dtype=object)
        found[wanting] = codes_at(self.places, latitude[wanting], longitude[wanting])
        return pc.coalesce(given, pa.array(found, type=pa.string()))

    def unlocated(self, codes: pa.Array | None, n: int) -> int:
        """How many of `n` good rows have no place that the city knows."""
        if not self.applies:
            return 0
        if codes is None:
            return n
        return n - int(mask(pc.is_in(codes, value_set=pa.array(list(self.places.index), type=pa.string()))).sum())
