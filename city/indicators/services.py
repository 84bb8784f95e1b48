"""Administrative public services: the backlog of cases, how well they are handled, how much is done online."""

from functools import partial

import numpy as np

from city.batch import Array
from city.cases import MONTH, WEEK, cases, completed_within, decided, is_open, submitted_within
from city.config import Threshold
from city.history import OWN_PAST, unusual
from city.indicator import Indicator, Result
from city.lives import DAY, counted, shared, spread, took
from city.rollup import count
from city.scene import Scene

TABLE = "administrative_case"


def _received(scene: Scene) -> Result:
    return counted(scene, TABLE, cases(scene).slot[submitted_within(scene, WEEK)])


def _open(scene: Scene) -> Result:
    return counted(scene, TABLE, cases(scene).slot[is_open(scene)])


def _open_level(scene: Scene, values: Array) -> Array:
    return unusual(scene, values, TABLE, lambda s: _open(s).values)


def _overdue(scene: Scene) -> Result:
    c = cases(scene)
    return counted(scene, TABLE, c.slot[is_open(scene) & (c.deadline < scene.at)])


def _on_time(scene: Scene) -> Result:
    d = decided(scene)
    return shared(scene, cases(scene).slot[d.rows], d.on_time)


def _share(answer: str, scene: Scene) -> Result:
    """Of all cases submitted; a case that does not say counts as no, and where none says nothing is known."""
    c, within = cases(scene), submitted_within(scene, MONTH)
    slot, said = c.slot[within], getattr(c, answer)[within]
    out = shared(scene, slot, said == 1)
    known = count(slot[~np.isnan(said)], scene.slots) > 0
    return Result(np.where(known, out.values, np.nan), volume=out.volume)


def _processing(scene: Scene) -> Result:
    c, done = cases(scene), completed_within(scene, MONTH)
    return spread(scene, c.slot[done], took(c.submitted[done], c.completed[done], DAY), 0.5)


def _satisfaction(scene: Scene) -> Result:
    c = cases(scene)
    rated = completed_within(scene, MONTH) & ~np.isnan(c.rating)
    return shared(scene, c.slot[rated], c.rating[rated] >= 4)


def _rated(scene: Scene) -> Result:
    c, done = cases(scene), completed_within(scene, MONTH)
    return shared(scene, c.slot[done], ~np.isnan(c.rating[done]))


_row = partial(Indicator, domain="services", needs=(TABLE,))
_count = partial(_row, unit="count", rollup="sum")
_rate = partial(_row, unit="%", better="higher", decimals=1, rollup="rate of sums")

INDICATORS = (
    _count(
        code="cases_received_7d",
        title="Cases received, 7 days",
        definition="Cases submitted in the last 7 days; rejected ones never count.",
        compute=_received,
    ),
    _count(
        code="cases_open",
        title="Open cases",
        definition="Cases submitted and not completed.",
        compute=_open,
        judge=_open_level,
        thresholds=OWN_PAST,
    ),
    _count(
        code="cases_overdue",
        title="Overdue cases",
        definition="Open cases whose deadline has passed.",
        compute=_overdue,
        thresholds=Threshold(watch=1, target=0, source="none wanted"),
    ),
    _rate(
        code="cases_on_time_rate_30d",
        title="Cases completed on time, 30 days",
        definition="Of the cases decided in the last 30 days, by completion or by their deadline passing, the share "
        "completed by the deadline.",
        compute=_on_time,
        thresholds=Threshold(watch=90, warning=80, alarm=60),
    ),
    _rate(
        code="online_submission_rate_30d",
        title="Submitted online, 30 days",
        definition="Of the cases submitted in the last 30 days, the share submitted online.",
        compute=partial(_share, "online"),
    ),
    _rate(
        code="online_payment_rate_30d",
        title="Paid online, 30 days",
        definition="Of the cases submitted in the last 30 days, the share whose fee was paid online.",
        compute=partial(_share, "paid_online"),
    ),
    _rate(
        code="data_reuse_rate_30d",
        title="Information given once, 30 days",
        definition="Of the cases submitted in the last 30 days, the share using data the administration already had.",
        compute=partial(_share, "reused"),
        thresholds=Threshold(target=100, source="information given once: target for 2030"),
    ),
    _row(
        code="processing_days_p50_30d",
        unit="days",
        title="Time to process, median, 30 days",
        definition="Median time from submission to completion, of cases completed in the last 30 days.",
        compute=_processing,
        decimals=1,
        rollup="quantile of all rows",
    ),
    _rate(
        code="services_satisfaction_30d",
        title="Satisfied applicants, 30 days",
        definition="Of the cases completed in the last 30 days and rated, the share rated 4 or 5.",
        compute=_satisfaction,
    ),
    _rate(
        code="services_rated_share_30d",
        title="Rated cases, 30 days",
        definition="Of the cases completed in the last 30 days, the share that applicants rated.",
        compute=_rated,
    ),
)
