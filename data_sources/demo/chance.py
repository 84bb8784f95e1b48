"""Chance without state: every draw is a function of the seed and of what it is drawn for.

So any stretch of time can be simulated by itself, in any order, by any process, with the same outcome.
"""

import zlib
from datetime import date

import numpy as np

from city.batch import Array

GOLDEN, FIRST, SECOND = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def word(text: str) -> int:
    """A number that stands for a text, the same in every process."""
    return zlib.crc32(text.encode())


def uniform(*words: Array | int) -> Array:
    """float64 in [0, 1) for whole numbers of any shape, broadcast together (SplitMix64, Steele and others 2014)."""
    mixed: Array = np.zeros((), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for w in words:
            mixed = mixed + GOLDEN + np.asarray(w).astype(np.int64).astype(np.uint64)
            mixed = (mixed ^ (mixed >> np.uint64(30))) * FIRST
            mixed = (mixed ^ (mixed >> np.uint64(27))) * SECOND
            mixed = mixed ^ (mixed >> np.uint64(31))
    drawn: Array = (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return drawn


def normal(*words: Array | int) -> Array:
    """Standard normal draws (Box and Muller)."""
    radius = np.sqrt(-2 * np.log1p(-uniform(*words, 1)))
    out: Array = radius * np.cos(2 * np.pi * uniform(*words, 2))
    return out


def wave(x: Array, *words: Array | int) -> Array:
    """A smooth random curve of `x` between -1 and 1 that forgets itself after one unit of `x`."""
    left = np.floor(x)
    share = x - left
    share = share * share * (3 - 2 * share)
    start, end = uniform(*words, left.astype(np.int64)), uniform(*words, left.astype(np.int64) + 1)
    out: Array = 2 * (start * (1 - share) + end * share) - 1
    return out


def generator(seed: int, stream: str, day: date) -> np.random.Generator:
    """The draws of one day of one stream."""
    return np.random.default_rng([seed, word(stream), day.toordinal()])
