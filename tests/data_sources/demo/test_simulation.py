import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from city.batch import TIMES
from city.metrics import METRICS
from city.places import Places
from data_sources.demo.rhythm import new_year
from data_sources.demo.simulation import Simulation
from tests.data_sources.demo.conftest import END, Stored, stored

DAY = timedelta(days=1)
DIGEST = """
import sys
from tests.data_sources.demo.test_simulation import digest
print(digest(int(sys.argv[1])))
"""


def digest(seed: int) -> str:
    """What a day of a simulation made from nothing amounts to."""
    from city.config import load_city
    from data_sources.demo.places import places_of

    frames = Simulation(places_of(load_city("hue")), seed).past(END - DAY, END)
    return hashlib.sha256(repr(sorted(stored(frames).items())).encode()).hexdigest()


def in_another_process(seed: int, hash_seed: str) -> str:
    told = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.check_output([sys.executable, "-c", DIGEST, str(seed)], env=told, text=True).strip()


def test_any_process_tells_the_same_of_a_seed_and_another_of_another_seed() -> None:
    here = digest(2025)
    assert in_another_process(2025, "1") == here
    assert digest(7) != here


@pytest.mark.parametrize(
    "cuts", [(timedelta(minutes=-37),), (timedelta(hours=-19), timedelta(hours=-3), timedelta(seconds=-4))]
)
def test_a_past_and_what_came_live_after_it_is_the_longer_past(
    simulation: Simulation, cuts: tuple[timedelta, ...]
) -> None:
    begin = END - timedelta(days=3)
    moments = [END + cut for cut in cuts]
    seamed = stored(simulation.past(begin, moments[0]))
    for since, until in zip(moments, [*moments[1:], END], strict=True):
        seamed = stored((f.last() for f in simulation.changes(since, until)), seamed)
    whole = stored(simulation.past(begin, END))
    assert seamed.keys() == whole.keys() and len(whole) == 4
    for table, rows in whole.items():
        assert seamed[table] == rows, table


def test_nothing_happens_after_it_was_written(simulation: Simulation) -> None:
    until = np.datetime64(END.replace(tzinfo=None), "us")
    for frame in simulation.past(END - DAY, END):
        assert (frame.recorded_at <= until).all()
        for name in TIMES & frame.columns.keys() - {"due_at", "extended_to"}:
            known = ~np.isnat(frame.columns[name])
            assert (frame.columns[name][known] <= frame.recorded_at[known]).all(), (frame.table, name)


def test_readings_are_within_what_may_be_written(past: dict[str, Stored], flood: dict[str, Stored]) -> None:
    for tables in (past, flood):
        for row in tables["observation"].values():
            metric = METRICS[row["metric"]]
            assert row["unit"] == metric.unit
            assert metric.low <= row["value"] <= metric.high


def test_every_source_says_demo(past: dict[str, Stored]) -> None:
    assert {
        k for rows in past.values() for k in ("source",) if not all(r[k].startswith("demo") for r in rows.values())
    } == set()


def test_rows_that_close_never_close_before_they_began(past: dict[str, Stored]) -> None:
    for table, begin, end in (
        ("feedback", "received_at", "closed_at"),
        ("event", "opened_at", "closed_at"),
        ("administrative_case", "submitted_at", "completed_at"),
    ):
        ended = [r for r in past[table].values() if r[end] is not None]
        assert len(ended) > 100
        assert all(r[begin] <= r[end] for r in ended)


class TestDirt:
    def test_some_readings_are_missing(self, past: dict[str, Stored], simulation: Simulation) -> None:
        day = END.replace(tzinfo=None) - DAY
        came = sum(r["observed_at"] > day for r in past["observation"].values())
        expected = sum(1440 / s.every * len(s.metrics) for s in simulation.sensors)
        assert 0.9 * expected < came < 0.99 * expected

    def test_some_sensors_are_dead_for_days(self, simulation: Simulation) -> None:
        silent = 0
        for week in range(4):
            begin = END - timedelta(days=7 * week)
            observed = next(iter(simulation.changes(begin - DAY, begin)))
            silent += len(simulation.sensors) - len(set(observed.columns["sensor_id"].tolist()))
        assert 0 < silent < 20

    def test_some_are_late_some_corrected_and_some_come_twice(self, simulation: Simulation) -> None:
        frames = [f for f in simulation.past(END - DAY, END) if f.table == "observation"]
        lag = np.concatenate([f.recorded_at - f.columns["observed_at"] for f in frames])
        assert 0.005 < (lag > np.timedelta64(5, "m")).mean() < 0.05
        assert any((f.turn == 1).any() for f in frames)
        ids = np.concatenate([f.columns["sensor_id"] + " " + f.columns["metric"] for f in frames])
        at = np.concatenate([f.columns["observed_at"] for f in frames])
        order = np.lexsort((at, ids))
        close = (np.diff(at[order]) == np.timedelta64(1, "s")) & (ids[order][1:] == ids[order][:-1])
        assert close.any()

    def test_some_rows_name_no_place_or_none_that_is_known(self, past: dict[str, Stored], hue: Places) -> None:
        for table, most in (("observation", 0.02), ("feedback", 0.06), ("event", 0.06), ("administrative_case", 0.03)):
            lost = [r for r in past[table].values() if r["place_code"] not in hue.index]
            assert 0 < len(lost) < most * len(past[table]), table
        assert any(r["place_code"] == "99999" for r in past["feedback"].values())

    def test_some_have_no_category_some_are_duplicates_some_are_rejected(self, past: dict[str, Stored]) -> None:
        rows = past["feedback"].values()
        assert any(r["category"] is None for r in rows) and any(r["category"] is None for r in past["event"].values())
        recent = [r for r in rows if r["received_at"] > END.replace(tzinfo=None) - timedelta(days=9)]
        originals = {r["duplicate_of"] for r in recent} - {None}
        assert originals and originals <= {r["feedback_id"] for r in rows}
        assert 0.03 < sum(r["status"] == "rejected" for r in rows) / len(rows) < 0.12

    def test_some_summaries_hold_markup(self, past: dict[str, Stored]) -> None:
        for table in ("feedback", "event"):
            assert any("<b onmouseover" in r["summary"] for r in past[table].values())


def on_time(rows: list[dict[str, Any]], at: datetime) -> float:
    """A plain loop over the definition of feedback_on_time_rate_30d; here a deadline is a day that still counts."""
    counted = [r for r in rows if r["status"] != "rejected" and r["duplicate_of"] is None and r["due_at"]]
    good = bad = 0
    for row in counted:
        deadline = row["due_at"] + DAY
        closed = row["closed_at"] if row["closed_at"] and row["closed_at"] <= at else None
        decided = min(closed or deadline, deadline)
        if at - timedelta(days=30) < decided <= at and (closed or deadline < at):
            good, bad = good + (closed == decided), bad + (closed != decided)
    return good / (good + bad)


def test_in_an_ordinary_month_three_tickets_in_four_are_answered_on_time(simulation: Simulation) -> None:
    rows = stored(f for f in simulation.past(END - timedelta(days=32), END) if f.table == "feedback")["feedback"]
    assert 0.70 < on_time(list(rows.values()), END.replace(tzinfo=None)) < 0.85
    open_for = [END.replace(tzinfo=None) - r["received_at"] for r in rows.values() if not r["closed_at"]]
    assert max(open_for) > timedelta(days=40)


def test_deadlines_are_dates_at_local_midnight(past: dict[str, Stored]) -> None:
    due = [r["due_at"] for r in past["feedback"].values() if r["due_at"]]
    assert due and all((d + timedelta(hours=7)).time() == datetime.min.time() for d in due)


def test_people_call_by_day_and_offices_work_on_weekdays(past: dict[str, Stored]) -> None:
    calls = [(r["received_at"] + timedelta(hours=7)).hour for r in past["feedback"].values()]
    assert sum(8 <= h < 20 for h in calls) > 4 * sum(h < 5 for h in calls)
    begin = END.replace(tzinfo=None) - timedelta(days=9)
    cases = [r["submitted_at"] + timedelta(hours=7) for r in past["administrative_case"].values()]
    weekdays = [c.weekday() for c in cases if c > begin]
    assert weekdays.count(2) > 4 * weekdays.count(6)


def received_on_the_day_before(simulation: Simulation, at: datetime) -> int:
    rows = stored(f for f in simulation.changes(at - DAY, at) if f.table == "feedback")["feedback"].values()
    return sum(r["received_at"] > at.replace(tzinfo=None) - DAY for r in rows)


def test_the_new_year_is_calm(hue: Places) -> None:
    tet = datetime(2026, 2, 18, 17, tzinfo=UTC)
    assert new_year(tet.date())
    later = tet + timedelta(days=14)
    assert received_on_the_day_before(Simulation(hue), tet) < 0.5 * received_on_the_day_before(Simulation(hue), later)


def test_a_past_that_is_settled_leaves_nothing_open(simulation: Simulation) -> None:
    frames = simulation.past(END - timedelta(days=2), END, settled=END + timedelta(days=90))
    tables = stored(f for f in frames if f.table in ("feedback", "event"))
    assert all(r["closed_at"] or r["status"] == "rejected" for r in tables["feedback"].values())
    assert all(r["closed_at"] for r in tables["event"].values())
    assert all(r["received_at"] <= END.replace(tzinfo=None) for r in tables["feedback"].values())


def test_rain_raises_the_rivers(hue: Places) -> None:
    weather = Simulation(hue).world.weather
    hours = END.timestamp() / 3600 - np.arange(24.0 * 120)
    fallen = weather.rain(hours[None, :], 24.0, np.array([16.45]), np.array([107.55]))[0]
    level = weather.level(hours[None, :])[0]
    assert level[fallen > 15].mean() > level[fallen < 1].mean() + 0.05
    assert level.max() < 1.0  # without a story no alarm is ever reached
