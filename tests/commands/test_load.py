"""`ioc load` and `ioc rejected` as a person meets them: the sum on its own line, and never a traceback."""

from pathlib import Path

import pytest

import app
from tests.repository.load.makers import TICKETS

HEAD = "id,opened,closed,what,lat,lon\n"


@pytest.fixture
def at_work(tmp_path: Path, repository_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own with a mapping, and a repository to load into."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IOC_REPOSITORY_URL", repository_url)
    (tmp_path / "map.toml").write_text(TICKETS)
    return tmp_path


def ioc(*arguments: str) -> int:
    return app.run(arguments)


def test_a_load_prints_the_sum_and_succeeds(at_work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (at_work / "t.csv").write_text(HEAD + "1,2026-05-01,,light,,\n2,never,,light,,\n")
    assert ioc("load", "feedback", "t.csv", "--mapping", "map.toml", "--source", "311") == 0
    out = capsys.readouterr().out.splitlines()
    assert out[:2] == [
        "feedback from t.csv, source 311",
        "2 rows read = 1 written + 0 updated + 0 unchanged + 1 rejected",
    ]
    assert (
        "    t.csv row 2 (line 3): received_at 'never' is not a time; give its format in [formats] received_at" in out
    )


def test_refused_rows_are_shown_without_steering_the_terminal(
    at_work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (at_work / "t.csv").write_text(HEAD + "1,never,,\x1b[31mred \u202egnorw\x07,,\n3,2026-05-01,,x,,\n")
    ioc("load", "feedback", "t.csv", "--mapping", "map.toml")
    capsys.readouterr()
    assert ioc("rejected", "--source", "map", "--limit", "5") == 0
    when, row = capsys.readouterr().out.splitlines()
    assert "map · feedback · t.csv row 1: received_at 'never' is not a time" in when
    assert '"opened":"never"' in row and "red" in row
    assert not any(c in row for c in "\x1b\x07\u202e")
    assert ioc("rejected", "--source", "nobody") == 0
    assert capsys.readouterr().out == "no rows were refused from nobody\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("load", "tickets", "t.csv", "--mapping", "map.toml"), "there is no kind 'tickets'"),
        (("load", "cases", "t.csv", "--mapping", "map.toml"), "kind is 'feedback', but the command loads 'cases'"),
        (("load", "feedback", "none.csv", "--mapping", "map.toml"), "none.csv: No such file or directory"),
        (("load", "feedback", "t.csv", "--mapping", "none.toml"), "none.toml: No such file or directory"),
        (("load", "feedback", "t.csv"), "Missing option '--mapping'"),
        (("load", "feedback", "other.csv", "--mapping", "map.toml"), "other.csv: there is no column 'closed'"),
        (("load", "feedback", "bad.csv", "--mapping", "map.toml"), "all 1 rows were refused"),
        (("load", "feedback", "cut.csv", "--mapping", "map.toml"), "the gzip ends before its end"),
    ],
)
def test_a_mistake_is_one_line_and_a_failure(
    at_work: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    (at_work / "t.csv").write_text(HEAD)
    (at_work / "other.csv").write_text("id,opened,what,lat,lon\n")
    (at_work / "bad.csv").write_text(HEAD + "1,never,,,,\n")
    (at_work / "cut.csv").write_bytes(b"\x1f\x8b\x08\x00")
    assert ioc(*arguments) != 0
    err = capsys.readouterr().err
    assert says in err and "Traceback" not in err
    assert all(line.startswith("ioc: ") for line in err.splitlines())


def test_an_empty_table_is_no_failure(at_work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (at_work / "t.csv").write_text(HEAD)
    assert ioc("load", "feedback", "t.csv", "--mapping", "map.toml") == 0
    assert "0 rows read = 0 written + 0 updated + 0 unchanged + 0 rejected" in capsys.readouterr().out
