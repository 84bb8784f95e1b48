"""Rows of a feed: counted exactly, few or many, and the same either way."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from city.batch import Columns, column
from repository import upsert as module
from repository.errors import RepositoryError
from repository.merge import Counts
from repository.upsert import patch_rows, upsert, write_rows

START = np.datetime64("2026-05-01T00:00", "us")


def readings(values: dict[tuple[str, int], float | None]) -> Columns:
    sensors = [s for s, _ in values]
    moments = [(START + np.timedelta64(m, "m")).item().replace(tzinfo=UTC) for _, m in values]
    return {
        "source": column("source", ["feed"] * len(values)),
        "sensor_id": column("sensor_id", sensors),
        "metric": column("metric", ["pm10"] * len(values)),
        "observed_at": column("observed_at", moments),
        "value": column("value", list(values.values())),
    }


def stored(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


@pytest.fixture(params=["few", "many"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same through one statement and through a stage."""
    monkeypatch.setattr(module, "FEW", 5_000 if request.param == "few" else 0)


@pytest.mark.usefixtures("way")
def test_rows_are_written_updated_or_left_alone(engine: Engine) -> None:
    assert upsert(engine, "observation", readings({("a", 0): 1.0, ("b", 0): 2.0})) == Counts(2, 0, 0)
    assert upsert(engine, "observation", readings({("a", 0): 1.0, ("b", 0): 3.0, ("c", 0): None})) == Counts(1, 1, 1)
    assert stored(engine, "select sensor_id, value from repository.observation order by 1") == [
        ("a", 1.0),
        ("b", 3.0),
        ("c", None),
    ]
    assert stored(engine, "select sensor_id, value from repository.observation_history") == [("b", 2.0)]


@pytest.mark.usefixtures("way")
def test_the_last_of_a_key_wins_and_the_earlier_count_as_unchanged(engine: Engine) -> None:
    rows = readings({("a", 0): 1.0, ("b", 0): 2.0})
    twice = {name: np.concatenate([values, values]) for name, values in rows.items()}
    twice["value"][2:] = 9.0
    assert upsert(engine, "observation", twice) == Counts(2, 0, 2)
    assert stored(engine, "select distinct value from repository.observation") == [(9.0,)]


@pytest.mark.usefixtures("way")
def test_every_type_of_column_arrives(engine: Engine) -> None:
    given_ = {
        "source": ["feed"],
        "sensor_id": ["s"],
        "name": ["Kim Long\n\"'\\"],
        "latitude": [16.45],
        "expected_every": [300.0],
        "attributes": [{"bd1": 1.0, "name": "ö"}],
    }
    upsert(engine, "sensor", {k: column(k, v) for k, v in given_.items()})
    found = stored(
        engine, "select name, latitude, extract(epoch from expected_every), attributes from repository.sensor"
    )
    assert found == [("Kim Long\n\"'\\", 16.45, 300, {"bd1": 1.0, "name": "ö"})]
    moment = datetime(2026, 5, 1, 8, tzinfo=UTC)
    ticket = {
        "source": ["f"],
        "feedback_id": ["1"],
        "urgent": [True],
        "rating": [4],
        "received_at": [moment],
        "closed_at": [None],
    }
    upsert(engine, "feedback", {k: column(k, v) for k, v in ticket.items()})
    assert stored(engine, "select urgent, rating, received_at, closed_at from repository.feedback") == [
        (True, 4, moment, None)
    ]


@pytest.mark.usefixtures("way")
def test_a_past_can_be_written_with_its_own_stamps(engine: Engine) -> None:
    then = datetime(2026, 5, 1, 0, 1, tzinfo=UTC)
    rows = {**readings({("a", 0): 1.0}), "recorded_at": np.array(["2026-05-01T00:01"], dtype="datetime64[us]")}
    assert upsert(engine, "observation", rows) == Counts(1, 0, 0)
    assert upsert(engine, "observation", rows) == Counts(0, 0, 1)
    assert stored(engine, "select recorded_at from repository.observation") == [(then,)]
    upsert(engine, "observation", readings({("b", 0): 1.0}))
    assert stored(
        engine, "select recorded_at > now() - interval '1 hour' from repository.observation where sensor_id = 'b'"
    ) == [(True,)]


def test_nothing_is_nothing(engine: Engine) -> None:
    assert upsert(engine, "observation", readings({})) == Counts()


def test_rows_with_a_key_and_nothing_else_are_only_added(engine: Engine) -> None:
    rows = {"place_code": column("place_code", ["a", "b"])}
    assert upsert(engine, "place", rows) == Counts(2, 0, 0)
    assert upsert(engine, "place", rows) == Counts(0, 0, 2)


KEYS = st.tuples(st.sampled_from("ab"), st.integers(0, 3))
VALUES = st.none() | st.floats(-5, 5)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(batches=st.lists(st.dictionaries(KEYS, VALUES, max_size=6), max_size=4))
def test_counts_are_what_a_dictionary_would_say(
    engine: Engine, batches: list[dict[tuple[str, int], float | None]]
) -> None:
    with engine.begin() as connection:
        connection.execute(text("delete from repository.observation"))
    model: dict[tuple[str, int], float | None] = {}
    for batch in batches:
        new = {k for k in batch if k not in model}
        changed = {k for k, v in batch.items() if k in model and model[k] != v}
        found = upsert(engine, "observation", readings(batch))
        assert found == Counts(len(new), len(changed), len(batch) - len(new) - len(changed))
        model |= batch
    count = stored(engine, "select count(*) from repository.observation")
    assert count == [(len(model),)]


def test_a_lost_repository_is_told_in_one_line() -> None:
    from repository.connect import connect

    engine = connect("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(RepositoryError, match="cannot be used"):
        upsert(engine, "observation", readings({("a", 0): 1.0}))
    engine.dispose()


@pytest.mark.usefixtures("way")
def test_patches_change_what_is_known_and_make_no_row(engine: Engine) -> None:
    upsert(engine, "observation", readings({("a", 0): 1.0}))
    assert patch_rows(engine, "observation", readings({("a", 0): 5.0, ("b", 0): 2.0})) == Counts(0, 1, 1)
    assert stored(engine, "select sensor_id, value from repository.observation") == [("a", 5.0)]


@pytest.mark.usefixtures("way")
def test_what_a_feed_brings_tells_when_the_new_of_it_was_observed(engine: Engine) -> None:
    first = write_rows(engine, "observation", readings({("a", m): 1.0 for m in range(5)}))
    start = START.item().replace(tzinfo=UTC)
    assert (first.written, first.observed) == (5, ((start + timedelta(minutes=2), 5),))
    again = write_rows(engine, "observation", readings({("a", m): 1.0 for m in range(6)}))
    assert (again.written, again.unchanged, again.observed) == (1, 5, ((start + timedelta(minutes=5), 1),))
    assert write_rows(engine, "observation", readings({("a", 0): 1.0})).observed == ()


@pytest.mark.usefixtures("way")
def test_what_a_feed_does_not_say_of_a_sensor_stays(engine: Engine) -> None:
    whole = {"source": ["s"], "sensor_id": ["1"], "name": ["Kim Long"], "latitude": [16.4], "kind": ["gauge"]}
    upsert(engine, "sensor", {n: column(n, v) for n, v in whole.items()})
    part = {"source": ["s"], "sensor_id": ["1"], "name": [None], "latitude": [None], "kind": ["river gauge"]}
    assert write_rows(engine, "sensor", {n: column(n, v) for n, v in part.items()}) == Counts(0, 1, 0)
    assert stored(engine, "select name, latitude, kind from repository.sensor") == [("Kim Long", 16.4, "river gauge")]


def test_many_rows_of_a_key_that_ends_in_any_time_go_through_the_stage(engine: Engine) -> None:
    hours = np.datetime64("2025-10-27T00", "us") + np.arange(module.FEW + 1) * np.timedelta64(1, "h")
    columns = {"source": column("source", ["s"] * len(hours)), "hour_at": hours, "runs": np.ones(len(hours))}
    assert upsert(engine, "feed_hour", columns).written == len(hours)
    assert upsert(engine, "feed_hour", columns).unchanged == len(hours)


@pytest.mark.usefixtures("way")
def test_an_older_version_of_a_ticket_does_not_overwrite_a_newer(engine: Engine) -> None:
    def ticket(status: str, day: int | None) -> Columns:
        at = None if day is None else datetime(2026, 5, day, tzinfo=UTC)
        said = {"source": "feed", "feedback_id": "1", "status": status, "received_at": datetime(2026, 5, 1, tzinfo=UTC)}
        return {name: column(name, [value]) for name, value in {**said, "updated_at": at}.items()}

    def brought(status: str, day: int | None) -> tuple[Counts, str]:
        counts = upsert(engine, "feedback", ticket(status, day))
        return counts, stored(engine, "select status from repository.feedback")[0][0]

    assert brought("assigned", 3) == (Counts(1, 0, 0), "assigned")
    assert brought("received", 2) == (Counts(0, 0, 1), "assigned"), "an older one changes nothing"
    assert brought("answered", 3) == (Counts(0, 1, 0), "answered")
    assert brought("closed", 4) == (Counts(0, 1, 0), "closed")
    assert brought("reopened", None) == (Counts(0, 1, 0), "reopened"), "who does not say when, is believed"
    past = stored(engine, "select status, updated_at from repository.feedback_history order by updated_at, status")
    assert [status for status, _ in past] == ["answered", "assigned", "closed"]
    assert past[-1][1] == datetime(2026, 5, 4, tzinfo=UTC)
