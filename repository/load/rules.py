"""What can't be right: no key or time, from the wrong century, closed before it began, off the globe."""

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from city.batch import Array
from city.kinds import Kind
from city.rules import LONGEST_KEY, LONGEST_TEXT, judge_numbers, judge_readings, judge_times, needed
from city.verdict import Saying
from repository.load.cells import mask
from repository.load.convert import Converted
from repository.load.mapping import Mapping


def judge(rows: Converted, mapping: Mapping, now: datetime) -> None:
    """Refuse the rows of a chunk that can't be right. `now` is the load's clock."""
    kind = mapping.of
    for name in kind.needs:
        needed(rows.verdict, kind, name, mask(rows.columns[name].is_null()))
    _texts(rows, kind)
    judge_times(rows.verdict, kind, rows.times, now)
    _vocabulary(rows, mapping)
    judge_numbers(rows.verdict, rows.numbers)
    if "metric" in rows.columns:
        _readings(rows)


def _texts(rows: Converted, kind: Kind) -> None:
    short = {*kind.key, "place_code"}
    for name, column in rows.columns.items():
        if pa.types.is_string(column.type) and kind.columns[name] == "text":
            most = LONGEST_KEY if name in short else LONGEST_TEXT
            size = pc.binary_length(column) if name in short else pc.utf8_length(column)
            rows.verdict.refuse(
                mask(pc.greater(size, most)),
                Saying(name, size, f"letters long: more than {most} is refused", plain=True),
            )


def _vocabulary(rows: Converted, mapping: Mapping) -> None:
    kind = mapping.of
    if kind.statuses and "status" in rows.columns:
        ours = {*kind.statuses, *(mapping.values.get("status", {}).values() if kind.open_statuses else ())}
        column = rows.columns["status"]
        unknown = mask(column.is_valid()) & ~_in(column, ours)
        rows.verdict.refuse(unknown, Saying("status", column, "is neither ours nor in [values.status]"))


def _in(column: pa.Array, words: Iterable[str]) -> Array:
    return mask(pc.is_in(column, value_set=pa.array(sorted(words), type=pa.string())))


def _readings(rows: Converted) -> None:
    metric = rows.columns["metric"].dictionary_encode()
    for code, word in enumerate(metric.dictionary.to_pylist()):
        judge_readings(rows.verdict, word, mask(pc.equal(metric.indices, code)), rows.numbers["value"])
