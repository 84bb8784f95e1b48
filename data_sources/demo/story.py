"""The flood of 27 October 2025: how much it rained, how high the rivers stood, how hard the city was hit.

Known figures: Kim Long peaked at 5.05 m at 20:00 on 27 October, second only to 1999; more than 1,000 mm of rain fell
in 24 hours upstream; 32 of 40 communes stood under water. The curves between are ours.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import numpy as np

from city.batch import Array

LOCAL = timezone(timedelta(hours=7))
PEAK = datetime(2025, 10, 27, 20, tzinfo=LOCAL)
DRY_PLACES = frozenset({"20044", "20050", "20056", "20071", "20101", "20161", "20179", "20182"})
"""The eight mountain communes that stayed above the water: A Lưới 1–5, Khe Tre, Nam Đông, Long Quảng."""

# hours from the peak: level at Kim Long in metres
_LEVEL = np.array(
    [
        *(
            (-96, 0.45),
            (-50, 0.60),
            (-38, 1.15),
            (-26, 2.05),
            (-20, 2.90),
            (-14, 3.75),
            (-8, 4.45),
            (-3, 4.93),
            (-1, 5.02),
        ),
        *((0, 5.05), (1, 5.02), (3, 4.94), (10, 4.45), (22, 3.75), (34, 3.30), (46, 2.95), (62, 2.30), (90, 1.50)),
        *((140, 0.80), (190, 0.45)),
    ]
)
# hours from the peak: share of all the rain that has fallen
_RAIN = np.array(
    [
        *((-60, 0), (-44, 0.05), (-30, 0.13), (-24, 0.19), (-14, 0.44), (-6, 0.68), (0, 0.82), (8, 0.91)),
        *((30, 0.96), (60, 1)),
    ]
)
UPSTREAM_MM, LOWLAND_MM = 1900.0, 760.0


def rising(x: Array, knots: Array) -> Array:
    """A smooth curve through knots (x, y) that neither overshoots nor wobbles (Fritsch and Butland 1984)."""
    kx, ky = knots[:, 0], knots[:, 1]
    gap, slope = np.diff(kx), np.diff(ky) / np.diff(kx)
    turn = slope[:-1] * slope[1:]
    mean = np.where(turn > 0, 2 * turn / np.where(turn > 0, slope[:-1] + slope[1:], 1), 0)
    tangent = np.concatenate([[0], mean, [0]])
    at = np.clip(x, kx[0], kx[-1])
    i = np.clip(np.searchsorted(kx, at, side="right") - 1, 0, len(gap) - 1)
    s, h = (at - kx[i]) / gap[i], gap[i]
    keep, gain = (1 + 2 * s) * (1 - s) ** 2, s * s * (3 - 2 * s)
    out: Array = ky[i] * keep + ky[i + 1] * gain + h * s * (1 - s) * (tangent[i] * (1 - s) - tangent[i + 1] * s)
    return out


@dataclass(frozen=True, slots=True)
class Story:
    """What a story adds to ordinary weather. `t` is hours since 1970, UTC."""

    name: str = "flood-2025"
    peak_at: datetime = PEAK
    end: datetime = PEAK + timedelta(days=3, hours=4)

    @property
    def peak(self) -> float:
        """Hours since 1970, UTC."""
        return self.peak_at.timestamp() / 3600

    def level(self, t: Array) -> Array:
        """Metres at Kim Long; the ordinary level where the story does not reach."""
        return rising(t - self.peak, _LEVEL)

    def rain_share(self, t: Array) -> Array:
        """The share of the story's rain that has fallen by `t`."""
        return rising(t - self.peak, _RAIN)

    def distress(self, t: Array) -> Array:
        """0 in ordinary times to 1 at the peak: what people call, wait and drive by."""
        out: Array = np.clip((self.level(t) - 1.8) / (5.05 - 1.8), 0, 1)
        return out


STORIES = {story.name: story for story in (Story(),)}
