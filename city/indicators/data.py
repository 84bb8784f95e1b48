"""The data itself: is what comes in plausible, does enough of it come, is it of now."""

from collections.abc import Callable
from functools import partial

import numpy as np

from city.indicator import Indicator, Result
from city.metrics import METRICS
from city.quality import Shares, correct, live, sufficient
from city.rollup import ratio, total
from city.scene import Scene


def _share(of: Callable[[Scene], Shares], scene: Scene) -> Result:
    s = of(scene)
    whole = total(s.slot, s.whole, scene.slots)
    part = total(s.slot, s.part, scene.slots)
    return Result(ratio(100 * part, whole), volume=np.round(np.nan_to_num(whole)))


_row = partial(
    Indicator, domain="data", unit="%", needs=tuple(METRICS), better="higher", decimals=1, rollup="rate of sums"
)

INDICATORS = (
    _row(
        code="data_correct",
        title="Correct data, 24 hours",
        definition="Share of the readings of the last 24 hours that lie inside their metric's plausible limits.",
        formula="100 · |{low ≤ value ≤ high}| ÷ |{t − 24 h < observed_at ≤ t}|",
        compute=partial(_share, correct),
    ),
    _row(
        code="data_sufficient",
        title="Sufficient data, 24 hours",
        definition="Readings that came in the last 24 hours, as a share of those expected, of sensors "
        "that tell how often they report.",
        formula="100 · Σ n ÷ Σ (24 h ÷ expected_every)",
        compute=partial(_share, sufficient),
    ),
    _row(
        code="data_live",
        title="Live data",
        definition="Share of the sensors whose newest reading is inside its stale limit.",
        formula="100 · |{fresh}| ÷ |sensors|",
        compute=partial(_share, live),
    ),
)
