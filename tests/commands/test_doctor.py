"""`ioc doctor`: says what is, and what to do about what is wrong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import run
from city.clock import FrozenClock, WorldClock
from commands import doctor
from commands.doctor import Finding, examine
from commands.settings import read

NOBODY = "postgresql://ioc:hunter2@127.0.0.1:1/ioc"


def found(environment: dict[str, str], name: str) -> Finding:
    settings = read(environment, Path("/nonexistent")).settings
    return next(f for f in examine(settings, WorldClock()) if f.what == name)


def test_a_database_that_is_away_is_a_fault_without_its_password(town: Path) -> None:
    finding = found({"IOC_REPOSITORY_URL": NOBODY, "IOC_CITY": str(town)}, "database")
    assert finding.state == "fault" and "127.0.0.1:1" in finding.says and "hunter2" not in finding.says


def test_a_city_that_does_not_exist_is_a_fault_and_hides_no_other_check() -> None:
    settings = read({"IOC_CITY": "atlantis", "IOC_REPOSITORY_URL": NOBODY}, Path("/nonexistent")).settings
    findings = {f.what: f for f in examine(settings, WorldClock())}
    assert findings["city file"].state == "fault" and "atlantis" in findings["city file"].says
    assert {"database", "disk", "port", "browser"} <= set(findings)


def test_the_command_lists_every_setting_with_its_origin_and_fails_on_a_fault(
    town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IOC_REPOSITORY_URL", NOBODY)
    monkeypatch.setenv("IOC_CITY", str(town))
    assert run(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "hunter2" not in out and "IOC_PORT" in out and "environment" in out and "1 to put right" in out


@pytest.mark.parametrize(("free", "state"), [(100_000_000, "fault"), (2_000_000_000, "note"), (10**12, "ok")])
def test_little_disk_is_said_before_it_is_none(
    free: int, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: type("Usage", (), {"free": free}))
    assert doctor._disk(tmp_path / "not" / "yet").state == state


@pytest.mark.parametrize(
    ("seconds", "state", "word"), [(0.5, "ok", "0.5"), (90, "fault", "behind"), (-90, "fault", "ahead")]
)
def test_a_clock_that_drifts_is_a_fault(seconds: float, state: str, word: str) -> None:
    finding = doctor._drift(seconds)
    assert finding.state == state and word in finding.says


def test_the_real_repository_is_looked_at(repository_url: str, town: Path) -> None:
    environment = {"IOC_REPOSITORY_URL": repository_url, "IOC_CITY": str(town)}
    settings = read(environment, Path("/nonexistent")).settings
    findings = {f.what: f for f in examine(settings, WorldClock())}
    assert [findings[x].state for x in ("database", "schema", "clock")] == ["ok", "ok", "ok"]
    late = FrozenClock(datetime.now(UTC) - timedelta(hours=2))
    assert {f.what: f for f in examine(settings, late)}["clock"].state == "fault"
