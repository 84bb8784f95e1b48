"""Everything that the pictures at several moments need, read once: a report looks at a week and at the weeks before."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Engine

from city.batch import BEGINS, KEYS, Batch, Change
from repository.columns import from_rows
from repository.former_years import seasons
from repository.lived import lived
from repository.older import newest_before
from repository.packed import Stretch, columns, readings, together
from repository.session import Connection, reading
from repository.whole import first_begun
from repository.windows import HOURS, Sight, Window, wanted

SETTINGS = """
set local max_parallel_workers_per_gather = 0;  -- others want the processors as well
set local work_mem = '64MB'; set local enable_sort = off;  -- readings of a series are gathered by hash, not sorted
"""


def read(engine: Engine, stretches: Sequence[Stretch]) -> Batch:
    """A whole batch, as known now: a picture of any moment in the stretches can be made of it. Raises RepositoryError.

    The hours of feeds are those of the last stretch.
    """
    with reading(engine, SETTINGS) as connection:
        return within(connection, stretches, Sight())


def within(connection: Connection, stretches: Sequence[Stretch], sight: Sight) -> Batch:
    """`read` in the transaction under way, of whichever versions are seen."""
    last = max(stretches, key=lambda s: s.until)
    window = Window.before(min(s.since for s in stretches), last.until + timedelta(microseconds=1))
    parameters = {**window.parameters, "hours": last.since - HOURS}
    first, *others = (Window.before(s.since) for s in (last, *(s for s in stretches if s is not last)))
    found = {
        t: (lived if t in BEGINS else columns)(connection, t, wanted(t), parameters, sight)
        for t in KEYS
        if t != "observation"
    }
    if sight.kind != "now" and not len(found["place"]["place_code"]):
        # the map was there before the first row of anything: a past from before it was kept has today's
        found["place"] = columns(connection, "place", wanted("place"), parameters, Sight())
    older = [*newest_before(connection, first, sight, *others), *seasons(connection, stretches, sight)]
    found["observation"] = together(readings(connection, stretches, sight), from_rows("observation", older))
    began = {t: first_begun(connection, t, sight) for t in BEGINS}
    return Batch({t: Change(rows) for t, rows in found.items()}, whole=True, began=began)
