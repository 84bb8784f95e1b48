"""`ioc doctor` on mail and signature: said before a Monday morning says it."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from city.clock import FrozenClock
from commands._letterbox import letterbox, seal
from commands._report_settings import ReportSettings
from tests.reports.test_signing import NAME, certificate

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    def login(_s: SMTP, _session: Session, _e: Envelope, _mechanism: str, word: object) -> AuthResult:
        good = isinstance(word, LoginPassword) and word.password == b"sesame"
        return AuthResult(success=good, handled=False)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(object(), hostname="127.0.0.1", port=port, authenticator=login, auth_require_tls=False)
    controller.start()
    try:
        yield port
    finally:
        controller.stop(no_assert=True)


@pytest.mark.parametrize(("word", "state", "says"), [("sesame", "ok", "lets us in"), ("other", "fault", "535")])
def test_the_mail_server_is_asked_whether_it_lets_us_in(port: int, word: str, state: str, says: str) -> None:
    url = f"smtp://ioc:{word}@127.0.0.1:{port}"
    found = letterbox(ReportSettings.model_validate({"smtp_url": url, "smtp_from": "ioc@hue.example"}))
    assert found.state == state and says in found.says and word not in found.says


def test_a_mail_server_that_is_away_is_a_fault_and_none_a_note() -> None:
    away = {"smtp_url": "smtp://127.0.0.1:1", "smtp_from": "ioc@hue.example"}
    assert letterbox(ReportSettings.model_validate(away)).state == "fault"
    assert letterbox(ReportSettings()).state == seal(ReportSettings(), FrozenClock(NOW)).state == "note"


@pytest.mark.parametrize(("days", "state"), [(0, "note"), (30, "fault"), (-30, "fault")])
def test_a_certificate_is_a_fault_outside_its_time_and_a_note_near_its_end(
    days: int, state: str, tmp_path: Path
) -> None:
    file = tmp_path / "key.p12"
    file.write_bytes(certificate()[0])
    settings = ReportSettings.model_validate({"report_key": file, "report_key_password": "word"})
    found = seal(settings, FrozenClock(NOW + timedelta(days=days)))
    assert found.state == state and NAME in found.says


@pytest.mark.parametrize("there", [True, False])
def test_a_key_that_cannot_be_opened_is_a_fault(there: bool, tmp_path: Path) -> None:
    file = tmp_path / "key.p12"
    if there:
        file.write_bytes(certificate()[0])
    settings = ReportSettings.model_validate({"report_key": file, "report_key_password": "no such word"})
    found = seal(settings, FrozenClock(NOW))
    assert found.state == "fault" and "IOC_REPORT_KEY" in found.says and "no such word" not in found.says
