"""Vietnam's air quality index, the hourly one (Decision 1459/QĐ-TCMT, 2019).

Two differences from the decision's letter, where it would mislead: at a weight of one half it adds up the weighted
means without dividing by the weights, which loses 1/4096 in a full window and half the value when the last hour is
missing; here they are always divided by the weights of the hours present. Rounding is half up.
"""

import numpy as np

from city.batch import Array

INDEX = (0.0, 50.0, 100.0, 150.0, 200.0, 300.0, 400.0, 500.0)
BREAKPOINTS: dict[str, tuple[float, ...]] = {
    "pm2_5": (0, 25, 50, 80, 150, 250, 350, 500),
    "pm10": (0, 50, 150, 250, 350, 420, 500, 600),
    "o3": (0, 160, 200, 300, 400, 800, 1000, 1200),
    "no2": (0, 100, 200, 700, 1200, 2350, 3100, 3850),
    "so2": (0, 125, 350, 550, 800, 1600, 2100, 2630),
    "co": (0, 10_000, 30_000, 45_000, 60_000, 90_000, 120_000, 150_000),
}
"""µg/m³ at each INDEX; O3 by its 1-hour mean."""
PARTICLES = ("pm2_5", "pm10")
NOWCAST_HOURS = 12


def sub_index(pollutant: str, concentration: Array) -> Array:
    """float64, unrounded; NaN stays NaN. Below zero counts as zero, above the last breakpoint as 500."""
    out: Array = np.interp(concentration, BREAKPOINTS[pollutant], INDEX)
    return out


def nowcast(hourly: Array) -> Array:
    """float64 a station (µg/m³) from hourly means (stations × hours, the last hour first, NaN where missing).

    Weights are powers of least ÷ greatest of the 12 hours, at least one half; unknown unless two of the last three
    hours are there.
    """
    means = hourly[:, :NOWCAST_HOURS]
    known = np.isfinite(means)
    least = np.where(known, means, np.inf).min(axis=1, initial=np.inf)
    greatest = np.where(known, means, -np.inf).max(axis=1, initial=-np.inf)
    usable = np.isfinite(least) & (greatest > 0)
    share = np.divide(least, greatest, out=np.zeros(len(means)), where=usable)
    weight = np.clip(share, 0.5, 1.0)[:, None] ** np.arange(means.shape[1]) * known
    sums, weights = (weight * np.where(known, means, 0.0)).sum(axis=1), weight.sum(axis=1)
    out: Array = np.divide(sums, weights, out=np.full(len(means), np.nan), where=known[:, :3].sum(axis=1) >= 2)
    return out


def station_index(sub_indices: dict[str, Array]) -> Array:
    """float64 a station: the greatest sub-index, rounded; NaN unless PM2.5 or PM10 is known."""
    dust = np.fmax(*(sub_indices[p] for p in PARTICLES))
    greatest = np.fmax.reduce(list(sub_indices.values()))
    # a half that binary fractions miss by a hair is still a half
    rounded = np.floor(greatest + 0.5 + 1e-9)
    return np.where(np.isnan(dust), np.nan, rounded)
