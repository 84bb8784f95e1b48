from datetime import UTC, datetime, timedelta, timezone

import numpy as np

from data_sources.engine.columns import bundles
from data_sources.engine.contract import Patch, Rejected, Row

NOON = datetime(2026, 9, 16, 12, tzinfo=timezone(timedelta(hours=7)))


def event(name: str, **values: object) -> Row:
    return Row("event", {"source": "s", "event_id": name, **values})


def test_rows_become_a_column_each_and_what_one_lacks_is_null() -> None:
    [(table, columns)] = bundles([event("a", severity=2, opened_at=NOON), event("b", category="fire")])
    assert table == "event"
    assert columns["event_id"].tolist() == ["a", "b"]
    assert columns["category"].tolist() == [None, "fire"]
    assert np.isnan(columns["severity"][1]) and np.isnat(columns["opened_at"][1])


def test_times_are_told_in_utc() -> None:
    [(_, columns)] = bundles([event("a", opened_at=NOON)])
    assert columns["opened_at"][0] == np.datetime64(NOON.astimezone(UTC).replace(tzinfo=None))


def test_patches_come_after_rows_and_touch_only_their_own_columns() -> None:
    patches = [Patch("event", {"source": "s", "event_id": n, "closed_at": NOON}) for n in "ab"]
    other = Patch("event", {"source": "s", "event_id": "c", "severity": 1})
    found = [
        (table, list(columns), len(columns["event_id"])) for table, columns in bundles([*patches, other, event("z")])
    ]
    assert found == [
        ("event", ["source", "event_id"], 1),
        ("event", ["source", "event_id", "closed_at"], 2),
        ("event", ["source", "event_id", "severity"], 1),
    ]


def test_refused_rows_are_no_columns() -> None:
    assert list(bundles([Rejected("{}", "no key")])) == []
