"""What people in the street get: rain, flood water, heat, noise."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import numpy as np

from city.batch import Array
from city.config import Threshold
from city.heat import heat_index
from city.indicator import Indicator, Result
from city.level import OK, UNKNOWN, WATCH
from city.newest import newest
from city.scene import Scene, hours
from city.sensors import energy_mean, named, window_sum, worst, worst_over

DAY_BEGINS, NIGHT_BEGINS = 6, 21
NOISE_BY_DAY, NOISE_BY_NIGHT = 70.0, 55.0
NOISE_SOURCE = "QCVN 26:2010/BTNMT, ordinary areas: 70 dBA from 6 to 21 h, 55 dBA at night"


def _rain(span: np.timedelta64, scene: Scene) -> Result:
    return worst_over(scene, "rain", window_sum(scene, "rain", span))


def _flood_depth(scene: Scene) -> Result:
    depths = newest(scene, "flood_depth")
    return named(scene, depths, depths.value, worst(scene, depths, depths.value, newest_first=True))


def _heat_index(scene: Scene) -> Result:
    """Of each sensor's newest temperature and humidity, unless the older is too old beside the newer."""
    warm, humid = newest(scene, "temperature"), newest(scene, "humidity")
    at = {key: i for i, key in enumerate(humid.keys)}
    pairs = [(i, at[key]) for i, key in enumerate(warm.keys) if key in at]
    w = warm[np.array([i for i, _ in pairs], dtype=np.int64)]
    h = humid[np.array([j for _, j in pairs], dtype=np.int64)]
    allowed = np.where(w.at < h.at, w.limit, h.limit)
    values = np.where(np.abs(w.at - h.at) <= allowed, heat_index(w.value, h.value), np.nan)
    both = replace(w, at=np.minimum(w.at, h.at), fresh=w.fresh & h.fresh, retired=w.retired | h.retired)
    return named(scene, both, values, worst(scene, both, values, newest_first=True))


def _noise(scene: Scene) -> Result:
    return worst_over(scene, "noise_laeq", energy_mean(scene, "noise_laeq", hours(1)))


def _noise_level(scene: Scene, values: Array) -> Array:
    """The limit of the hour that the moment ends: six and twenty-one o'clock still belong to what went before."""
    before = (scene.at - np.timedelta64(1, "us")).astype(datetime).replace(tzinfo=UTC).astimezone(scene.city.zone)
    limit = NOISE_BY_DAY if DAY_BEGINS <= before.hour < NIGHT_BEGINS else NOISE_BY_NIGHT
    return np.where(np.isnan(values), UNKNOWN, np.where(values >= limit, WATCH, OK)).astype(np.int8)


_row = partial(Indicator, domain="environment", rollup="worst sensor")
_millimetres = partial(_row, unit="mm", needs=("rain",), decimals=1)

INDICATORS = (
    _millimetres(
        code="rain_1h",
        title="Rain, 1 hour",
        definition="Rain of the last hour at the wettest gauge.",
        formula="max(Σ rain), t − 1 h < observed_at ≤ t",
        compute=partial(_rain, hours(1)),
    ),
    _millimetres(
        code="rain_24h",
        title="Rain, 24 hours",
        definition="Rain of the last 24 hours at the wettest gauge.",
        formula="max(Σ rain), t − 24 h < observed_at ≤ t",
        compute=partial(_rain, hours(24)),
        thresholds=Threshold(watch=20, warning=50, alarm=100),
    ),
    _millimetres(
        code="rain_72h",
        title="Rain, 72 hours",
        definition="Rain of the last 72 hours at the wettest gauge.",
        formula="max(Σ rain), t − 72 h < observed_at ≤ t",
        compute=partial(_rain, hours(72)),
    ),
    _row(
        code="flood_depth_max",
        unit="cm",
        title="Deepest street flood",
        definition="Deepest of the newest water depths in the streets.",
        needs=("flood_depth",),
        formula="max(flood_depth)",
        compute=_flood_depth,
        thresholds=Threshold(watch=20, warning=40, alarm=60),
    ),
    _row(
        code="heat_index",
        unit="°C",
        title="Heat index",
        definition="What the newest temperature and humidity of the hottest station feel like (heat index of the US "
        "National Weather Service).",
        needs=("temperature", "humidity"),
        formula="max(HI(temperature, humidity))",
        compute=_heat_index,
        thresholds=Threshold(watch=32, warning=41, alarm=54, source="NOAA: extreme caution, danger, extreme danger"),
        decimals=1,
    ),
    _row(
        code="noise_laeq_1h",
        unit="dBA",
        title="Noise, 1 hour",
        definition="Energy mean of the sound levels of the last hour at the loudest sensor.",
        needs=("noise_laeq",),
        formula="10 · log₁₀(mean(10^(L ÷ 10))), t − 1 h < observed_at ≤ t",
        compute=_noise,
        thresholds=Threshold(watch=NOISE_BY_DAY, source=NOISE_SOURCE),
        judge=_noise_level,
        decimals=1,
    ),
)
