"""Rows with a key, as columns: replaced, added and removed without touching the rows that stay."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import numpy as np

from city.batch import CARRIED, KEYS, Array, Change, Columns, Key, column
from city.marks import marks

T = TypeVar("T")
OURS = {"slot": "int32", "deadline": "datetime64[us]", "deadline_extended": "datetime64[us]"}
"""Columns that absorbing adds (city.tables), besides the marks."""


def keys_of(table: str, rows: Columns) -> list[Key]:
    return list(zip(*(rows[k].tolist() for k in KEYS[table]), strict=True))


@dataclass(frozen=True)
class Rows:
    """The rows of one table. `columns` are equally long and never written to; `position` finds a key's row."""

    table: str
    columns: Mapping[str, Array]
    position: Mapping[Key, int]
    _made: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def none(cls, table: str) -> "Rows":
        ours = {c: np.empty(0, dtype=t) for c, t in OURS.items()}
        columns = {c: column(c, []) for c in CARRIED[table]}
        return cls(table, {**columns, **ours, **marks(table, columns)}, {})

    def once(self, name: str, make: Callable[["Rows"], T]) -> T:
        """What hangs on these rows and on no moment is computed once for all the moments that look at them."""
        if name not in self._made:
            self._made[name] = make(self)
        return cast(T, self._made[name])

    def __len__(self) -> int:
        return len(self.position)

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]

    def get(self, key: Key) -> dict[str, Any] | None:
        at = self.position.get(key)
        return None if at is None else {n: c[at] for n, c in self.columns.items()}

    def apply(self, change: Change, *, whole: bool = False) -> "Rows":
        """The rows after a change; a whole change replaces all."""
        if whole:
            return _built(self.table, change.rows)
        if not len(change) and not change.gone:
            return self
        kept = self._without(change.gone) if change.gone else self
        return kept._with(change.rows) if len(change) else kept

    def _without(self, gone: frozenset[Key]) -> "Rows":
        out = [self.position[k] for k in gone if k in self.position]
        if not out:
            return self
        stay = np.ones(len(self), dtype=bool)
        stay[out] = False
        return _built(self.table, {n: c[stay] for n, c in self.columns.items()})

    def _with(self, rows: Columns) -> "Rows":
        """Of rows with the same key the last wins."""
        last = {k: i for i, k in enumerate(keys_of(self.table, rows))}
        position = dict(self.position)
        source, target = [], []
        for key, i in last.items():
            source.append(i)
            target.append(position.setdefault(key, len(position)))
        columns = {}
        for name, new in rows.items():
            old = self.columns.get(name)
            grown = np.empty(len(position), dtype=new.dtype)
            if old is not None:
                grown[: len(old)] = old
            grown[target] = new[source]
            columns[name] = grown
        return Rows(self.table, columns, position)


def _built(table: str, rows: Columns) -> Rows:
    position = {key: i for i, key in enumerate(keys_of(table, rows))}
    size = len(next(iter(rows.values())))
    if len(position) == size:
        return Rows(table, dict(rows), position)
    keep = list(position.values())
    return Rows(table, {n: c[keep] for n, c in rows.items()}, {k: i for i, k in enumerate(position)})
