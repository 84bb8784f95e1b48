"""Rows on their way into the shared repository, with what a version of a row needs besides its columns."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from city.batch import Array, Columns


@dataclass(frozen=True, slots=True)
class Frame:
    """Versions of rows of one table.

    `columns` in the types of city.batch, sources and keys included; `recorded_at` (datetime64[us]) when each version
    is written; `row` (int64) tells the rows apart; `turn` (int64) counts a row's versions from 0.
    """

    table: str
    columns: Columns
    recorded_at: Array
    row: Array
    turn: Array

    def __len__(self) -> int:
        return len(self.recorded_at)

    def only(self, which: Array) -> "Frame":
        """Some of the versions, by a mask or by positions."""
        columns = {name: values[which] for name, values in self.columns.items()}
        return Frame(self.table, columns, self.recorded_at[which], self.row[which], self.turn[which])

    def turns(self) -> Iterator["Frame"]:
        """First versions, then second ones and so on; within one, no row comes twice, and the oldest comes first."""
        for turn in np.unique(self.turn).tolist():
            chosen = np.flatnonzero(self.turn == turn)
            yield self.only(chosen[np.argsort(self.recorded_at[chosen], kind="stable")])

    def last(self) -> "Frame":
        """The newest version of each row."""
        order = np.lexsort((self.turn, self.row))
        newest = np.ones(len(order), dtype=bool)
        newest[:-1] = self.row[order][1:] != self.row[order][:-1]
        return self.only(np.sort(order[newest]))


def joined(frames: list[Frame]) -> Frame:
    """Frames of one table as one; their rows are not the same ones."""
    start = np.cumsum([0, *(int(f.row.max(initial=-1)) + 1 for f in frames)])
    columns = {name: np.concatenate([f.columns[name] for f in frames]) for name in frames[0].columns}
    return Frame(
        frames[0].table,
        columns,
        np.concatenate([f.recorded_at for f in frames]),
        np.concatenate([f.row + s for f, s in zip(frames, start[:-1], strict=True)]),
        np.concatenate([f.turn for f in frames]),
    )


def moments(hours: Array) -> Array:
    """datetime64[us], to the second, of hours since 1970 (UTC); NaN is NaT."""
    known = np.isfinite(hours)
    seconds = np.where(known, np.round(np.where(known, hours, 0) * 3600), 0).astype(np.int64)
    out: Array = (seconds * 1_000_000).astype("datetime64[us]")
    out[~known] = np.datetime64("NaT", "us")
    return out
