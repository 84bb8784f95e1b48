from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, text

from city.config import load_city
from commands import _demo
from commands.mistakes import CommandError
from data_sources.demo.past import PAST
from data_sources.demo.sensors import MAIN_GAUGE, MAIN_SOURCE
from data_sources.demo.simulation import Simulation
from repository.newest import sensor_attributes
from repository.upsert import upsert

END = datetime(2026, 9, 16, 5, 0, tzinfo=UTC)
TABLES = ("observation", "event", "feedback", "administrative_case", "sensor")


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return _demo.simulation_of(load_city("hue"))


def asked(engine: Engine, sql: str, **names: Any) -> Any:
    with engine.connect() as connection:
        return connection.execute(text(sql), names).scalar()


def counts(engine: Engine, of: str = "{}") -> dict[str, int]:
    return {t: asked(engine, f"select count(*) from repository.{of.format(t)}") for t in TABLES}


def quiet(share: float) -> None:
    pass


def test_a_past_stands_in_the_repository_as_if_it_had_been_recorded_then(
    engine: Engine, simulation: Simulation
) -> None:
    _demo.write(engine, simulation, END, 1, END, quiet)
    rows = counts(engine)
    assert rows["observation"] > 10_000 and rows["feedback"] > 1_000 and rows["sensor"] == len(simulation.sensors)
    for table in TABLES:
        assert asked(engine, f"select max(recorded_at) from repository.{table}") <= END
    lag = "select max(recorded_at - observed_at) from repository.observation"
    assert timedelta(minutes=5) < asked(engine, lag) < timedelta(hours=5)
    # and what was replaced is kept with the moment it was replaced at
    assert counts(engine, "{}_history")["feedback"] > 2_000
    assert asked(engine, "select max(replaced_at) from repository.feedback_history") <= END
    wrong = """
        select count(*) from repository.feedback_history h join repository.feedback_history n
        using (source, feedback_id) where h.recorded_at < n.recorded_at and h.replaced_at > n.recorded_at
    """
    assert asked(engine, wrong) == 0
    early = "select status from repository.feedback_history where closed_at is null limit 1"
    assert asked(engine, early) in ("received", "verified", "assigned", "in_progress", "extension_requested")


def test_written_a_second_time_it_changes_no_row(engine: Engine, simulation: Simulation) -> None:
    _demo.write(engine, simulation, END, 1, END, quiet)
    rows, history = counts(engine), counts(engine, "{}_history")
    _demo.write(engine, simulation, END, 1, END, quiet)
    assert counts(engine) == rows
    assert {**counts(engine, "{}_history"), "sensor": 0} == {**history, "sensor": 0}


def test_serving_writes_a_past_once_and_then_goes_on_from_it(
    engine: Engine, simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_demo, "DAYS", 1)
    _demo.ensure_past(engine, simulation, END)
    assert sensor_attributes(engine, MAIN_SOURCE, MAIN_GAUGE)[PAST] == f"until {END.isoformat()}"
    rows = counts(engine)
    later = END + timedelta(hours=2)
    _demo.ensure_past(engine, simulation, later)
    assert counts(engine) == rows
    source = _demo.going_on(engine, simulation, later)
    assert END - timedelta(hours=6) < source.since < END


def test_a_past_that_was_broken_off_is_written_again(engine: Engine, simulation: Simulation) -> None:
    upsert(engine, "sensor", simulation.standing(END, **{PAST: "begun"}).columns)
    written: list[float] = []
    broken = Simulation(simulation.places)
    for frame in [broken._observed(END - timedelta(hours=1), END)]:
        upsert(engine, frame.table, frame.last().columns)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_demo, "DAYS", 1)
        _demo.ensure_past(engine, simulation, END, written.append)
    assert written[-1] == 1.0
    assert counts(engine)["feedback"] > 1_000


def test_after_a_long_pause_what_was_open_comes_to_its_end(engine: Engine, simulation: Simulation) -> None:
    stopped = END - timedelta(days=100)
    _demo.write(engine, simulation, stopped, 1, stopped, quiet)
    still = "select count(*) from repository.feedback where closed_at is null and status <> 'rejected'"
    assert asked(engine, still) > 500
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_demo, "DAYS", 1)
        _demo.ensure_past(engine, simulation, END)
    assert asked(engine, still + " and received_at < :t", t=stopped) == 0


def test_a_city_without_a_demo_says_so_and_a_story_nobody_knows_as_well() -> None:
    hue = load_city("hue")
    with pytest.raises(CommandError, match="no demo"):
        _demo.simulation_of(hue.model_copy(update={"demo": None}))
    with pytest.raises(CommandError, match="there is no story 'drought'; there is flood-2025"):
        _demo.simulation_of(hue, story="drought")


def test_the_writer_is_the_repositorys_own(engine: Engine, simulation: Simulation) -> None:
    frame = next(iter(simulation.changes(END - timedelta(minutes=30), END)))
    into = partial(upsert, engine)
    assert into("observation", frame.last().columns).written == len(frame.last())
    assert into("observation", frame.last().columns).unchanged == len(frame.last())
