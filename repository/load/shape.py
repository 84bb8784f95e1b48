"""A chunk of a file in our shape: our columns as text, one row an observation where the file was wide."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from city.batch import Array
from city.verdict import Saying, Verdict
from repository.load.cells import TextColumn, constant, filled, flat, joined, mask, text, translated
from repository.load.chunk import Chunk
from repository.load.errors import LoadError
from repository.load.mapping import Combine, Mapping
from repository.load.options import near
from repository.load.wide import Series, series, spoken_for, twice

POINT = ("latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Plan:
    """A mapping bound to the columns that one file has."""

    mapping: Mapping
    names: tuple[str, ...]
    columns: dict[str, str]
    wide: list[Series]


@dataclass(slots=True)
class Shaped:
    """Our columns as text; `origin` is each row's place in the chunk's table."""

    chunk: Chunk
    columns: dict[str, TextColumn]
    origin: Array
    verdict: Verdict
    wide: TextColumn | None = None
    """The wide column that each row came from."""
    stated: TextColumn | None = None
    """The unit that the mapping gives for that column."""
    used: list[str] = field(default_factory=list)
    """Their columns that a wide row has besides its own."""

    def __len__(self) -> int:
        return len(self.origin)


def wanted(mapping: Mapping) -> tuple[str, ...]:
    """Their columns that the mapping names; those of patterns are found in the file."""
    names = spoken_for(mapping) | {c for c in mapping.metrics if "*" not in c}
    return tuple(sorted(names))


def bind(name: str, mapping: Mapping, chunk: Chunk) -> Plan:
    """Raises LoadError, a line a column that the file lacks."""
    names = chunk.table.column_names
    lacking = [w for w in wanted(mapping) if w not in names]
    if lacking:
        hint = _delimiter_hint(names)
        raise LoadError("\n".join(f"{name}: there is no column {w!r}{near(w, names) or hint}" for w in lacking))
    columns = dict(mapping.columns)
    if chunk.features:
        alike = ["geometry"] if mapping.kind == "places" else [c for c in POINT if c in mapping.of.columns]
        columns = {**{c: c for c in alike if c not in mapping.given}, **columns}
    wide = series(mapping, [n for n in names if n]) if mapping.metrics else []
    fault = twice(wide)
    if mapping.metrics and not wide:
        fault = f"no column matches {', '.join(map(repr, mapping.metrics))}"
    if fault:
        raise LoadError(f"{name}: {fault}")
    return Plan(mapping, tuple(names), columns, wide)


def _delimiter_hint(names: list[str]) -> str:
    for mark, word in (("\t", "tab"), (";", "semicolon"), ("|", "pipe"), (",", "comma")):
        if len(names) == 1 and mark in names[0]:
            return f'; its cells look separated by {word}: [file] delimiter = "{word}"'
    return f"; it has {', '.join(map(repr, names[:12]))}{' …' if len(names) > 12 else ''}"


def shaped(plan: Plan, chunk: Chunk) -> Shaped:
    """Our columns of a chunk's rows: taken, combined, translated, filled with defaults; wide rows made long."""
    mapping, n = plan.mapping, chunk.table.num_rows
    empty = mapping.file.empty
    columns = {ours: _cells(chunk, theirs, empty) for ours, theirs in plan.columns.items()}
    columns |= {ours: _combined(chunk, rule, empty) for ours, rule in mapping.combine.items()}
    columns |= {ours: _sequence(mapping, ours, chunk) for ours in mapping.sequence}
    verdict = Verdict(n)
    _gate(mapping, chunk, verdict)
    out = Shaped(chunk, columns, np.arange(n), verdict)
    if plan.wide:
        out = _long(plan, out, empty)
    for ours, words in mapping.values.items():
        if ours in out.columns:
            out.columns[ours] = translated(out.columns[ours], words)
    for ours, word in mapping.defaults.items():
        there = out.columns.get(ours)
        out.columns[ours] = constant(word, len(out)) if there is None else there.fill_null(word)
    return out


def _cells(chunk: Chunk, column: str, empty: list[str]) -> TextColumn:
    return text(flat(chunk.table.column(column)), empty)


def _combined(chunk: Chunk, rule: Combine, empty: list[str]) -> TextColumn:
    parts = [_cells(chunk, c, empty) for c in rule.names]
    return joined(parts, rule.separator) if rule.template is None else filled(rule.template, rule.names, parts)


def _sequence(mapping: Mapping, ours: str, chunk: Chunk) -> TextColumn:
    """Row numbers; `convert` makes them moments."""
    return pa.array(chunk.row - 1).cast(pa.string())


def _gate(mapping: Mapping, chunk: Chunk, verdict: Verdict) -> None:
    """`[only]` and `[refuse]`: rows that the file itself marks as good or bad."""
    for column, words, wanted_there in (
        *((c, w, True) for c, w in mapping.only.items()),
        *((c, w, False) for c, w in mapping.refuse.items()),
    ):
        found = _cells(chunk, column, []).fill_null("")
        there = mask(pc.is_in(found, value_set=pa.array([w.strip() for w in words])))
        verdict.refuse(there != wanted_there, Saying(column, found, "is not wanted"))


def _long(plan: Plan, rows: Shaped, empty: list[str]) -> Shaped:
    """One row a wide column and row: the columns one after the other."""
    times, n = len(plan.wide), len(rows)
    columns = {k: pa.concat_arrays([v] * times) for k, v in rows.columns.items()}
    columns["value"] = pa.concat_arrays([_cells(rows.chunk, s.column, empty) for s in plan.wide])
    for name in ("metric", "sensor_id"):
        own = _repeated([getattr(s, name) for s in plan.wide], n)
        columns[name] = pc.coalesce(own, columns[name]) if name in columns else own
    verdict = rows.verdict.repeated(times)
    used = sorted(spoken_for(plan.mapping))
    wide = _repeated([s.column for s in plan.wide], n)
    stated = _repeated([s.unit for s in plan.wide], n)
    return Shaped(rows.chunk, columns, np.tile(rows.origin, times), verdict, wide, stated, used)


def _repeated(words: list[str | None], n: int) -> TextColumn:
    return pa.array(np.repeat(np.array(words, dtype=object), n), type=pa.string())
