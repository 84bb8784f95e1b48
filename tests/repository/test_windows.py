from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import Engine

from city.former_years import back
from repository.look import first_look
from tests.repository.makers import NOON, ids, observe, run, seen


def test_a_first_look_reads_windows_and_of_each_series_the_newest_before(engine: Engine) -> None:
    old, older = NOON - timedelta(days=300), NOON - timedelta(days=301)
    for sensor in ("live", "dead"):
        observe(engine, older, 1, sensor)
        observe(engine, old, 2, sensor)
    observe(engine, NOON - timedelta(days=3), 3, "live", "rain")
    observe(engine, NOON - timedelta(hours=1), 4, "live")
    observe(engine, NOON + timedelta(hours=1), 5, "live")
    observe(engine, NOON + timedelta(days=2), 6, "live")
    observe(engine, NOON, 7, "live", "not a metric of ours")
    batch, _ = first_look(engine, NOON)
    assert sorted(seen(batch).values()) == [2, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("table", "begin", "end"),
    [
        ("event", "opened_at", "closed_at"),
        ("feedback", "received_at", "closed_at"),
        ("administrative_case", "submitted_at", "completed_at"),
    ],
)
def test_a_first_look_reads_what_is_open_or_lived_lately(engine: Engine, table: str, begin: str, end: str) -> None:
    key = {"event": "event_id", "feedback": "feedback_id", "administrative_case": "case_id"}[table]
    lives = {
        "open for years": (-900, None), "closed lately": (-900, -40), "closed long ago": (-900, -50),
        "closed since": (-900, 5), "to come": (0.5, None), "far ahead": (2, None),
    }  # fmt: skip
    for name, (start, stop) in lives.items():
        ends = None if stop is None else NOON + timedelta(days=stop)
        run(engine, f"insert into repository.{table} (source, {key}, {begin}, {end}) values ('s', :id, :a, :b)",
            id=name, a=NOON + timedelta(days=start), b=ends)  # fmt: skip
    batch, _ = first_look(engine, NOON)
    assert sorted(batch.changes[table].rows[key]) == ["closed lately", "closed since", "open for years", "to come"]
    assert batch.began[table] == np.datetime64((NOON - timedelta(days=900)).replace(tzinfo=None))


def test_a_first_look_reads_the_season_of_former_years(engine: Engine) -> None:
    same = [NOON - back(n) for n in range(1, 7)]
    for n, at in enumerate(same, 1):
        observe(engine, at, n, metric="cases_dengue")
        observe(engine, at, 50 + n, metric="rain")
    for n, days in enumerate((-22, -20, 14, 20)):
        observe(engine, same[1] + timedelta(days=days), 100 + n, metric="cases_dengue")
    observe(engine, NOON, 0, metric="cases_dengue")
    observe(engine, NOON, 0, metric="rain")
    found = [v for (_, m, _), v in seen(first_look(engine, NOON)[0]).items() if m == "cases_dengue"]
    assert sorted(found) == [0, 1, 2, 3, 4, 5, 101, 102]


def test_a_first_look_reads_the_same_days_of_last_year_of_traffic(engine: Engine) -> None:
    for domain in ("traffic", "public_order"):
        for days in (300, 364, 366, 394, 420):
            at = NOON - timedelta(days=days)
            run(engine, "insert into repository.event (source, event_id, domain, opened_at, closed_at)"
                " values ('s', :id, :domain, :at, :at)", id=f"{domain} {days}", domain=domain, at=at)  # fmt: skip
    batch, _ = first_look(engine, NOON)
    assert sorted(ids(batch)) == ["traffic 364", "traffic 366", "traffic 394"]
