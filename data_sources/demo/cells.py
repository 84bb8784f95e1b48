"""Schematic cells: a power diagram of the places' centres, weighted until the cells have the official areas.

The power diagram (Aurenhammer 1987) gives a point to the place with the least `distance² − weight`. Its cells are
convex, so they meet in straight lines and tile the ground exactly. Nothing here knows a real boundary: it is given
centres, areas and a ground. Lengths are in kilometres on an equal-area plane.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from city.batch import Array

RADIUS = 6371.007  # km, of the sphere with the Earth's area
MIDDLE = np.radians(16.35)  # the parallel that keeps its length


def to_plane(degrees: Array) -> Array:
    """Longitude and latitude (n × 2) to kilometres, by Lambert's cylindrical equal-area projection."""
    radians = np.radians(degrees)
    x = RADIUS * np.cos(MIDDLE) * radians[:, 0]
    plane: Array = np.column_stack([x, RADIUS * np.sin(radians[:, 1]) / np.cos(MIDDLE)])
    return plane


def to_degrees(plane: Array) -> Array:
    """The inverse of `to_plane`."""
    longitude = plane[:, 0] / (RADIUS * np.cos(MIDDLE))
    latitude = np.arcsin(plane[:, 1] * np.cos(MIDDLE) / RADIUS)
    degrees: Array = np.degrees(np.column_stack([longitude, latitude]))
    return degrees


def _half_plane(polygon: Array, names: Array, cut: tuple[Array, float, int]) -> tuple[Array, Array]:
    """The part of a convex polygon (n × 2) where `normal · p <= limit` (Sutherland and Hodgman).

    `names` tells of each side, from a corner to the next, who lies beyond it; the new side gets the cut's name.
    """
    normal, limit, name = cut
    side = polygon @ normal - limit
    if (side <= 0).all():
        return polygon, names
    kept: list[Array] = []
    beyond: list[int] = []
    for i in range(len(polygon)):
        j = (i + 1) % len(polygon)
        if side[i] <= 0:
            kept.append(polygon[i])
            beyond.append(names[i])
        if (side[i] <= 0) != (side[j] <= 0):
            share = side[i] / (side[i] - side[j])
            kept.append(polygon[i] + share * (polygon[j] - polygon[i]))
            beyond.append(name if side[i] <= 0 else names[i])
    return np.array(kept).reshape(-1, 2), np.array(beyond, dtype=int)


@dataclass(frozen=True, slots=True)
class Diagram:
    """Cells of a ground, their areas, and how each area answers to each weight (km² a unit of weight)."""

    sites: Array
    weights: Array
    cells: list[BaseGeometry]
    areas: Array
    slope: Array


def power_diagram(sites: Array, weights: Array, ground: BaseGeometry) -> Diagram:
    """The power diagram of the sites within the ground; a cell may be empty."""
    west, south, east, north = ground.buffer(10).bounds
    box = np.array([[west, south], [east, south], [east, north], [west, north]])
    norm = (sites**2).sum(axis=1) - weights
    cells: list[BaseGeometry] = []
    slope = np.zeros((len(sites), len(sites)))
    for i, site in enumerate(sites):
        cell, names = box, np.full(4, -1)
        for j in range(len(sites)):
            if j != i and len(cell):
                cell, names = _half_plane(cell, names, (2 * (sites[j] - site), norm[j] - norm[i], j))
        cells.append(shapely.Polygon(cell).intersection(ground) if len(cell) > 2 else shapely.Polygon())
        for start, end, j in zip(cell, np.roll(cell, -1, axis=0), names, strict=True):
            if j >= 0:
                length = shapely.LineString([start, end]).intersection(ground).length
                slope[i, j] = -length / (2 * np.hypot(*(sites[j] - site)))
    slope -= np.diag(slope.sum(axis=1))
    return Diagram(sites, weights, cells, np.array([cell.area for cell in cells]), slope)


def fitted_weights(sites: Array, wanted: Array, ground: BaseGeometry) -> Diagram:
    """The diagram whose cells have the wanted areas, by damped Newton steps (Kitagawa, Mérigot, Thibert 2019)."""
    weights = np.zeros(len(sites))
    now = power_diagram(sites, weights, ground)
    floor = min(now.areas.min(), wanted.min()) / 2
    for _ in range(40):
        missing = wanted - now.areas
        if (np.abs(missing) < 1e-3 * wanted).all():
            break
        step = np.linalg.lstsq(now.slope, missing, rcond=None)[0]
        share = 1.0
        while share > 1e-3:
            tried = power_diagram(sites, weights + share * step, ground)
            # no cell may vanish, and the step must be worth its length
            if tried.areas.min() > floor and _miss(wanted, tried) <= (1 - share / 2) * np.linalg.norm(missing):
                break
            share /= 2
        weights, now = weights + share * step, tried
    return now


def _miss(wanted: Array, diagram: Diagram) -> float:
    return float(np.linalg.norm(wanted - diagram.areas))


def astray(centres: Array, diagram: Diagram) -> Array:
    """How far each cell's middle lies from the centre it should have (n × 2, km)."""
    middles = np.array([shapely.get_coordinates(cell.centroid)[0] for cell in diagram.cells])
    off: Array = centres - middles
    return off


def fitted_cells(centres: Array, areas: Array, ground: BaseGeometry, moves: int = 60) -> list[BaseGeometry]:
    """Cells of the ground with the areas asked for (scaled to the ground's own) and their middles near `centres`.

    Sites stray from the centres on purpose: each move takes them against what the cells' middles are off by.
    The best found counts, since the last moves may make things worse again.
    """
    rough = ground.simplify(0.1)  # a hundred times quicker, and the true ground is cut at the end
    wanted = areas * rough.area / areas.sum()
    sites = centres.copy()
    best, least = power_diagram(sites, np.zeros(len(sites)), rough), np.inf
    for _ in range(moves):
        found = fitted_weights(sites, wanted, rough)
        if found.areas.min() <= 0:
            break
        off = astray(centres, found)
        distance = float((np.hypot(*off.T) / np.sqrt(areas)).mean())
        if distance < least and _miss(wanted, found) < 0.01 * float(np.linalg.norm(wanted)):
            best, least = found, distance
        sites = sites + 0.15 * off
    return power_diagram(best.sites, best.weights, ground).cells


def polygons(geometry: BaseGeometry) -> BaseGeometry:
    """The parts of a geometry that have an area."""
    parts = shapely.get_parts(geometry)
    return shapely.union_all(parts[shapely.area(parts) > 0])


def smooth_coverage(cells: list[BaseGeometry], land: BaseGeometry, tolerance: float) -> list[BaseGeometry]:
    """The cells cut to land, with shared borders shared point for point, simplified together (kilometres)."""
    lines = shapely.union_all([polygons(cell.intersection(land)).boundary for cell in cells], grid_size=0.001)
    faces = [face for face in shapely.polygonize([lines]).geoms if face.representative_point().within(land)]
    owners = _owners(faces, cells)
    joined = [shapely.union_all([f for f, o in zip(faces, owners, strict=True) if o == i]) for i in range(len(cells))]
    simple = shapely.coverage_simplify(joined, tolerance)
    return list(simple)


def _owners(faces: list[BaseGeometry], cells: list[BaseGeometry]) -> list[int]:
    """The cell each face lies in; a crumb cut off by water goes to the neighbour it borders longest."""
    tree = shapely.STRtree(cells)
    owners = [int(tree.query_nearest(face.representative_point())[0]) for face in faces]
    largest = {o: max(f.area for f, p in zip(faces, owners, strict=True) if p == o) for o in owners}
    given = list(owners)
    for i, face in enumerate(faces):
        if face.area >= largest[owners[i]]:
            continue
        shared = [face.intersection(other).length if j != i else 0.0 for j, other in enumerate(faces)]
        if max(shared) > 0:
            given[i] = owners[int(np.argmax(shared))]
    return given
