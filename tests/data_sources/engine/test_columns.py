from datetime import UTC, datetime, timedelta, timezone

import numpy as np

from city.kinds import KINDS
from city.verdict import Verdict
from data_sources.engine.columns import typed

NOON = datetime(2026, 9, 16, 12, tzinfo=timezone(timedelta(hours=7)))


def test_rows_become_a_column_each_and_what_one_lacks_is_null() -> None:
    verdict = Verdict(2)
    rows = [{"event_id": "a", "severity": 2, "opened_at": NOON}, {"event_id": "b", "category": "fire"}]
    columns = typed(KINDS["events"], rows, verdict, ["event_id", "category", "severity", "opened_at"])
    assert columns["event_id"].tolist() == ["a", "b"]
    assert columns["category"].tolist() == [None, "fire"]
    assert np.isnan(columns["severity"][1]) and np.isnat(columns["opened_at"][1])
    assert columns["opened_at"][0] == np.datetime64(NOON.astimezone(UTC).replace(tzinfo=None))
    assert verdict.good.all()


def test_spans_of_time_are_seconds() -> None:
    rows = [{"expected_every": timedelta(minutes=5)}, {"expected_every": 60}]
    columns = typed(KINDS["sensors"], rows, Verdict(2), ["expected_every"])
    assert columns["expected_every"].tolist() == [300.0, 60.0]


def test_the_first_day_of_the_calendar_is_left_to_the_rules() -> None:
    verdict = Verdict(1)
    typed(KINDS["events"], [{"opened_at": datetime(1, 1, 1, tzinfo=NOON.tzinfo)}], verdict, ["opened_at"])
    assert verdict.good.all()
