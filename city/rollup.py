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


def quantile(slot: Array, values: Array, q: float, slots: int) -> Array:
    """Linearly interpolated quantile (numpy's default); NaN where there are no rows."""
    out: Array = quantiles(slot, values, (q,), slots)[0]
    return out


def quantiles(slot: Array, values: Array, qs: tuple[float, ...], slots: int) -> Array:
    """As `quantile`, several at once: float64 (qs × slots)."""
    out = np.full((len(qs), slots), np.nan)
    if not len(values):
        return out
    narrow = slot.astype(np.int16) if slots < 2**15 else slot  # a stable sort of 16-bit integers is a radix sort
    grouped = values[np.argsort(narrow, kind="stable")]
    sizes = np.bincount(slot, minlength=slots)
    ends = np.cumsum(sizes)
    for i in np.flatnonzero(sizes):
        out[:, i] = _quantiles(grouped[ends[i] - sizes[i] : ends[i]], qs)
    out[:, slots - 1] = _quantiles(values, qs)
    return out


def _quantiles(values: Array, qs: tuple[float, ...]) -> list[float]:
    """np.quantile's own answer, without its overhead (42 slots would take it 2 ms)."""
    last = len(values) - 1
    at = [q * last for q in qs]
    below = [int(x) for x in at]
    above = [min(i + 1, last) for i in below]
    ordered = np.partition(values, sorted({*below, *above}))
    low, high = ordered[below].tolist(), ordered[above].tolist()
    return [a + (b - a) * (x - i) for a, b, x, i in zip(low, high, at, below, strict=True)]


def latest(slot: Array, times: Array, slots: int) -> Array:
    """datetime64[us]: the newest time a slot has, NaT where it has none."""
    out = np.full(slots, np.iinfo(np.int64).min)  # NaT's own bits, smaller than any time
    np.maximum.at(out, slot, times.astype("datetime64[us]").astype(np.int64))
    if len(times):
        out[slots - 1] = out[slots - 1] if out[slots - 1] > out.max() else out.max()
    return out.astype("datetime64[us]")
