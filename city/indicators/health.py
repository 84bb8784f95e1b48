"""Health: how full the hospitals are, how long people wait, which disease rises, what is out of service."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from city.batch import Array, Key
from city.config import Threshold
from city.events import about, events, is_open
from city.facilities import DAY, ED_WAIT, ICU_FREE, OCCUPIED, STAFFED, beds, current, told, weekly_cases
from city.indicator import Beside, Indicator, Made, Result
from city.level import OK, UNKNOWN, WATCH
from city.lives import spread, tallied
from city.marks import number
from city.rollup import count, quantile, ratio, total
from city.rows import Rows
from city.scene import Scene
from city.season import usual

TABLE, DOMAIN = "event", "health"
DENGUE, AMBULANCE = "cases_dengue", "ambulance_response_minutes"
SPARE = 0.1


def _occupancy(scene: Scene) -> Result:
    slot, occupied, staffed = beds(scene)
    full = ratio(100 * total(slot, occupied, scene.slots), total(slot, staffed, scene.slots))
    return Result(full, volume=count(slot, scene.slots))


def _icu(scene: Scene) -> Result:
    """Unknown where no facility tells: a place without a hospital has not run out of beds."""
    found = current(scene, ICU_FREE)
    return Result(total(found.slot, found.value, scene.slots), volume=count(found.slot, scene.slots))


def _stocks(sensors: Rows) -> dict[Key, float]:
    attributes = sensors["attributes"].tolist()
    said = {key: attributes[i] for key, i in sensors.position.items() if isinstance(attributes[i], Mapping)}
    return {key: number(a.get("icu_beds")) for key, a in said.items()}


def _icu_level(scene: Scene, values: Array) -> Array:
    """Watch when less than a tenth of the stock that facilities tell of is free."""
    found, stocks = current(scene, ICU_FREE), scene.tables["sensor"].once("icu beds", _stocks)
    stock = np.array([stocks.get(key, np.nan) for key in found.keys], dtype=np.float64)
    known = np.flatnonzero(stock > 0)
    free = total(found.slot[known], found.value[known], scene.slots)
    short = free < SPARE * total(found.slot[known], stock[known], scene.slots)
    return np.where(np.isnan(values), UNKNOWN, np.where(short, WATCH, OK)).astype(np.int8)


def _wait(scene: Scene) -> Result:
    found = current(scene, ED_WAIT)
    return Result(quantile(found.slot, found.value, 0.5, scene.slots), volume=count(found.slot, scene.slots))


def _ambulance(scene: Scene) -> Result:
    return spread(scene, *told(scene, AMBULANCE, DAY), 0.5)


def _dengue(scene: Scene) -> Result:
    cases = weekly_cases(scene, DENGUE)
    return Result(ratio(100_000.0 * cases, scene.places.population), volume=np.nan_to_num(cases))


def _dengue_level(scene: Scene, values: Array) -> Array:
    """Watch when the week's cases are unusual for the season, or, without years of history, for the four weeks."""
    return np.where(np.isnan(values), UNKNOWN, np.where(usual(scene, DENGUE).unusual, WATCH, OK)).astype(np.int8)


def _dengue_usual(scene: Scene) -> Beside:
    known = usual(scene, DENGUE)
    rate = ratio(100_000.0 * known.mean, scene.places.population)
    return Beside("mean, {n} years" if known.years else "4 weeks before", rate, known.years)


def _still(topics: tuple[str, ...], scene: Scene) -> Made:
    return Made(events(scene, DOMAIN).row[is_open(scene, DOMAIN) & about(scene, DOMAIN, *topics)])


def _tally(*topics: str) -> dict[str, Any]:
    made = partial(_still, topics)
    return {"compute": partial(tallied, TABLE, made), "made_of": made}


_row = partial(Indicator, domain="health")
_minutes = partial(_row, unit="minutes", rollup="quantile of all rows")
_count = partial(_row, unit="count", rollup="sum")

INDICATORS = (
    _row(
        code="bed_occupancy",
        unit="%",
        title="Beds occupied",
        definition="Occupied beds as a share of staffed beds, of the facilities that told both in the last 24 hours.",
        needs=(OCCUPIED, STAFFED),
        formula="100 · Σ beds_occupied ÷ Σ beds_available, t − 24 h ≤ observed_at ≤ t",
        compute=_occupancy,
        thresholds=Threshold(watch=85, warning=90, alarm=95, source="Royal College of Emergency Medicine: 85 %"),
        decimals=1,
        rollup="rate of sums",
    ),
    _count(
        code="icu_beds_free",
        title="Free intensive care beds",
        definition="Intensive care beds free by the facilities' newest reports.",
        needs=(ICU_FREE,),
        formula="Σ icu_beds_free",
        compute=_icu,
        judge=_icu_level,
        better="higher",
        thresholds=Threshold(source="watch below 10 % of the stock (proposal)"),
    ),
    _minutes(
        code="ed_wait_p50",
        title="Emergency department wait, median",
        definition="Median of the facilities' newest waiting times in the emergency department.",
        needs=(ED_WAIT,),
        formula="Q50(ed_wait_minutes)",
        compute=_wait,
        thresholds=Threshold(watch=240, source="4-hour standard of the NHS in England"),
    ),
    _minutes(
        code="ambulance_response_p50_24h",
        title="Ambulance response, median, 24 hours",
        definition="Median time until an ambulance arrived, of the last 24 hours.",
        needs=(AMBULANCE,),
        formula="Q50(ambulance_response_minutes), t − 24 h < observed_at ≤ t",
        compute=_ambulance,
        thresholds=Threshold(watch=6, target=6, source="Boston EMS"),
        decimals=1,
    ),
    _row(
        code="dengue_7d_per_100k",
        unit="per 100,000",
        title="Dengue per 100,000 residents, 7 days",
        definition="Dengue cases of the last 7 days, per 100,000 residents.",
        needs=(DENGUE,),
        formula="100 000 · Σ cases_dengue ÷ population, t − 7 d < observed_at ≤ t",
        compute=_dengue,
        judge=_dengue_level,
        beside=_dengue_usual,
        thresholds=Threshold(
            source="its season: watch above mean + 2 σ of the same weeks ± 2 of 5 years (historical limits, CDC MMWR); "
            "with fewer than 3 years far above the four weeks before"
        ),
        decimals=1,
        rollup="sum over population",
    ),
    _count(
        code="outbreaks_open",
        title="Open outbreaks",
        definition="Outbreaks of a disease opened and not closed.",
        needs=(TABLE,),
        formula="|{opened_at ≤ t, ¬(closed_at ≤ t), category ∈ outbreak}|",
        **_tally("outbreak"),
        thresholds=Threshold(watch=1, source="any: watch"),
    ),
    _count(
        code="facilities_down",
        title="Health facilities down",
        definition="Open events of health facilities that are flooded or without power.",
        needs=(TABLE,),
        formula="|{opened_at ≤ t, ¬(closed_at ≤ t), category ∈ facility_flooded ∪ facility_no_power}|",
        **_tally("facility_flooded", "facility_no_power"),
        thresholds=Threshold(alarm=1, source="any: alarm"),
    ),
)
