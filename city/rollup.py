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
    out: Array = np.bincount(slot, weights=values, minlength=slots).astype(np.float64)  # of nothing, bincount is int
    out[slots - 1] = values.sum()
    out[count(slot, slots) == 0] = np.nan
    return out


def rate(slot: Array, hit: Array, slots: int) -> Array:
    """Per cent of the rows that hit (bool a row); NaN where there are no rows."""
    return ratio(100.0 * count(slot[hit], slots), count(slot, slots))


def ratio(part: Array, whole: Array) -> Array:
    """part ÷ whole, a slot each; NaN where the whole is nothing or unknown."""
    out: Array = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return out


def weighted(slot: Array, values: Array, weights: Array, slots: int) -> Array:
    """Mean of the values that weigh anything; the plain mean where none does; NaN where there are no rows.

    `weights` of zero and NaN weigh nothing.
    """
    heavy = np.flatnonzero(weights > 0)
    burden = total(slot[heavy], weights[heavy], slots)
    mean = ratio(total(slot[heavy], values[heavy] * weights[heavy], slots), burden)
    plain = ratio(total(slot, values, slots), count(slot, slots))
    out: Array = np.where(burden > 0, mean, plain)
    return out


def quantile(slot: Array, values: Array, q: float, slots: int) -> Array:
    """Linearly interpolated quantile (numpy's default); NaN where there are no rows."""
    out: Array = quantiles(slot, values, (q,), slots)[0]
    return out


def quantiles(slot: Array, values: Array, qs: tuple[float, ...], slots: int) -> Array:
    """As `quantile`, several at once: float64 (qs × slots)."""
    out = np.full((len(qs), slots), np.nan)
    if not len(values):
        return out
    rising = np.argsort(values)
    ordered, of = values[rising], slot[rising]
    if slots < 2**15:
        of = of.astype(np.int16)  # a stable sort of 16-bit integers is a radix sort
    grouped = ordered[np.argsort(of, kind="stable")]
    sizes = np.bincount(slot, minlength=slots)
    first = np.cumsum(sizes) - sizes
    has = np.flatnonzero(sizes)
    for row, q in enumerate(qs):
        out[row, has] = _between(grouped, first[has], sizes[has], q)
        out[row, slots - 1] = _between(ordered, np.zeros(1, np.int64), np.array([len(values)]), q)[0]
    return out


def _between(ordered: Array, first: Array, sizes: Array, q: float) -> Array:
    """Quantiles of groups that stand one after another, each in order."""
    place = q * (sizes - 1)
    below = place.astype(np.int64)
    above = np.minimum(below + 1, sizes - 1)
    low, high = ordered[first + below], ordered[first + above]
    out: Array = low + (high - low) * (place - below)
    return out


def latest(slot: Array, times: Array, slots: int) -> Array:
    """datetime64[us]: the newest time a slot has, NaT where it has none."""
    out = np.full(slots, np.iinfo(np.int64).min)  # NaT's own bits, smaller than any time
    np.maximum.at(out, slot, times.astype("datetime64[us]").astype(np.int64))
    if len(times):
        out[slots - 1] = out[slots - 1] if out[slots - 1] > out.max() else out.max()
    return out.astype("datetime64[us]")
