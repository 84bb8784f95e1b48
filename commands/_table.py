"""Rows for a terminal and for a spreadsheet. Text from outside can neither move a cursor nor become a formula."""

import csv
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import typer

from city.cell import safe


def print_csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)


def shown(cell: Any) -> str:
    """A cell for a terminal: one line, nothing invisible in it."""
    if isinstance(cell, float):
        return f"{cell:.6g}"
    text = "–" if cell is None else str(cell)
    return "".join(c if c.isprintable() else "·" for c in text)


def print_table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Columns aligned, numbers to the right; as wide as they are, so that a pipe gets whole cells."""
    raw = [list(row) for row in rows]
    cells = [list(head), *([shown(c) for c in row] for row in raw)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    right = [bool(raw) and all(isinstance(r[i], int | float | None) for r in raw) for i in range(len(head))]
    for row in cells:
        aligned = (c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True))
        typer.echo("  ".join(aligned).rstrip())
