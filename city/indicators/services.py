"""Administrative public services: the backlog of cases, how well they are handled, how much is done online."""

from functools import partial
from typing import Any

import numpy as np

from city.batch import Array
from city.cases import MONTH, WEEK, cases, completed_within, decided, is_open, submitted_within
from city.config import Threshold
from city.history import OWN_PAST, unusual
from city.indicator import Indicator, Made, Result, Select
from city.lives import DAY, portion, spread, tallied, took
from city.rollup import count
from city.scene import Scene

TABLE = "administrative_case"


def _in(scene: Scene) -> Made:
    return Made(cases(scene).row[submitted_within(scene, WEEK)])


def _still(scene: Scene) -> Made:
    return Made(cases(scene).row[is_open(scene)])


def _late(scene: Scene) -> Made:
    return Made(cases(scene).row[is_open(scene) & (cases(scene).deadline < scene.at)])


_open = partial(tallied, TABLE, _still)


def _open_level(scene: Scene, values: Array) -> Array:
    return unusual(scene, values, TABLE, lambda s: _open(s).values)


def _decided(scene: Scene) -> Made:
    d = decided(scene)
    return Made(cases(scene).row[d.rows], d.on_time)


def _said(answer: str, scene: Scene) -> Made:
    c, within = cases(scene), submitted_within(scene, MONTH)
    return Made(c.row[within], getattr(c, answer)[within] == 1)


def _share(answer: str, scene: Scene) -> Result:
    """Of all cases submitted; a case that does not say counts as no, and where none says nothing is known."""
    c, out = cases(scene), portion(TABLE, partial(_said, answer), scene)
    said = submitted_within(scene, MONTH) & ~np.isnan(getattr(c, answer))
    known = count(c.slot[said], scene.slots) > 0
    return Result(np.where(known, out.values, np.nan), volume=out.volume)


def _done(scene: Scene) -> Made:
    return Made(cases(scene).row[completed_within(scene, MONTH)])


def _processing(scene: Scene) -> Result:
    c, done = cases(scene), completed_within(scene, MONTH)
    return spread(scene, c.slot[done], took(c.submitted[done], c.completed[done], DAY), 0.5)


def _satisfied(scene: Scene) -> Made:
    c = cases(scene)
    rated = completed_within(scene, MONTH) & ~np.isnan(c.rating)
    return Made(c.row[rated], c.rating[rated] >= 4)


def _rated(scene: Scene) -> Made:
    c, done = cases(scene), completed_within(scene, MONTH)
    return Made(c.row[done], ~np.isnan(c.rating[done]))


def _portion(made: Select) -> dict[str, Any]:
    return {"compute": partial(portion, TABLE, made), "made_of": made}


_row = partial(Indicator, domain="services", needs=(TABLE,))
_count = partial(_row, unit="count", rollup="sum")
_rate = partial(_row, unit="%", better="higher", decimals=1, rollup="rate of sums")

INDICATORS = (
    _count(
        code="cases_received_7d",
        title="Cases received, 7 days",
        definition="Cases submitted in the last 7 days; rejected ones never count.",
        formula="|{t − 7 d < submitted_at ≤ t}|",
        compute=partial(tallied, TABLE, _in),
        made_of=_in,
    ),
    _count(
        code="cases_open",
        title="Open cases",
        definition="Cases submitted and not completed.",
        formula="|{submitted_at ≤ t, ¬(completed_at ≤ t)}|",
        compute=_open,
        made_of=_still,
        judge=_open_level,
        thresholds=OWN_PAST,
    ),
    _count(
        code="cases_overdue",
        title="Overdue cases",
        definition="Open cases whose deadline has passed.",
        formula="|{submitted_at ≤ t, ¬(completed_at ≤ t), due_at < t}|",
        compute=partial(tallied, TABLE, _late),
        made_of=_late,
        thresholds=Threshold(watch=1, target=0, source="none wanted"),
    ),
    _rate(
        code="cases_on_time_rate_30d",
        title="Cases completed on time, 30 days",
        definition="Of the cases decided in the last 30 days, by completion or by their deadline passing, the share "
        "completed by the deadline.",
        formula="100 · |{completed_at ≤ due_at}| ÷ |{t − 30 d < min(completed_at, due_at) ≤ t}|",
        **_portion(_decided),
        thresholds=Threshold(watch=90, warning=80, alarm=60),
    ),
    _rate(
        code="online_submission_rate_30d",
        title="Submitted online, 30 days",
        definition="Of the cases submitted in the last 30 days, the share submitted online.",
        formula="100 · |{channel = online}| ÷ |{t − 30 d < submitted_at ≤ t}|",
        compute=partial(_share, "online"),
        made_of=partial(_said, "online"),
    ),
    _rate(
        code="online_payment_rate_30d",
        title="Paid online, 30 days",
        definition="Of the cases submitted in the last 30 days, the share whose fee was paid online.",
        formula="100 · |{fee_paid_online}| ÷ |{t − 30 d < submitted_at ≤ t}|",
        compute=partial(_share, "paid_online"),
        made_of=partial(_said, "paid_online"),
    ),
    _rate(
        code="data_reuse_rate_30d",
        title="Information given once, 30 days",
        definition="Of the cases submitted in the last 30 days, the share using data the administration already had.",
        formula="100 · |{data_reused}| ÷ |{t − 30 d < submitted_at ≤ t}|",
        compute=partial(_share, "reused"),
        made_of=partial(_said, "reused"),
        thresholds=Threshold(target=100, source="information given once: target for 2030"),
    ),
    _row(
        code="processing_days_p50_30d",
        unit="days",
        title="Time to process, median, 30 days",
        definition="Median time from submission to completion, of cases completed in the last 30 days.",
        formula="Q50(completed_at − submitted_at), t − 30 d < completed_at ≤ t",
        compute=_processing,
        made_of=_done,
        decimals=1,
        rollup="quantile of all rows",
    ),
    _rate(
        code="services_satisfaction_30d",
        title="Satisfied applicants, 30 days",
        definition="Of the cases completed in the last 30 days and rated, the share rated 4 or 5.",
        formula="100 · |{rating ≥ 4}| ÷ |{rating ≠ ∅}|, t − 30 d < completed_at ≤ t",
        **_portion(_satisfied),
    ),
    _rate(
        code="services_rated_share_30d",
        title="Rated cases, 30 days",
        definition="Of the cases completed in the last 30 days, the share that applicants rated.",
        formula="100 · |{rating ≠ ∅}| ÷ |{t − 30 d < completed_at ≤ t}|",
        **_portion(_rated),
    ),
)
