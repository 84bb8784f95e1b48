"""Values in our units: what `[units]` says, what a row's own unit says, and where neither fits."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from city.batch import Array
from city.metrics import METRICS
from city.units import Conversion, conversion, unit_of
from repository.load.cells import TextColumn
from repository.load.errors import LoadError
from repository.load.mapping import Mapping, UnitRule


@dataclass(slots=True)
class Measured:
    """Values in our units, the unit to keep with each, and what a person should know of them."""

    value: Array
    unit: TextColumn
    notes: Counter[str] = field(default_factory=Counter)


def is_unit_word(mapping: Mapping, name: str) -> bool:
    """Whether a rule's name is the word for their unit, rather than a column, a metric or a wide column."""
    if name in mapping.of.columns or name in METRICS or name in mapping.metrics:
        return False
    metrics = {*mapping.values.get("metric", {}).values(), mapping.defaults.get("metric")}
    metrics |= {w for r in mapping.metrics.values() for w in (r.metric, r.is_)}
    return name not in metrics and unit_of(name) is not None


def measured(
    mapping: Mapping, value: Array, metric: TextColumn, unit: TextColumn, column: TextColumn, stated: TextColumn
) -> Measured:
    """`column` names the wide column a value came from, `stated` the unit its mapping gave; both null elsewhere."""
    n = len(value)
    codes = np.zeros(n, dtype=np.int64)
    words: list[list[str | None]] = []
    for part in (metric, unit, column, stated):
        encoded = part.dictionary_encode()
        known = [*encoded.dictionary.to_pylist(), None]
        codes = codes * len(known) + encoded.indices.fill_null(len(known) - 1).to_numpy()
        words.append(known)
    out = Measured(value.copy(), unit)
    kept = np.full(n, None, dtype=object)
    for code in np.unique(codes).tolist():
        here = codes == code
        found = _rule(mapping, *_unpacked(code, words))
        out.value[here] = value[here] * found.factor + found.offset if found.changes else value[here]
        kept[here] = found.to
        if found.note:
            out.notes[found.note] += int(here.sum())
    out.unit = pa.array(kept, type=pa.string())
    return out


def _unpacked(code: int, words: list[list[str | None]]) -> list[str | None]:
    found = []
    for known in reversed(words):
        code, i = divmod(code, len(known))
        found.append(known[i])
    return found[::-1]


@dataclass(frozen=True, slots=True)
class _Found(Conversion):
    note: str = ""


def _rule(mapping: Mapping, metric: str | None, unit: str | None, column: str | None, stated: str | None) -> _Found:
    """How the values of one metric, one stated unit and one wide column become ours."""
    ours = METRICS[metric].unit if metric in METRICS else None
    if stated:
        return _told(UnitRule.model_validate({"from": stated}), stated, ours, column or "")
    for name in (column, metric, "value"):
        if name is not None and name in mapping.units and not is_unit_word(mapping, name):
            return _told(mapping.units[name], mapping.units[name].from_, ours, name)
    by_word = _by_word(mapping, unit, ours)
    if by_word or unit is None:
        return by_word or _Found(1.0, 0.0, ours)
    if ours is None:
        return _Found(1.0, 0.0, unit)
    known = conversion(unit, ours)
    if known is None:
        return _Found(1.0, 0.0, unit, f"{metric} said to be in {unit}, taken as {ours}")
    return _Found(known.factor, known.offset, known.to, f"{metric}: {unit} → {ours}" if known.changes else "")


def _by_word(mapping: Mapping, unit: str | None, ours: str | None) -> _Found | None:
    """A rule such as `ft = "m"`: for rows that say ft; where rows say nothing, for what we keep in metres."""
    for name, rule in mapping.units.items():
        _, to = rule.named(name, is_unit=True)
        known = is_unit_word(mapping, name)
        same = unit is not None and (unit == name or (known and unit_of(unit) == unit_of(name)))
        meant = known and unit is None and ours is not None and to is not None and conversion(to, ours) is not None
        if same or meant:
            return _told(rule, name, to if same else ours, name)
    return None


def _told(rule: UnitRule, theirs: str | None, ours: str | None, name: str) -> _Found:
    """A rule's factor, or the one between two named units; without a unit to go to, theirs is kept."""
    to = (rule.to if rule.from_ else None) or ours
    if rule.factor is not None:
        return _Found(rule.factor, rule.offset, rule.to or ours)
    found = conversion(theirs, to) if theirs and to else Conversion(1.0, 0.0, theirs)
    if found is None:
        raise LoadError(f"[units] {name}: {theirs!r} does not become {to!r}; give a factor: {{ factor = 1.0 }}")
    return _Found(found.factor, found.offset, found.to)
