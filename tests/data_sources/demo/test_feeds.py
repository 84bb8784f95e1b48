"""How the demo's feeds did: counted from what was written, the same for a seed and an end."""

from datetime import timedelta

import numpy as np
import orjson
import pytest

from city.batch import CARRIED
from data_sources.demo.agencies import AGENCIES, Outage
from data_sources.demo.feeds import Tally, hours, versions, wrong_rows
from data_sources.demo.past import write_past
from data_sources.demo.simulation import Simulation
from tests.data_sources.demo.conftest import END

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def tally(simulation: Simulation) -> Tally:
    found = Tally(END - 6 * 24 * HOUR, END, simulation.seed)
    write_past(simulation, END, 3, lambda table, columns: None, tell=found.add)
    return found


def test_every_source_of_the_demo_has_its_card(simulation: Simulation) -> None:
    frames = [simulation.standing(END), *simulation.changes(END - 30 * HOUR, END)]
    seen = {s for f in frames for s in set(f.columns["source"].tolist())}
    assert seen == {c.key for c in AGENCIES}
    metrics = {m for s in simulation.sensors for m in s.metrics}
    assert metrics == {m for c in AGENCIES for m in c.metrics}
    for sensor in simulation.sensors:
        assert set(sensor.metrics) <= set(next(c.metrics for c in AGENCIES if c.key == sensor.source))


def test_hours_count_the_rows_that_were_written(tally: Tally) -> None:
    found = hours(tally)
    assert {*found} == {*CARRIED["feed_hour"], "recorded_at"}
    assert len(found["hour_at"]) == tally.hours * len(AGENCIES) == 6 * 24 * len(AGENCIES)
    written = found["rows_new"][found["hour_at"] > np.datetime64((END - 40 * HOUR).replace(tzinfo=None))]
    assert written.sum() > 30_000 and (written > 0).mean() > 0.9
    assert (found["rows_read"] == found["rows_new"] + found["rows_unchanged"] + found["rows_refused"]).all()
    assert (found["hour_at"] <= found["succeeded_at"])[~np.isnat(found["succeeded_at"])].all()
    assert found["rows_refused"].sum() == len(wrong_rows(tally)) > 10


def test_the_gauges_were_silent_for_three_hours_two_days_ago_and_brought_it_all_afterwards(tally: Tally) -> None:
    found, outage = hours(tally), Outage.before(END)
    assert timedelta(days=2) < END - outage.begin < timedelta(days=2, hours=4)
    assert outage.end - outage.begin == 3 * HOUR
    down = (found["failed"] == found["runs"]) & (found["runs"] > 0)
    assert set(found["source"][down]) == {outage.source}
    assert [h.hour for h in found["hour_at"][down].tolist()] == [(outage.begin + n * HOUR).hour for n in range(3)]
    mine = found["source"] == outage.source
    first = np.datetime64(outage.begin.replace(tzinfo=None))
    rows = [int(found["rows_new"][mine & (found["hour_at"] == first + np.timedelta64(n, "h"))][0]) for n in range(4)]
    assert rows[:3] == [0, 0, 0] and rows[3] > 3 * 10
    told = [run for at, run in versions(tally) if run.source == outage.source and outage.begin <= at < outage.end]
    assert [(run.outcome, run.why) for run in told] == [("failed", outage.why)]


def test_what_is_refused_is_no_row_and_says_why(tally: Tally) -> None:
    for wrong in wrong_rows(tally):
        assert isinstance(orjson.loads(wrong.content), dict) and wrong.reason
        assert tally.begin <= wrong.at < END


def test_it_is_the_same_for_a_seed_and_an_end(tally: Tally) -> None:
    again = Tally(tally.since, END, tally.seed, tally.rows, tally.delays)
    assert versions(again) == versions(tally) and wrong_rows(again) == wrong_rows(tally)
    assert wrong_rows(Tally(tally.since, END, 1)) != wrong_rows(tally)
