"""The mail server and the key, as told from outside."""

from pathlib import Path

import pytest

from commands._report_settings import server
from commands.settings import SettingsError, read, shown

NOWHERE = Path("/nonexistent/ioc.toml")


@pytest.mark.parametrize(
    ("url", "means"),
    [
        ("smtp://mail.hue.example", ("mail.hue.example", 25, False, False, "", "")),
        ("smtps://u%40x:p%2Fw@mail", ("mail", 465, True, False, "u@x", "p/w")),
        ("smtp://u@[::1]:2525?starttls=yes", ("::1", 2525, False, True, "u", "kept apart")),
    ],
)
def test_an_address_means_a_server(url: str, means: tuple[object, ...]) -> None:
    found = server(url, "kept apart" if "u@[" in url else "")
    assert (found.host, found.port, found.tls, found.starttls, found.user, found.password) == means
    assert "p/w" not in repr(found)


@pytest.mark.parametrize(
    "url",
    [
        "mail",
        "http://x",
        "smtp://",
        "smtp://h:99999",
        "smtp://h?tls=1",
        "smtp://h/path",
        "smtp://u:sesame@h\nx",
        "smtp://h h",
    ],
)
def test_what_is_no_server_stops_the_start_and_shows_no_password(url: str) -> None:
    with pytest.raises(SettingsError, match="IOC_SMTP_URL") as e:
        read({"IOC_SMTP_URL": url, "IOC_SMTP_FROM": "a@b.example"}, NOWHERE)
    assert "sesame" not in str(e.value)


def test_a_server_needs_somebody_whom_mails_come_from() -> None:
    for words in ({}, {"IOC_SMTP_FROM": "Ann <a@b.example>"}):
        with pytest.raises(SettingsError, match="IOC_SMTP_FROM"):
            read({"IOC_SMTP_URL": "smtp://h", **words}, NOWHERE)


def test_secrets_are_never_shown() -> None:
    told = read(
        {"IOC_SMTP_URL": "smtp://u:sesame@h", "IOC_SMTP_FROM": "a@b.example", "IOC_REPORT_KEY_PASSWORD": "sesame"},
        NOWHERE,
    )
    settings = told.settings
    assert settings.mail_server and settings.mail_server.password == "sesame"
    all_ = [shown(f, getattr(settings, f)) for f in told.origins]
    assert "sesame" not in str(all_) + repr(settings) and "hidden" in all_ and "smtp://u:***@h" in all_
    assert read({}, NOWHERE).settings.mail_server is None
