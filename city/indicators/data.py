"""The data itself: is what comes in plausible, does enough of it come, is it clean, of now, joined up and open."""

from collections.abc import Callable
from functools import partial

import numpy as np

from city.feed_quality import clean, shared, unified
from city.freshness import FEEDS
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
        code="data_clean",
        title="Clean data, 24 hours",
        definition="Of the rows that feeds brought in the last 24 hours, the share neither refused nor twice in one "
        "answer.",
        formula="100 · (1 − (Σ refused + Σ duplicates) ÷ Σ read), t − 24 h < hour ≤ t",
        needs=(FEEDS,),
        compute=partial(_share, clean),
    ),
    _row(
        code="data_live",
        title="Live data",
        definition="Share of the sensors whose newest reading is inside its stale limit.",
        formula="100 · |{fresh}| ÷ |sensors|",
        compute=partial(_share, live),
    ),
    _row(
        code="data_unified",
        title="Unified data, 24 hours",
        definition="Of the readings, incidents, tickets and cases of the last 24 hours, the share with a known place "
        "and a known category; a reading's metric is its category and fixes its unit.",
        formula="100 · |{place ∈ places, category ≠ ∅}| ÷ |{t − 24 h < observed_at, opened_at, received_at, "
        "submitted_at ≤ t}|",
        compute=partial(_share, unified),
    ),
    _row(
        code="data_shared",
        title="Shared data",
        definition="Of the feeds marked open, by their licence or because they are published, the share published "
        "under an open licence.",
        formula="100 · |{shared, licence is open}| ÷ |{shared or licence is open}|",
        needs=(FEEDS,),
        compute=partial(_share, shared),
    ),
)
