"""`ioc doctor`: says what is, and what to do about what is wrong."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import run
from city.clock import FrozenClock, WorldClock
from commands import doctor
from commands._shared import advised, drift, schema
from commands.doctor import Finding, examine
from commands.settings import read
from repository.connect import connect

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
    finding = drift(seconds)
    assert finding.state == state and word in finding.says


def test_the_real_repository_is_looked_at(repository_url: str, town: Path) -> None:
    environment = {"IOC_REPOSITORY_URL": repository_url, "IOC_CITY": str(town)}
    settings = read(environment, Path("/nonexistent")).settings
    findings = {f.what: f for f in examine(settings, WorldClock())}
    assert [findings[x].state for x in ("database", "schema", "clock", "storing")] == ["ok"] * 4
    late = FrozenClock(datetime.now(UTC) - timedelta(hours=2))
    assert {f.what: f for f in examine(settings, late)}["clock"].state == "fault"


def test_a_database_that_takes_no_writes_is_a_fault_though_it_answers(repository_url: str, town: Path) -> None:
    engine = connect(repository_url)
    with engine.begin() as c:
        c.exec_driver_sql(f"alter database {engine.url.database} set default_transaction_read_only = on")
    engine.dispose()
    environment = {"IOC_REPOSITORY_URL": repository_url, "IOC_CITY": str(town)}
    finding = found(environment, "storing")
    assert finding.state == "fault" and "takes no writes" in finding.says and "make room" in finding.says


def test_a_standby_that_is_away_is_said_and_the_repository_is_well_all_the_same(repository_url: str) -> None:
    environment = {"IOC_REPOSITORY_URL": repository_url, "IOC_REPOSITORY_STANDBY_URL": NOBODY}
    assert found(environment, "database").state == "ok"
    finding = found(environment, "standby")
    assert finding.state == "note" and "read from the primary" in finding.says and "hunter2" not in finding.says


@pytest.mark.parametrize(
    ("fault", "what_to_do"),
    [
        ('FATAL: password authentication failed for user "ioc"', "user or password"),
        ("Connection refused", "is PostgreSQL running"),
        ('FATAL: database "none" does not exist', "create it"),
        ("FATAL: unsupported startup parameter: options", "pgbouncer=true"),
        ("PostgreSQL at db/ioc is a standby: the repository is read from the primary", "IOC_REPOSITORY_STANDBY_URL"),
        ("PostgreSQL at db/ioc is version 14; 15 or newer is needed", "upgrade it"),
    ],
)
def test_every_fault_of_a_database_comes_with_what_to_do(fault: str, what_to_do: str) -> None:
    assert what_to_do in advised(fault)


def test_a_schema_is_migrated_when_it_is_old_and_never_when_it_is_newer() -> None:
    assert "ioc migrate" in schema("0001").says and "ioc migrate" in schema(None).says
    assert "upgrade this one" in schema("9999").says and "migrate" not in schema("9999").says


def test_a_port_in_use_may_be_our_own_and_a_foreign_address_never_is() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert doctor._port(*taken.getsockname()).state == "note"
    foreign = doctor._port("192.0.2.1", 8050)
    assert foreign.state == "fault" and "IOC_HOST" in foreign.says and "ioc serve" not in foreign.says
