"""The places that points lie in, by code: what a load and a feed give to rows with coordinates and no place."""

import numpy as np

from city.batch import Array
from city.places import Places


def nowhere(latitude: Array, longitude: Array) -> Array:
    """Bool a point: coordinates of exactly 0, 0, which are missing and not in the Gulf of Guinea."""
    found: Array = (latitude == 0) & (longitude == 0)
    return found


def codes_at(places: Places, latitude: Array, longitude: Array) -> Array:
    """object: the code of the place that holds each point, None where none does. Equal points are looked up once."""
    out = np.full(len(latitude), None, dtype=object)
    usable = np.isfinite(latitude) & np.isfinite(longitude)
    if not usable.any():
        return out
    # as complex numbers pairs are sorted ten times as fast
    points, which = np.unique(latitude[usable] + 1j * longitude[usable], return_inverse=True)
    slots = places.locate(points.real, points.imag)
    codes = np.array([None if s == places.unlocated else places.code(s) for s in slots.tolist()], dtype=object)
    out[usable] = codes[which]
    return out


FAR, NEAR = 5.0, 2.0
"""Degrees from a city's centre: nobody of it measures beyond the one, and within the other its places lie."""


def swapped(latitude: Array, longitude: Array, centre: tuple[float, float]) -> Array:
    """Bool a point: far from the city's centre (latitude, longitude), and near it once the two are exchanged."""
    lat, lon = centre
    away = np.maximum(np.abs(latitude - lat), np.abs(longitude - lon)) > FAR
    home = np.maximum(np.abs(longitude - lat), np.abs(latitude - lon)) < NEAR
    found: Array = away & home
    return found
