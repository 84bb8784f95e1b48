"""Columns of a file as columns of text: trimmed, composed, blank ones null, their words turned into ours."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from city.batch import Array
from repository.load.globs import match

TextColumn: TypeAlias = Any
"""An Arrow array of strings (pyarrow has no types of its own)."""


def flat(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One array, without dictionaries."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def text(column: pa.Array, empty: Iterable[str] = ()) -> TextColumn:
    """Any column as text. Blank cells, and the words that mean nothing, are null; NUL has no place in PostgreSQL."""
    found = _written(column)
    found = pc.utf8_trim_whitespace(found)
    if not pc.all(pc.string_is_ascii(found), min_count=0).as_py():
        found = pc.utf8_normalize(found, form="NFC")
    if pc.any(pc.match_substring(found, "\0"), min_count=0).as_py():
        found = pc.replace_substring(found, "\0", "\ufffd")
    nothing = pc.is_in(found, value_set=pa.array(["", *empty], type=pa.string()))
    return pc.if_else(nothing, pa.scalar(None, pa.string()), found)


def _written(column: pa.Array) -> TextColumn:
    kind = column.type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_large_string(kind):
        return column.cast(pa.string())
    if pa.types.is_floating(kind):
        return _numbers(column)
    if pa.types.is_timestamp(kind):
        zone = "Z" if kind.tz else ""
        plain = column.cast(pa.timestamp("us", tz=kind.tz), safe=False).cast(pa.timestamp("us"))
        return pc.binary_join_element_wise(plain.cast(pa.string()), zone, "")
    if pa.types.is_binary(kind):
        return pa.array([None if v is None else v.decode("utf-8", "replace") for v in column.to_pylist()], pa.string())
    if pa.types.is_nested(kind):
        return pa.array([None if v is None else orjson.dumps(v, default=str).decode() for v in column.to_pylist()])
    return pa.array([None if v is None else str(v) for v in column.to_pylist()], type=pa.string())


def _numbers(column: pa.Array) -> TextColumn:
    """Whole floats without `.0`, since programs write whole numbers as floats where some are missing."""
    values = column.cast(pa.float64())
    whole = pc.and_(pc.equal(pc.floor(values), values), pc.less(pc.abs(values), 2.0**53))
    digits = pc.if_else(whole, values, pa.scalar(None, pa.float64())).cast(pa.int64()).cast(pa.string())
    return pc.coalesce(digits, values.cast(pa.string()))


def translated(column: TextColumn, words: Mapping[str, str]) -> TextColumn:
    """Their words as ours; a word that is not listed stays. `*` stands for anything, `""` for an empty cell."""
    encoded = column.dictionary_encode()
    exact = {k.strip(): v for k, v in words.items()}
    patterns = [(k.strip(), v) for k, v in words.items() if "*" in k]
    ours = [_word(w, exact, patterns) for w in encoded.dictionary.to_pylist()]
    found = pa.array(ours, type=pa.string()).take(encoded.indices)
    return found.fill_null(words[""]) if words.get("") else found


def _word(word: str, exact: Mapping[str, str], patterns: list[tuple[str, str]]) -> str | None:
    if word in exact:
        return exact[word] or None
    for pattern, ours in patterns:
        star = match(pattern, word)
        if star is not None:
            return ours.replace("*", star) or None
    return word


def joined(parts: list[TextColumn], separator: str) -> TextColumn:
    """Several columns as one; null where all of them are."""
    return _unless_empty(parts, pc.binary_join_element_wise(*parts, separator, null_handling="skip"))


def filled(template: str, names: list[str], parts: list[TextColumn]) -> TextColumn:
    """A template with each row's cells in it; null where all of them are."""
    rows = zip(*(p.fill_null("").to_pylist() for p in parts), strict=True)
    return _unless_empty(parts, pa.array([template.format_map(dict(zip(names, r, strict=True))) for r in rows]))


def _unless_empty(parts: list[TextColumn], found: TextColumn) -> TextColumn:
    nothing = parts[0].is_null()
    for part in parts[1:]:
        nothing = pc.and_(nothing, part.is_null())
    return pc.if_else(nothing, pa.scalar(None, pa.string()), found)


def mask(values: pa.Array) -> Array:
    """An Arrow column of booleans as numpy's; null is False."""
    found: Array = values.fill_null(False).to_numpy(zero_copy_only=False)
    return found.astype(bool)


def constant(value: str | None, n: int) -> TextColumn:
    return pa.nulls(n, pa.string()) if value is None else pa.array(np.full(n, value, dtype=object), type=pa.string())
