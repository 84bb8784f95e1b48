"""Text as moments: ISO 8601 with or without offsets, formats that the mapping names, numbers of seconds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from city.batch import Array
from repository.load.cells import TextColumn, mask
from repository.load.zones import to_utc

EPOCHS = {"unix": 1_000_000, "unix_ms": 1_000, "unix_us": 1}
"""Formats of times written as a number since 1970: microseconds in one."""
FARTHEST_OFFSET = 15 * 60 + 59
"""Minutes: PostgreSQL's own limit."""
NAIVE, AWARE = pa.timestamp("us"), pa.timestamp("us", tz="UTC")
# year first, then month and day: no country reads that in two ways
_YEAR_FIRST = re.compile(
    r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})"
    r"(?:[Tt ]\s*(\d{1,2})(?:[: ](\d{1,2})(?:[: ](\d{1,2})(?:[.,](\d{1,9}))?)?)?)?"
    r"\s*(?:([Zz]|UTC|GMT)|([+-]\d{2}):?(\d{2})?)?"
)


@dataclass(frozen=True, slots=True)
class Moments:
    """`datetime64[us]` in UTC, NaT where there is none, and how each came about (bool a row)."""

    utc: Array
    unreadable: Array
    zoneless: Array
    """Local times for which the mapping names no zone."""
    ambiguous: Array
    missing: Array


def moments(column: TextColumn, formats: Sequence[str], zone: ZoneInfo | None) -> Moments:
    """Text as moments; without formats ISO 8601 is read."""
    there = mask(column.is_valid())
    local, utc = _formatted(column, formats) if formats else _iso(column)
    none = np.zeros(len(there), dtype=bool)
    naive = ~np.isnat(local)
    unreadable = there & ~naive & np.isnat(utc)
    if zone is None:
        return Moments(utc, unreadable, naive, none, none)
    if not naive.any():
        return Moments(utc, unreadable, none, none, none)
    found = to_utc(local, zone)
    return Moments(np.where(naive, found.utc, utc), unreadable, none, found.ambiguous, found.missing)


def _nothing(n: int) -> Array:
    return np.full(n, "NaT", dtype="datetime64[us]")


def _array(column: pa.Array) -> Array:
    found: Array = column.cast(NAIVE).to_numpy(zero_copy_only=False)
    return found.astype("datetime64[us]")


def _iso(column: TextColumn) -> tuple[Array, Array]:
    """(local, UTC): a whole column of one shape at once, the rest row by row."""
    n = len(column)
    for kind in (NAIVE, AWARE):
        try:
            found = _array(column.cast(kind))
        except pa.ArrowInvalid:
            continue
        return (found, _nothing(n)) if kind is NAIVE else (_nothing(n), found)
    local, utc = _nothing(n), _nothing(n)
    for i, word in enumerate(column.to_pylist()):
        if word is not None and (read := _year_first(word)):
            moment, offset = read
            if offset is None:
                local[i] = moment
            else:
                utc[i] = moment - offset
    return local, utc


def _year_first(word: str) -> tuple[np.datetime64, np.timedelta64 | None] | None:
    """A time and its offset; 24:00 is the next day's midnight."""
    found = _YEAR_FIRST.fullmatch(word)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, zulu, offset, offset_minutes = found.groups()
    h, m, s = int(hour or 0), int(minute or 0), int(second or 0)
    if m > 59 or s > 60 or h > 24 or (h == 24 and (m or s)):
        return None
    try:
        date = np.datetime64(f"{year}-{int(month):02}-{int(day):02}", "us")
    except ValueError:
        return None
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    moment = date + np.timedelta64(((h * 60 + m) * 60 + s) * 1_000_000 + micro, "us")
    if zulu:
        return moment, np.timedelta64(0, "us")
    if offset is None:
        return moment, None
    sign, ahead = -1 if offset.startswith("-") else 1, abs(int(offset)) * 60 + int(offset_minutes or 0)
    if ahead > FARTHEST_OFFSET or int(offset_minutes or 0) > 59:
        return None
    return moment, np.timedelta64(sign * ahead, "m")


def _formatted(column: TextColumn, formats: Sequence[str]) -> tuple[Array, Array]:
    """(local, UTC): each format reads what those before it could not."""
    local, utc = _nothing(len(column)), _nothing(len(column))
    for text in formats:
        left = np.isnat(local) & np.isnat(utc)
        if text in EPOCHS:
            utc[left] = _epoch(column, EPOCHS[text])[left]
            continue
        words = column.to_pandas()
        found = pd.to_datetime(words, format=text, errors="coerce", utc="%z" in text or "%Z" in text)
        read = found.dt.tz_localize(None) if found.dt.tz is not None else found
        target = utc if found.dt.tz is not None else local
        target[left] = read.to_numpy().astype("datetime64[us]")[left]
    return local, utc


def _epoch(column: TextColumn, micro: int) -> Array:
    digits = pc.match_substring_regex(column, r"^-?\d{1,16}(\.\d+)?$")
    numbers = pc.if_else(digits, column, pa.scalar(None, pa.string())).cast(pa.float64())
    values = numbers.to_numpy(zero_copy_only=False) * micro
    # what lies beyond the year 9999 is a number in another unit
    return (
        np.where(np.abs(values) < 2.5e17, np.nan_to_num(values), np.iinfo(np.int64).min)
        .astype("int64")
        .view("datetime64[us]")
        if len(values)
        else _nothing(0)
    )
