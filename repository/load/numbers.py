"""Text as numbers, whole numbers and yes-or-no; what can't be read is marked, never guessed."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from city.batch import Array
from repository.load.cells import TextColumn, mask
from repository.load.options import FileOptions

NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
NOT_A_NUMBER = r"(?i)^[+-]?(nan|inf|infinity|1\.#(inf|ind|qnan))$"
YES, NO = ("true", "t", "yes", "y", "1", "1.0"), ("false", "f", "no", "n", "0", "0.0")


def numbers(column: TextColumn, options: FileOptions) -> tuple[Array, Array]:
    """float64 (NaN where there is none), and which cells hold something that is no finite number."""
    there = mask(column.is_valid())
    plain = column
    if options.thousands:
        plain = pc.replace_substring(plain, options.thousands, "")
    if options.decimal != ".":
        plain = pc.replace_substring(plain, options.decimal, ".")
    try:
        cast = plain.cast(pa.float64())
    except pa.ArrowInvalid:
        readable = pc.match_substring_regex(plain, NUMBER)
        cast = pc.if_else(readable, plain, pa.scalar(None, pa.string())).cast(pa.float64())
    values: Array = cast.fill_null(np.nan).to_numpy(zero_copy_only=False)
    bad = there & ~np.isfinite(values)
    return np.where(bad, np.nan, values), bad


def infinite(word: str) -> bool:
    """Whether a word is NaN or infinity written as a number."""
    return bool(pc.match_substring_regex(pa.scalar(word), NOT_A_NUMBER).as_py())


def flags(column: TextColumn) -> tuple[pa.Array, Array]:
    """Booleans, and which cells are neither yes nor no."""
    lower = pc.utf8_lower(column)
    yes, no = (pc.is_in(lower, value_set=pa.array(words)) for words in (YES, NO))
    found = pc.if_else(yes, True, pc.if_else(no, False, pa.scalar(None, pa.bool_())))
    return found, mask(column.is_valid()) & mask(found.is_null())
