"""Traffic: how fast it moves against free flow, what blocks it, who gets hurt."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from city.batch import Array
from city.config import Threshold
from city.events import about, events, is_open, opened_within
from city.history import LAST_YEAR, last_year, more
from city.indicator import Beside, Indicator, Made, Result, Select
from city.level import levels
from city.lives import DAY, MINUTE, happened, shared, spread, tallied, took
from city.roads import CONGESTED, FLOW, SPEED, roads, travel_times
from city.rollup import count, total, weighted
from city.scene import Scene, days

TABLE, DOMAIN = "event", "traffic"
MONTH = days(30)
Compute = Callable[[Scene], Result]
INDEX_LIMITS = Threshold(watch=1.15, warning=1.5, alarm=2.0, source="FHWA's travel time index; limits: proposal")


def _speed(scene: Scene) -> Result:
    r = roads(scene)
    return Result(weighted(r.slot, r.speed, r.flow, scene.slots), volume=count(r.slot, scene.slots))


def _speed_level(scene: Scene, values: Array) -> Array:
    """As a share of free flow: what the index says."""
    return levels(_index(scene).values, INDEX_LIMITS)


def _index(scene: Scene) -> Result:
    r = roads(scene)
    moving = np.flatnonzero(np.isfinite(r.index))
    slot = r.slot[moving]
    return Result(weighted(slot, r.index[moving], r.flow[moving], scene.slots), volume=count(slot, scene.slots))


def _planning(scene: Scene) -> Result:
    return spread(scene, *travel_times(scene, days(7)), 0.95)


def _congested(scene: Scene) -> Result:
    r = roads(scene)
    known = np.flatnonzero(~np.isnan(r.index))
    return shared(scene, r.slot[known], r.index[known] > CONGESTED)


def _still(scene: Scene) -> Made:
    return Made(events(scene, DOMAIN).row[is_open(scene, DOMAIN)])


def _clearing(scene: Scene) -> Array:
    e = events(scene, DOMAIN)
    cleared: Array = (e.opened <= scene.at) & happened(scene, e.closed, DAY)
    return cleared


def _cleared(scene: Scene) -> Made:
    return Made(events(scene, DOMAIN).row[_clearing(scene)])


def _clearance(scene: Scene) -> Result:
    e, cleared = events(scene, DOMAIN), _clearing(scene)
    return spread(scene, e.slot[cleared], took(e.opened[cleared], e.closed[cleared], MINUTE), 0.9)


def _closed_roads(scene: Scene) -> Made:
    closed = is_open(scene, DOMAIN) & about(scene, DOMAIN, "road_closed", "flooded_road")
    return Made(events(scene, DOMAIN).row[closed])


def _of_month(scene: Scene) -> Array:
    return opened_within(scene, DOMAIN, MONTH) & about(scene, DOMAIN, "crash", "accident")


def _crashes(scene: Scene) -> Made:
    return Made(events(scene, DOMAIN).row[_of_month(scene)])


def _telling(scene: Scene) -> Made:
    e = events(scene, DOMAIN)
    return Made(e.row[_of_month(scene) & ~np.isnan(e.casualties)])


def _tally(made: Select) -> dict[str, Any]:
    return {"compute": partial(tallied, TABLE, made), "made_of": made}


def _casualties(scene: Scene) -> Result:
    """Of the crashes that say; unknown everywhere when there were crashes and none says, so that sums agree."""
    e, crashed = events(scene, DOMAIN), _of_month(scene)
    said = crashed & ~np.isnan(e.casualties)
    if not scene.had(TABLE) or (crashed.any() and not said.any()):
        return Result(scene.unknown())
    hurt = np.nan_to_num(total(e.slot[said], e.casualties[said], scene.slots))
    return Result(hurt, volume=count(e.slot[said], scene.slots))


def _before(compute: Compute, scene: Scene) -> Beside:
    """The same of the same days of last year; unknown where nobody told of traffic that long ago."""
    then = last_year(scene)
    told = then.earlier(then.at - MONTH).had(TABLE) and (events(scene, DOMAIN).opened <= then.at).any()
    return Beside("last year", compute(then).values if told else scene.unknown())


def _more(compute: Compute, scene: Scene, values: Array) -> Array:
    return more(values, _before(compute, scene).values)


def _against_last_year(compute: Compute) -> dict[str, Any]:
    return {"judge": partial(_more, compute), "beside": partial(_before, compute), "thresholds": LAST_YEAR}


_row = partial(Indicator, domain="traffic")
_road = partial(_row, needs=(SPEED, FLOW), rollup="mean weighted by flow")
_count = partial(_row, unit="count", needs=(TABLE,), rollup="sum")

INDICATORS = (
    _road(
        code="average_speed",
        unit="km/h",
        title="Average speed",
        definition="Mean of the roads' newest speeds of the last 15 minutes, weighted by traffic where it is counted.",
        formula="Σ speed · flow ÷ Σ flow, t − 15 min ≤ observed_at ≤ t",
        compute=_speed,
        judge=_speed_level,
        better="higher",
        thresholds=Threshold(source="as a share of free flow: the limits of the travel time index (proposal)"),
    ),
    _road(
        code="travel_time_index",
        unit="ratio",
        title="Travel time index",
        definition="How many times longer a trip takes now than at free flow, weighted by traffic: 1 is free flow.",
        formula="Σ max(1, v₀ ÷ speed) · flow ÷ Σ flow, v₀ = free_flow_speed ∨ Q95(speed, 28 d)",
        compute=_index,
        thresholds=INDEX_LIMITS,
        decimals=2,
    ),
    _row(
        code="planning_time_index_7d",
        unit="ratio",
        title="Planning time index, 7 days",
        definition="In the last 7 days 95 % of trips took no more than this many times the free-flow time.",
        needs=(SPEED,),
        formula="Q95(v₀ ÷ speed), t − 7 d < observed_at ≤ t",
        compute=_planning,
        thresholds=Threshold(watch=2.0),
        decimals=2,
        rollup="quantile of all rows",
    ),
    _road(
        code="congested_share",
        unit="%",
        title="Congested roads",
        definition="Share of the roads reporting whose travel time index is above 1.5.",
        formula="100 · |{v₀ ÷ speed > 1.5}| ÷ |{v₀ ÷ speed ≠ ∅}|",
        compute=_congested,
        thresholds=Threshold(watch=10, warning=20, alarm=30),
        rollup="rate of sums",
    ),
    _count(
        code="traffic_incidents_open",
        title="Open traffic incidents",
        definition="Traffic incidents opened and not closed.",
        formula="|{opened_at ≤ t, ¬(closed_at ≤ t)}|",
        **_tally(_still),
    ),
    _row(
        code="incident_clearance_p90_24h",
        unit="minutes",
        title="Time to clear, 90th percentile, 24 hours",
        definition="Nine in ten traffic incidents closed in the last 24 hours were cleared no later than this.",
        needs=(TABLE,),
        formula="Q90(closed_at − opened_at), t − 24 h < closed_at ≤ t",
        compute=_clearance,
        made_of=_cleared,
        thresholds=Threshold(watch=60, target=60),
        rollup="quantile of all rows",
    ),
    _count(
        code="roads_closed",
        title="Closed roads",
        definition="Open closures and floodings of roads.",
        formula="|{opened_at ≤ t, ¬(closed_at ≤ t), category ∈ road_closed ∪ flooded_road}|",
        **_tally(_closed_roads),
        thresholds=Threshold(warning=1, source="any: warning"),
    ),
    _count(
        code="crashes_30d",
        title="Crashes, 30 days",
        definition="Crashes opened in the last 30 days.",
        formula="|{t − 30 d < opened_at ≤ t, category ∈ crash ∪ accident}|",
        **_tally(_crashes),
        **_against_last_year(partial(tallied, TABLE, _crashes)),
    ),
    _count(
        code="crash_casualties_30d",
        title="Crash casualties, 30 days",
        definition="People hurt or killed in crashes of the last 30 days, as far as the reports say.",
        formula="Σ attributes.casualties, t − 30 d < opened_at ≤ t, category ∈ crash ∪ accident",
        compute=_casualties,
        made_of=_telling,
        **_against_last_year(_casualties),
    ),
)
