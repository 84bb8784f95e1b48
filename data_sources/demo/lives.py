"""Rows with a life, and what was known of them at any moment: a version for each thing that happens to them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from city.batch import NUMBERS, TIMES, Array
from data_sources.demo.frame import Frame

NEVER = np.datetime64("NaT", "us")


@dataclass(frozen=True, slots=True)
class Shape:
    """How rows of a table live.

    `shown`: column → the happening that makes it known (columns not named are known from the start);
    `status`: happening → what the row's status then is, later ones in this order winning.
    """

    table: str
    shown: Mapping[str, str]
    status: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lives:
    """Whole lives: `columns` as they end up, `known` (datetime64[us], NaT: never) when each happening is recorded."""

    shape: Shape
    columns: dict[str, Array]
    known: dict[str, Array]

    def __len__(self) -> int:
        return len(next(iter(self.known.values())))

    @property
    def first(self) -> Array:
        """When each row is first recorded."""
        return next(iter(self.known.values()))

    @property
    def last(self) -> Array:
        """When each row is last recorded (datetime64[us])."""
        latest: Array = np.max([np.where(np.isnat(k), self.first, k) for k in self.known.values()], axis=0)
        return latest

    def only(self, which: Array) -> "Lives":
        columns = {name: values[which] for name, values in self.columns.items()}
        return Lives(self.shape, columns, {name: values[which] for name, values in self.known.items()})

    def versions(self, since: np.datetime64, until: np.datetime64) -> Frame:
        """Every version recorded in (since, until]."""
        happenings = np.array(list(self.known.values()))  # happenings × rows
        which, row = np.nonzero((happenings > since) & (happenings <= until))
        recorded = happenings[which, row]
        turn = (happenings[:, row] < recorded).sum(axis=0) + _ties(happenings, which, row, recorded)
        return Frame(self.shape.table, self._as_known(row, recorded), recorded, row, turn)

    def _as_known(self, row: Array, at: Array) -> dict[str, Array]:
        """The columns of some rows, each as known at its own moment."""
        done = {name: values[row] <= at for name, values in self.known.items()}
        out = {name: values[row] for name, values in self.columns.items()}
        for name, happening in self.shape.shown.items():
            out[name] = _blank(name, out[name], ~done[happening])
        status = np.full(len(row), None, dtype=object)
        for happening, word in self.shape.status.items():
            status[done[happening]] = word
        return {**out, "status": status}


def _ties(happenings: Array, which: Array, row: Array, recorded: Array) -> Array:
    """Of happenings of one row recorded at the same moment, how many stand before each."""
    same = happenings[:, row] == recorded
    earlier = np.arange(len(happenings))[:, None] < which
    ties: Array = (same & earlier).sum(axis=0)
    return ties


def _blank(name: str, values: Array, where: Array) -> Array:
    out = values.copy()
    out[where] = NEVER if name in TIMES else np.nan if name in NUMBERS else None
    return out


def all_of(lives: list[Lives]) -> Lives:
    """Lives of one shape as one."""
    first = lives[0]
    columns = {name: np.concatenate([x.columns[name] for x in lives]) for name in first.columns}
    return Lives(first.shape, columns, {k: np.concatenate([x.known[k] for x in lives]) for k in first.known})
