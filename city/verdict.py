"""Which rows of a chunk are refused, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from city.batch import Array

SHOWN = 60


class Verdict:
    """Rows that are still good, and the first reason found against each of the others."""

    def __init__(self, rows: int) -> None:
        self.reasons: dict[int, str] = {}
        self.good: Array = np.ones(rows, dtype=bool)

    def __len__(self) -> int:
        return len(self.good)

    def refuse(self, where: Array, reason: str | Callable[[int], str]) -> None:
        """Refuse the rows that `where` (bool a row) marks, unless they are refused already."""
        for i in np.flatnonzero(where & self.good).tolist():
            self.reasons[i] = reason if isinstance(reason, str) else reason(i)
        self.good &= ~where

    def repeated(self, times: int) -> "Verdict":
        """The same verdict on rows that come several times, all of them and then all of them again."""
        out, n = Verdict(0), len(self)
        out.good = np.tile(self.good, times)
        out.reasons = {k * n + i: reason for k in range(times) for i, reason in self.reasons.items()}
        return out


@dataclass(frozen=True, slots=True)
class Saying:
    """A reason that quotes the cell: `closed_at 'soon' is not a time`."""

    name: str
    cells: Any
    what: str
    plain: bool = False
    """Without quotation marks: it is a number or a moment."""

    def __call__(self, i: int) -> str:
        cell = self.cells[i]
        value = cell.as_py() if hasattr(cell, "as_py") else cell
        return f"{self.name} {told(value) if self.plain else shown(value)} {self.what}"


def told(value: object) -> str:
    """A moment or a number in words."""
    if isinstance(value, np.datetime64):
        return f"{value}Z".replace(".000000Z", "Z")
    return f"{value:g}" if isinstance(value, float) else str(value)


def shown(value: object) -> str:
    """A value as a reason quotes it: short."""
    text = str(value)
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")
