"""The places of a city, and the slots that every indicator's values stand in.

An indicator's value is an array of one number a slot: slot i is `codes[i]`, slot `unlocated` holds rows whose
place is empty or unknown, slot `city` the whole. Rows carry their slot, so sums over places and the city agree.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from city.batch import Array, Columns
from city.outline import outline

UNLOCATED = "unlocated"


@dataclass(frozen=True, slots=True)
class Place:
    """One ward, commune or whatever the city's places are."""

    code: str
    name: str
    kind: str = ""
    parent_code: str | None = None
    latitude: float = float("nan")
    longitude: float = float("nan")
    area_km2: float = float("nan")
    population: float = float("nan")
    geometry: dict[str, Any] | None = None

    @property
    def schematic(self) -> bool:
        """A geometry marked schematic is drawn, and never locates a row."""
        return bool(self.geometry and self.geometry.get("schematic"))


def _within(values: Array, least: float, most: float) -> list[float]:
    figures = values.astype(np.float64)
    usable = (figures >= least) & (figures <= most) & np.isfinite(figures)
    return [float(v) for v in np.where(usable, figures, np.nan)]


def plain(text: str) -> str:
    """Text as it is searched: lower case, without diacritics, đ as d."""
    split = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(c for c in split if not unicodedata.combining(c))


@dataclass(frozen=True)
class Places:
    """All places, in the order of their codes."""

    all: tuple[Place, ...] = ()

    @classmethod
    def of(cls, rows: Columns) -> "Places":
        """From the columns of table `place` (see city.batch), as anybody may have written them: a shape or a figure
        that cannot be is unknown; a code that already means something else (`""`, `unlocated`) is no place."""
        words = [rows[f].tolist() for f in ("place_code", "name", "kind", "parent_code")]
        figures = [
            _within(rows["latitude"], -90, 90),
            _within(rows["longitude"], -180, 180),
            _within(rows["area_km2"], 0, np.inf),
            _within(rows["population"], 0, np.inf),
        ]
        outlines = [outline(g) for g in rows["geometry"].tolist()]
        found = [
            Place(c, n or c, k or "", *rest)
            for c, n, k, *rest in zip(*words, *figures, outlines, strict=True)
            if c not in ("", UNLOCATED)
        ]
        return cls(tuple(sorted(found, key=lambda p: p.code)))

    @cached_property
    def index(self) -> dict[str, int]:
        return {p.code: i for i, p in enumerate(self.all)}

    @property
    def unlocated(self) -> int:
        return len(self.all)

    @property
    def city(self) -> int:
        return len(self.all) + 1

    @property
    def slots(self) -> int:
        return len(self.all) + 2

    def get(self, code: str) -> Place | None:
        i = self.index.get(code)
        return None if i is None else self.all[i]

    def slot(self, code: str | None) -> int | None:
        """The slot an outside name means: None or "" the city, "unlocated", or a place's code."""
        if not code:
            return self.city
        return self.unlocated if code == UNLOCATED else self.index.get(code)

    def code(self, slot: int) -> str | None:
        """The outside name of a slot; the city's is None."""
        if slot == self.city:
            return None
        return UNLOCATED if slot == self.unlocated else self.all[slot].code

    def slots_of(self, codes: Iterable[str | None]) -> Array:
        """int32 slots of rows by their place codes."""
        find, unlocated = self.index.get, self.unlocated
        return np.array([unlocated if c is None else find(c, unlocated) for c in codes], dtype=np.int32)

    @cached_property
    def population(self) -> Array:
        """float64 a slot; the city's is the sum of its places', unknown when one is unknown."""
        own = np.array([p.population for p in self.all], dtype=np.float64)
        return np.append(own, [np.nan, own.sum() if len(own) else np.nan])

    @cached_property
    def _tree(self) -> tuple[shapely.STRtree, list[int]]:
        known = [(i, p.geometry) for i, p in enumerate(self.all) if p.geometry and not p.schematic]
        return shapely.STRtree([shape(g) for _, g in known]), [i for i, _ in known]

    def locate(self, latitude: Array, longitude: Array) -> Array:
        """int32 slots of points, by the polygon that holds them; unlocated where none does."""
        out = np.full(len(latitude), self.unlocated, dtype=np.int32)
        tree, owners = self._tree
        if not owners or not len(latitude):
            return out
        usable = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude))
        points = shapely.points(longitude[usable], latitude[usable])
        which, polygon = tree.query(points, predicate="intersects")
        # on a shared border the place with the lower code wins: written in reverse, the lowest stays
        for w, p in sorted(zip(which.tolist(), polygon.tolist(), strict=True), reverse=True):
            out[usable[w]] = owners[p]
        return out

    def search(self, text: str) -> list[Place]:
        """Places whose name or code holds the text, with or without diacritics."""
        wanted = plain(text)
        return [p for p in self.all if wanted in plain(p.name) or wanted in p.code]
