"""The heat index of the US National Weather Service (Weather Prediction Center, "The Heat Index Equation")."""

import numpy as np

from city.batch import Array

FULL_FROM = 80.0
"""°F: below it Steadman's simple form holds, from it Rothfusz's regression of 1990 (SR 90-23)."""


def heat_index(celsius: Array, humidity: Array) -> Array:
    """°C, from the air's temperature (°C) and relative humidity (%)."""
    t, rh = celsius * 1.8 + 32.0, np.clip(humidity, 0.0, 100.0)
    simple = 0.5 * (t + 61.0 + (t - 68.0) * 1.2 + rh * 0.094)  # already the mean of the form and the temperature
    felt: Array = np.where(simple >= FULL_FROM, _rothfusz(t, rh) + _adjustment(t, rh), simple)
    return (felt - 32.0) / 1.8


def _rothfusz(t: Array, rh: Array) -> Array:
    """°F from °F and %."""
    out: Array = (
        -42.379
        + 2.04901523 * t
        + 10.14333127 * rh
        - 0.22475541 * t * rh
        - 0.00683783 * t * t
        - 0.05481717 * rh * rh
        + 0.00122874 * t * t * rh
        + 0.00085282 * t * rh * rh
        - 0.00000199 * t * t * rh * rh
    )
    return out


def _adjustment(t: Array, rh: Array) -> Array:
    """°F: less in very dry air, more in very humid air that is not too hot."""
    dry = (rh < 13) & (t >= 80) & (t <= 112)
    humid = (rh > 85) & (t >= 80) & (t <= 87)
    less = (13 - rh) / 4 * np.sqrt(np.clip(17 - np.abs(t - 95), 0, None) / 17)
    more = (rh - 85) / 10 * ((87 - t) / 5)
    return np.where(dry, -less, np.where(humid, more, 0.0))
