"""Applications to the administration as the indicators count them: not rejected, submitted by the moment.

As with tickets, `rejected` carries no time and holds at every moment; every other status counts, a withdrawn one too.
"""

from dataclasses import dataclass

import numpy as np

from city import lives
from city.batch import Array
from city.lives import Decided, happened, unclosed
from city.rows import Rows
from city.scene import Scene, days

MONTH, WEEK = days(30), days(7)


@dataclass(frozen=True)
class Cases:
    """Columns of the cases that count, whenever submitted. `online`, `paid_online` and `reused` are float64: 1 yes,
    0 no, NaN where the row does not say; `row` numbers them in their table."""

    row: Array
    slot: Array
    submitted: Array
    completed: Array
    deadline: Array
    rating: Array
    online: Array
    paid_online: Array
    reused: Array


def _cases(rows: Rows) -> Cases:
    keep = np.flatnonzero(rows["counts"])
    return Cases(
        row=keep,
        slot=rows["slot"][keep],
        submitted=rows["submitted_at"][keep],
        completed=rows["completed_at"][keep],
        deadline=rows["deadline"][keep],
        rating=rows["rating"][keep],
        online=_yes(rows["channel"][keep], "online"),
        paid_online=_yes(rows["fee_paid_online"][keep], True),
        reused=_yes(rows["data_reused"][keep], True),
    )


def _yes(values: Array, wanted: str | bool) -> Array:
    return np.array([np.nan if v is None else float(v == wanted) for v in values.tolist()], dtype=np.float64)


def cases(scene: Scene) -> Cases:
    return scene.tables["administrative_case"].once("cases", _cases)


def submitted(scene: Scene) -> Array:
    """bool a case: submitted by the moment. Nothing else of a case counts before."""
    return scene.once("cases submitted", lambda s: cases(s).submitted <= s.at)


def is_open(scene: Scene) -> Array:
    return scene.once("cases open", lambda s: submitted(s) & unclosed(s, cases(s).completed))


def submitted_within(scene: Scene, span: np.timedelta64) -> Array:
    return scene.once(f"cases submitted {span}", lambda s: happened(s, cases(s).submitted, span))


def completed_within(scene: Scene, span: np.timedelta64) -> Array:
    return scene.once(f"cases completed {span}", lambda s: submitted(s) & happened(s, cases(s).completed, span))


def decided(scene: Scene) -> Decided:
    """In the last 30 days."""
    return scene.once(
        "cases decided", lambda s: lives.decided(s, submitted(s), cases(s).completed, cases(s).deadline, MONTH)
    )
