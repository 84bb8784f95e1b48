"""Pictures of the past by blocks of hours; what each says is held against a reading of its own in test_several."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from commands import _past
from commands._past import BLOCK, BLOCKS_KEPT, Pictures
from repository import several
from tests.city.makers import TOWN
from tests.repository.makers import NOON, run


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The stretches that were read."""
    found: list[Any] = []
    whole = several.read

    def counted(engine: Engine, stretches: Any) -> Any:
        found.extend(stretches)
        return whole(engine, stretches)

    monkeypatch.setattr(several, "read", counted)
    return found


def opened(engine: Engine, id_: str, at: Any) -> None:
    run(
        engine,
        "insert into repository.event (source, event_id, domain, opened_at) values ('s', :id, 'public_order', :at)",
        id=id_, at=at,
    )  # fmt: skip


def test_moments_of_one_block_share_a_reading_and_each_is_its_own(engine: Engine, read: list[Any]) -> None:
    opened(engine, "1", NOON - timedelta(minutes=30))
    pictures = Pictures(engine, TOWN)
    before, after = pictures(NOON - timedelta(minutes=31), "now"), pictures(NOON - timedelta(minutes=29), "now")
    assert [s.number("incidents_open", s.places.city).value for s in (before, after)] == [None, 1.0]
    assert len(read) == 1 and read[0].since <= before.at < after.at <= read[0].until == read[0].since + BLOCK


def test_what_was_corrected_meanwhile_is_seen_after_a_while(
    engine: Engine, read: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures, at = Pictures(engine, TOWN), NOON - timedelta(minutes=10)
    assert pictures(at, "now").number("incidents_open", pictures(at, "now").places.city).value is None
    opened(engine, "1", NOON - timedelta(hours=1))
    monkeypatch.setattr(_past, "FRESH_S", -1.0)
    seen = pictures(at, "now")
    assert seen.number("incidents_open", seen.places.city).value == 1.0 and len(read) == 2


def test_what_was_known_then_is_read_for_its_moment_alone(engine: Engine, read: list[Any]) -> None:
    opened(engine, "1", NOON - timedelta(hours=1))
    seen = Pictures(engine, TOWN)(NOON, "then")
    assert seen.known == "then" and not read
    assert seen.number("incidents_open", seen.places.city).value is None, "it was recorded only today"


def test_few_blocks_are_kept(engine: Engine, read: list[Any]) -> None:
    pictures = Pictures(engine, TOWN)
    for i in range(BLOCKS_KEPT + 2):
        pictures(NOON - i * BLOCK, "now")
    assert len(pictures._blocks) == BLOCKS_KEPT and len(read) == BLOCKS_KEPT + 2
