"""Refused rows: kept once for each content, and shown the newest first."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from repository.rejected import MOST, Refused, keep, rejected

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_content_is_kept_once_for_each_source(engine: Engine) -> None:
    rows = [Refused("a", "no key", "x", 1), Refused("b", "no key", "x", 2), Refused("a", "no key", "x", 3)]
    keep(engine, "feedback", "f.csv", rows, NOW)
    keep(engine, "feedback", "g.csv", rows[:1], NOW + HOUR)
    first, second = rejected(engine)
    assert (first.source, first.row, first.file, first.first_at, first.last_at) == ("a", 1, "g.csv", NOW, NOW + HOUR)
    assert (second.source, second.first_at, second.last_at) == ("b", NOW, NOW)


def test_a_source_and_a_limit_narrow_the_list(engine: Engine) -> None:
    keep(engine, "event", None, [Refused("a", "no time", str(i)) for i in range(5)], NOW)
    keep(engine, "event", None, [Refused("b", "no time", "x")], NOW)
    assert len(rejected(engine, "a", 3)) == 3
    assert {r.source for r in rejected(engine, "a")} == {"a"}
    assert len(rejected(engine)) == 6


def test_nothing_refused_is_nothing_kept(engine: Engine) -> None:
    keep(engine, "event", None, [], NOW)
    assert rejected(engine) == []


def test_a_very_long_row_is_kept_in_part(engine: Engine) -> None:
    keep(engine, "event", None, [Refused("a", "why", "x" * 2 * MOST), Refused("a", "why", "x" * 3 * MOST)], NOW)
    assert [len(r.content) for r in rejected(engine)] == [MOST, MOST]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.text(max_size=30), reason=st.text(max_size=30))
def test_any_text_can_be_kept(engine: Engine, content: str, reason: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("delete from repository.rejected"))
    keep(engine, "event", "f", [Refused("a", reason, content)], NOW)
    (found,) = rejected(engine)
    assert found.content == content.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
