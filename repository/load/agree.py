"""A mapping file read, and what its parts must agree on: faults that can be told without the data."""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from city.kinds import Kind
from city.units import conversion, unit_of
from repository.load.errors import LoadError
from repository.load.mapping import Mapping
from repository.load.measure import is_unit_word
from repository.load.options import fault, near
from repository.load.wide import wide_faults

DOMAINS = ("traffic", "health", "environment", "public_order", "feedback", "services", "data")
EPOCHS = {"unix": 1_000_000, "unix_ms": 1_000, "unix_us": 1}
"""Formats of times written as a number: microseconds in one."""


def read_mapping(path: Path, kind: str | None = None) -> Mapping:
    """A mapping file, checked by itself and, if given, against the command's KIND. Raises LoadError."""
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as e:
        raise LoadError(f"mapping {path}: {e.strerror or e}") from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise LoadError(f"mapping {path}: {e}") from e
    return checked({**data, "name": path.stem}, f"mapping {path}", kind)


def checked(data: dict[str, Any], where: str, kind: str | None = None) -> Mapping:
    """A mapping out of what its file holds; faults begin with `where`. Raises LoadError."""
    try:
        mapping = Mapping.model_validate(data)
    except ValidationError as e:
        known = [f for f in Mapping.model_fields if f != "name"]
        faults = [fault(x, known) for x in e.errors()]
    else:
        faults = list(disagreements(mapping))
        if kind and kind != mapping.kind:
            faults.insert(0, f"kind is {mapping.kind!r}, but the command loads {kind!r}")
    if faults:
        raise LoadError("\n".join(f"{where}: {f}" for f in faults))
    return mapping


def disagreements(mapping: Mapping) -> Iterator[str]:
    """One line a fault."""
    kind = mapping.of
    for part in ("columns", "combine", "sequence", "defaults", "values", "formats"):
        yield from _not_ours(part, getattr(mapping, part), kind)
    for a, b in (("columns", "combine"), ("columns", "sequence"), ("combine", "sequence")):
        for twice in sorted(getattr(mapping, a).keys() & getattr(mapping, b).keys()):
            yield f"{twice} is given twice, in [{a}] and in [{b}]"
    yield from _bad_formats(mapping, kind)
    yield from _bad_words(mapping, kind)
    yield from _bad_units(mapping)
    yield from _bad_sequence(mapping, kind)
    yield from (wide_faults(mapping) if mapping.metrics else _missing(mapping, kind.needs))


def _not_ours(part: str, names: Iterable[str], kind: Kind) -> Iterator[str]:
    for name in names:
        base, dot, _ = name.partition(".")
        if base not in kind.columns or (dot and kind.columns[base] != "json"):
            yield f"[{part}] {kind.name} have no column {name!r}{near(name, kind.columns)}"


def _missing(mapping: Mapping, needs: Iterable[str]) -> Iterator[str]:
    for name in needs:
        if name not in mapping.given:
            yield f"nothing gives {name}, which every row needs: name its column in [columns], or see [combine]"


def _bad_formats(mapping: Mapping, kind: Kind) -> Iterator[str]:
    for name, formats in mapping.formats.items():
        if kind.columns.get(name) not in ("time", "deadline"):
            yield f"[formats] {name} is not a time"
        for text in formats:
            if text not in EPOCHS and not _is_format(text):
                yield f"[formats] {name}: {text!r} is no strptime format, nor one of {', '.join(EPOCHS)}"


def _is_format(text: str) -> bool:
    try:
        pd.to_datetime(pd.Series(["x"]), format=text, errors="coerce")
    except (ValueError, TypeError):
        return False
    return "%" in text


def _bad_words(mapping: Mapping, kind: Kind) -> Iterator[str]:
    """Words that the mapping itself says, where only certain ones mean anything."""
    said = {*mapping.values.get("status", {}).values()} | {mapping.defaults.get("status", "")}
    if kind.statuses and not kind.open_statuses:
        for word in sorted(said - {*kind.statuses, ""}):
            yield f"{word!r} is no status of {kind.name}; they are {', '.join(kind.statuses)}"
    if kind.name == "events":
        said = {*mapping.values.get("domain", {}).values()} | {mapping.defaults.get("domain", "")}
        for word in sorted(said - {*DOMAINS, ""}):
            yield f"there is no domain {word!r}{near(word, DOMAINS)}; they are {', '.join(DOMAINS)}"


def _bad_units(mapping: Mapping) -> Iterator[str]:
    """A rule is of a column, a metric or a wide column (`speed = "mph"`), else of their unit (`mph = "km/h"`)."""
    for name, rule in mapping.units.items():
        theirs, ours = rule.named(name, is_unit=is_unit_word(mapping, name))
        if rule.factor is not None:
            continue
        if theirs is None or unit_of(theirs) is None:
            yield f"[units] {name}: unknown unit {theirs!r}; give a factor: {{ factor = 1.0, to = … }}"
        elif ours and conversion(theirs, ours) is None:
            yield f"[units] {name}: {theirs!r} does not become {ours!r}; give a factor: {{ factor = 1.0, to = … }}"


def _bad_sequence(mapping: Mapping, kind: Kind) -> Iterator[str]:
    for name, sequence in mapping.sequence.items():
        if kind.columns.get(name) != "time":
            yield f"[sequence] {name} is not a time"
        if pd.isna(pd.to_datetime(sequence.start, format="ISO8601", errors="coerce")):
            yield f"[sequence] {name}: start {sequence.start!r} is not a time"
        every = pd.to_timedelta(sequence.every, errors="coerce")
        if pd.isna(every) or every <= pd.Timedelta(0):
            yield f'[sequence] {name}: every {sequence.every!r} is not a span such as "5 min"'
