"""Refused rows on their way back in, and the mappings they were read by."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from repository.load.agree import read_mapping
from repository.rejected import Refused, keep, rejected
from repository.replay import recall, remember, settle, waiting

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MAPPINGS = sorted((Path(__file__).parent / "load" / "mappings").glob("*.toml"))


def test_rows_that_were_read_alike_wait_together(engine: Engine) -> None:
    keep(engine, "feed", None, [Refused("b", "no key", "1"), Refused("a", "no key", "2")], NOW)
    keep(engine, "event", "f.csv", [Refused("a", "no time", "3")], NOW, "digest")
    keep(engine, "feed", None, [Refused("a", "no key", "4")], NOW)
    assert [(w.source, w.kind, w.mapping, w.content) for w in waiting(engine)] == [
        ("a", "event", "digest", "3"),
        ("a", "feed", None, "2"),
        ("a", "feed", None, "4"),
        ("b", "feed", None, "1"),
    ]
    assert len(waiting(engine, "b")) == 1


def test_what_went_in_leaves_and_what_did_not_stays_with_its_reason(engine: Engine) -> None:
    keep(engine, "feed", None, [Refused("a", "no key", c) for c in "123"], NOW)
    one, two, three = sorted(waiting(engine), key=lambda w: w.content)
    settle(engine, "a", [one.id], {two.id: "no time", three.id: "no key"}, NOW + timedelta(hours=1))
    left = {r.content: (r.reason, r.last_at) for r in rejected(engine)}
    assert left == {"2": ("no time", NOW + timedelta(hours=1)), "3": ("no key", NOW)}
    with engine.connect() as c:
        told = c.execute(text("select reason, rows_refused from repository.refusal order by 1")).all()
    assert [tuple(r) for r in told] == [("no key", 1), ("no time", 1)]


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda p: p.stem)
def test_a_mapping_comes_back_as_it_was(engine: Engine, path: Path) -> None:
    mapping = read_mapping(path)
    kept = remember(engine, mapping)
    assert remember(engine, mapping) == kept
    assert recall(engine, kept) == mapping


def test_a_mapping_that_nobody_kept_is_none(engine: Engine) -> None:
    assert MAPPINGS and recall(engine, "nothing") is None
