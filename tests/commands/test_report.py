"""`ioc report weekly`: a file, or one clear line and no file."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

Ioc = Callable[..., tuple[int, str, str]]


@pytest.fixture
def town_with_tickets(ioc: Ioc, engine: Engine, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Ioc:
    monkeypatch.setenv("IOC_DATA_DIR", str(data_dir))
    assert ioc("migrate")[0] == 0
    statement = """insert into repository.feedback (source, feedback_id, status, received_at, place_code)
                   values ('311', :id, 'received', :at, 'a')"""
    with engine.begin() as c:
        for i in range(3):
            c.execute(text(statement), {"id": str(i), "at": datetime(2026, 2, 25, i, tzinfo=UTC)})
    return ioc


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--week", "2199-W01"), "not over"),
        (("--week", "2026-W06"), "no data"),
        (("--week", "last"), "is no week"),
        (("--week", "2026-W09", "--place", "nowhere"), "no place 'nowhere'"),
        (("--week", "2026-W09", "--locale", "xx"), "'xx' is not one of"),
    ],
)
def test_what_cannot_be_reported_is_one_line_and_no_file(
    town_with_tickets: Ioc, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    code, out, err = town_with_tickets("report", "weekly", *words, "--out", str(tmp_path / "week.pdf"))
    assert code != 0 and out == ""
    assert said in err and len(err.strip().splitlines()) == 1
    assert list(tmp_path.glob("*.pdf*")) == list(tmp_path.glob(".*.part")) == []


def test_a_week_of_tickets_becomes_a_file(town_with_tickets: Ioc, tmp_path: Path) -> None:
    code, out, err = town_with_tickets("report", "weekly", "--week", "2026-W09", "--out", str(tmp_path / "week.pdf"))
    assert (code, err) == (0, "")
    assert "2026-W09" in out
    assert (tmp_path / "week.pdf").read_bytes().startswith(b"%PDF-")
