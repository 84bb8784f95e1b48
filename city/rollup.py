"""From rows to slots: counts, rates, sums and quantiles for each place, the unlocated and the city at once.

All take `slot`, the int32 slots of the rows (city.places), and `slots`, how many there are; all return float64
of that length with the city last. The city is computed from all rows, never from the places' values.
"""

import numpy as np

from city.batch import Array


def count(slot: Array, slots: int) -> Array:
    out = np.bincount(slot, minlength=slots).astype(np.float64)
    out[slots - 1] = len(slot)
    return out


def total(slot: Array, values: Array, slots: int) -> Array:
    """Sum of the values; NaN where there is none."""
    out: Array = np.bincount(slot, weights=values, minlength=slots)
    out[slots - 1] = values.sum()
    out[count(slot, slots) == 0] = np.nan
    return out


def rate(slot: Array, hit: Array, slots: int) -> Array:
    """Per cent of the rows that hit (bool a row); NaN where there are no rows."""
    whole = count(slot, slots)
    part = count(slot[hit], slots)
    share: Array = np.divide(part, whole, out=np.full(slots, np.nan), where=whole > 0)
    return 100.0 * share


def quantile(slot: Array, values: Array, q: float, slots: int) -> Array:
    """Linearly interpolated quantile (numpy's default); NaN where there are no rows."""
    out = np.full(slots, np.nan)
    if not len(values):
        return out
    order = np.lexsort((values, slot))
    ordered, of = values[order], slot[order]
    ends = np.searchsorted(of, np.arange(slots + 1))
    for i in np.unique(of):
        out[i] = _sorted_quantile(ordered[ends[i] : ends[i + 1]], q)
    out[slots - 1] = np.quantile(values, q)
    return out


def _sorted_quantile(ordered: Array, q: float) -> float:
    place = q * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def latest(slot: Array, times: Array, slots: int) -> Array:
    """datetime64[us]: the newest time a slot has, NaT where it has none."""
    out = np.full(slots, np.iinfo(np.int64).min)  # NaT's own bits, smaller than any time
    np.maximum.at(out, slot, times.astype("datetime64[us]").astype(np.int64))
    if len(times):
        out[slots - 1] = out[slots - 1] if out[slots - 1] > out.max() else out.max()
    return out.astype("datetime64[us]")
