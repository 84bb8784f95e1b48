"""What lies under the numbers: the places' shapes, their names, the land and the water, as local GeoJSON and a style.

No tile, glyph or sprite is asked of anybody: without a glyph URL the browser draws labels with the page's own font.
"""

import hashlib
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from shapely.geometry import mapping, shape

from city.config import CityFile
from city.places import Place, Places
from dashboards.kit.static import TYPES, Body
from dashboards.kit.theme import GROUND, Theme
from dashboards.kit.words import plain_text

SMALLEST_KM2, CORNERS = 0.3, 24


def shapes(places: Places) -> dict[str, Any]:
    """A feature a place, its code as the id; one without a geometry gets a disc of its area round its centre."""
    features = [
        {"type": "Feature", "id": p.code, "properties": {"code": p.code, "name": p.name}, "geometry": g}
        for p in places.all
        if (g := geometry(p))
    ]
    return {"type": "FeatureCollection", "features": features}


def geometry(place: Place) -> dict[str, Any] | None:
    """A place's own outline, else a disc of its area round its centre, else nothing."""
    if place.geometry:
        return {k: v for k, v in place.geometry.items() if k in ("type", "coordinates")}
    if math.isnan(place.latitude) or math.isnan(place.longitude):
        return None
    area = place.area_km2 if place.area_km2 > SMALLEST_KM2 else SMALLEST_KM2
    north = math.sqrt(area / math.pi) / 111.2
    east = north / max(0.05, math.cos(math.radians(place.latitude)))
    turns = [2 * math.pi * i / CORNERS for i in range(CORNERS + 1)]
    ring = [[place.longitude + east * math.cos(t), place.latitude + north * math.sin(t)] for t in turns]
    return {"type": "Polygon", "coordinates": [ring]}


def labels(places: Places) -> dict[str, Any]:
    """A point a place, with its name in its own spelling; the larger the place, the sooner it is named."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "name": plain_text(p.name),
                "rank": -(p.population if p.population > 0 else 0),
                "point": not p.geometry,
            },
            "geometry": mapping(shape(outline).representative_point()),
        }
        for p in places.all
        if (outline := geometry(p))
    ]
    return {"type": "FeatureCollection", "features": features}


@dataclass(frozen=True, slots=True)
class Ground:
    """The places' GeoJSON, ready to serve. `stamp` changes when they do: it stands in their URLs."""

    shapes: Body
    labels: Body
    stamp: str


class _Same:
    """Places by identity: they are made anew only when the repository's places change."""

    def __init__(self, places: Places) -> None:
        self.places = places

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.places is self.places

    def __hash__(self) -> int:
        return id(self.places)


def ground(places: Places) -> Ground:
    return _ground(_Same(places))


@lru_cache(maxsize=4)
def _ground(same: _Same) -> Ground:
    drawn, named = orjson.dumps(shapes(same.places)), orjson.dumps(labels(same.places))
    return Ground(
        Body(drawn, TYPES[".json"]), Body(named, TYPES[".json"]), hashlib.sha256(drawn + named).hexdigest()[:12]
    )


def basemap(city: CityFile) -> bytes:
    """The city's own land and water, or nothing when its file names none."""
    empty = b'{"type":"FeatureCollection","features":[]}'
    if not city.map.basemap:
        return empty
    file = city.beside(city.map.basemap)
    return file.read_bytes() if file.exists() else empty


def style(theme: Theme, version: str, *, water: bool, size: float = 1.0) -> dict[str, Any]:
    """A MapLibre style; `version` is the stamp of the places, `size` how much larger letters and lines are than on
    a desk. Without a basemap the whole ground is land."""
    colour = GROUND[theme]
    sources = {
        "ground": {"type": "geojson", "data": "/geo/basemap.json"},
        "names": {"type": "geojson", "data": f"/geo/labels.json?v={version}"},
    }
    background = colour["sea" if water else "land"]
    return {
        "version": 8,
        "sources": sources,
        "layers": [
            {"id": "background", "type": "background", "paint": {"background-color": background}},
            *(_fill(name, colour[name]) for name in ("sea", "land", "lagoon")),
            _river(colour["river"], size),
            _waters("river-names", "river", colour, size),
            _waters("water-names", "name", colour, size),
            _names(colour, size),
        ],
    }


def _fill(name: str, colour: str) -> dict[str, Any]:
    only = ["==", ["get", "layer"], name]
    return {"id": name, "type": "fill", "source": "ground", "filter": only, "paint": {"fill-color": colour}}


def _river(colour: str, size: float) -> dict[str, Any]:
    width = ["interpolate", ["linear"], ["zoom"], 8, 1 * size, 13, 4 * size]
    return {
        "id": "river",
        "type": "line",
        "source": "ground",
        "filter": ["==", ["get", "layer"], "river"],
        "paint": {"line-color": colour, "line-width": width},
    }


def _waters(name: str, layer: str, colour: dict[str, str], size: float) -> dict[str, Any]:
    """Rivers are named along their line, lagoons at a point of the basemap's; places' names go before them."""
    along = {"symbol-placement": "line", "symbol-spacing": 400, "text-max-angle": 60} if layer == "river" else {}
    layout = {
        "text-field": ["get", "label"],
        "text-font": ["Inter"],
        "text-size": ["interpolate", ["linear"], ["zoom"], 8, 10 * size, 12, 13 * size],
        "text-letter-spacing": 0.06,
        "text-max-width": 7,
    }
    return {
        "id": name,
        "type": "symbol",
        "source": "ground",
        "filter": ["all", ["==", ["get", "layer"], layer], ["has", "label"]],
        "layout": layout | along,
        "paint": {"text-color": colour["water"], "text-halo-color": colour["halo"], "text-halo-width": 1.2 * size},
    }


def _names(colour: dict[str, str], size: float) -> dict[str, Any]:
    return {
        "id": "place-names",
        "type": "symbol",
        "source": "names",
        "layout": {
            "text-field": ["get", "name"],
            "text-font": ["Inter"],
            "text-size": ["interpolate", ["linear"], ["zoom"], 8, 10 * size, 12, 15 * size],
            "text-padding": 3,
            "symbol-sort-key": ["get", "rank"],
            # beside a place's marker, not over it; on an outline in its middle
            "text-anchor": ["case", ["get", "point"], "left", "center"],
            "text-offset": ["case", ["get", "point"], ["literal", [0.85, 0]], ["literal", [0, 0]]],
        },
        "paint": {"text-color": colour["label"], "text-halo-color": colour["halo"], "text-halo-width": 1.4 * size},
    }
