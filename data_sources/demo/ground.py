"""The ground that Hue's schematic cells tile: land and lagoon, inside a border grown from centres and areas.

All geometry is in kilometres on the plane of `cells`; what is known of Hue is in `hue`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from city.batch import Array
from data_sources.demo import hue
from data_sources.demo.cells import astray, fitted_cells, fitted_weights, power_diagram, to_plane

SMALLEST_ISLAND = 0.3  # km²


@dataclass(frozen=True, slots=True)
class Waters:
    """Land as the coast gives it, and the lagoons behind it."""

    land: BaseGeometry
    lagoon: BaseGeometry


def waters(land: BaseGeometry) -> Waters:
    """Split what is not land into sea and lagoons by bars laid over the inlets."""
    parts = shapely.get_parts(land)
    land = shapely.union_all(parts[shapely.area(parts) > SMALLEST_ISLAND])
    bars = [shapely.LineString(to_plane(np.array(inlet))).buffer(0.15) for inlet in hue.INLETS]
    water = shapely.get_parts(shapely.box(*land.bounds).difference(shapely.union_all([land, *bars])))
    inside = [shapely.Point(to_plane(np.array([p]))[0]) for p in hue.IN_LAGOONS]
    return Waters(land, shapely.union_all([w for w in water if any(w.contains(p) for p in inside)]))


def bisect(f: Callable[[float], float], low: float, high: float) -> float:
    """Where the rising function `f` crosses zero, to about nine digits."""
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) < 0 else (low, middle)
    return (low + high) / 2


def border(centres: Array, areas: Array, ground: BaseGeometry) -> BaseGeometry:
    """A smoothed hull of discs around the centres, grown until the ground in it has the places' whole area."""
    extra = [shapely.Point(p).buffer(hue.LANDMARK_KM) for p in to_plane(np.array(hue.LANDMARKS))]
    # stretched out to sea, where the shore itself ends them
    lines = [shapely.LineString([c, c + np.array(hue.SEAWARD_KM)]) for c in centres]

    def grown(scale: float) -> BaseGeometry:
        radii = scale * np.sqrt(areas / np.pi)
        discs = [line.buffer(r) for line, r in zip(lines, radii, strict=True)]
        return shapely.union_all([*discs, *extra]).buffer(26).buffer(-32).buffer(6).intersection(ground)

    scale = bisect(lambda s: float(grown(s).area - areas.sum()), 0.3, 2.0)
    return grown(scale)


def barrier(whole: BaseGeometry, land: BaseGeometry, area: float) -> BaseGeometry:
    """The strip of dunes between lagoon and sea, with as much of the lagoon as gives it its places' area."""
    cut = shapely.LineString(to_plane(np.array(hue.BARRIER_BEGINS))).buffer(0.05)
    spots = [shapely.Point(p) for p in to_plane(np.array(hue.ON_BARRIER))]
    parts = shapely.get_parts(land.difference(cut))
    strip = shapely.union_all([part for part in parts if any(part.contains(s) for s in spots)])
    rest = shapely.union_all([part for part in parts if not any(part.contains(s) for s in spots)])
    lagoon = whole.difference(land)

    def widened(reach: float) -> BaseGeometry:
        return shapely.union_all([strip, lagoon.intersection(strip.buffer(reach))]).difference(rest)

    reach = bisect(lambda r: float(widened(r).area - area), 0.01, 20)
    return widened(reach).buffer(0.06).intersection(whole.difference(rest))


def tiled(codes: list[str], centres: Array, areas: Array, water: Waters) -> list[BaseGeometry]:
    """A cell a place, lagoon included, in the order given."""
    on_barrier = np.array([code in hue.BARRIER_PLACES for code in codes])
    strip, inland = grounds(centres, areas, on_barrier, water)
    # how much of the lagoon each barrier place has is not known: there the nearest centre decides
    dunes = power_diagram(centres[on_barrier], np.zeros(on_barrier.sum()), strip).cells
    others = fitted_cells(centres[~on_barrier], areas[~on_barrier], inland)
    names = np.array(codes)
    found = zip([*names[on_barrier], *names[~on_barrier]], [*dunes, *others], strict=True)
    cells = {str(code): cell for code, cell in found}
    return [cells[code] for code in codes]


def grounds(
    centres: Array, areas: Array, on_barrier: Array, water: Waters, turns: int = 10
) -> tuple[BaseGeometry, BaseGeometry]:
    """The barrier's ground and the rest, their border bent turn by turn until cells lie about their centres.

    Where all cells lie too far north, the border holds too much of the north: the discs it grows from are pushed
    the other way.
    """
    ground = shapely.union_all([water.land, water.lagoon]).buffer(0.2).buffer(-0.2)
    own, wanted = centres[~on_barrier], areas[~on_barrier]
    pushed = centres.copy()
    for turn in range(turns):
        whole = border(pushed, areas, ground)
        strip = barrier(whole, water.land.intersection(whole), float(areas[on_barrier].sum()))
        inland = whole.difference(strip)
        if turn < turns - 1:
            rough = inland.simplify(0.1)
            off = astray(own, fitted_weights(own, wanted * rough.area / wanted.sum(), rough))
            pushed[~on_barrier] += 0.6 * off
    return strip, inland
