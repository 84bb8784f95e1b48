"""Levels, from calm to alarm: words for how a value stands against its thresholds."""

from typing import Literal

import numpy as np

from city.batch import Array
from city.config import Threshold

Level = Literal["ok", "watch", "warning", "alarm", "unknown"]
LEVELS: tuple[Level, ...] = ("ok", "watch", "warning", "alarm", "unknown")
OK, WATCH, WARNING, ALARM, UNKNOWN = range(5)
Better = Literal["lower", "higher"]


def levels(values: Array, limits: Threshold, better: Better = "lower") -> Array:
    """int8 indices into LEVELS: the worst limit that a value reaches; NaN is unknown, no limits is ok.

    A limit is reached at its own value where lower is better, below it where higher is better
    (a rate on time of exactly 90 % has kept a limit of 90); one that is the target too is passed beyond it
    (a response in exactly 6 minutes has met a target of at most 6).
    """
    out = np.zeros(len(values), dtype=np.int8)
    for level, limit in ((WATCH, limits.watch), (WARNING, limits.warning), (ALARM, limits.alarm)):
        if limit is not None:
            beyond = values > limit if limit == limits.target else values >= limit
            out[beyond if better == "lower" else values < limit] = level
    out[np.isnan(values)] = UNKNOWN
    return out
