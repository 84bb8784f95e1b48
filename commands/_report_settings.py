"""Settings of reports: by which mail server they go, and which key signs them."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from city.reporting import Recipient
from reports.post import Server

SCHEMES = {"smtp": 25, "smtps": 465}
"""And the ports that are taken when the address names none."""


class ReportSettings(BaseModel):
    """The part of the settings (commands.settings) that is about reports."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="mail server: smtp://user:password@host:587?starttls=yes or smtps://host; empty: no mail is sent",
    )
    smtp_password: SecretStr = Field(default=SecretStr(""), description="its password, when not in the address")
    smtp_from: str = Field(
        default="", validate_default=True, description="whom mails come from, such as ioc@hue.example"
    )
    report_key: Path | None = Field(default=None, description="PKCS#12 file whose key signs reports")
    report_key_password: SecretStr = Field(default=SecretStr(""), description="the password of that file")

    @field_validator("smtp_url")
    @classmethod
    def _is_a_server(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            server(value.get_secret_value(), "")
        return value

    @field_validator("smtp_from")
    @classmethod
    def _is_an_address(cls, value: str, info: ValidationInfo) -> str:
        if value:
            Recipient(address=value)
        if not value and info.data.get("smtp_url", SecretStr("")).get_secret_value():
            raise ValueError("a mail server is named: say whom mails come from")
        return value

    @property
    def mail_server(self) -> Server | None:
        """None when no mail is to be sent."""
        url = self.smtp_url.get_secret_value()
        return server(url, self.smtp_password.get_secret_value()) if url else None


def server(url: str, password: str) -> Server:
    """What an address means. Raises ValueError, without anything of the address: there may be a password in it."""
    wrong = "this is no mail server; write smtp://user:password@host:587?starttls=yes"
    try:
        parts = urlsplit(url)
        port = parts.port or SCHEMES[parts.scheme]
        starttls = {"": False, "starttls=yes": True, "starttls=no": False}[parts.query]
    except (ValueError, KeyError):
        raise ValueError(wrong) from None
    if not parts.hostname or parts.path.strip("/") or not url.isprintable() or " " in url:
        raise ValueError(wrong)
    user, word = unquote(parts.username or ""), unquote(parts.password or "") or password
    return Server(parts.hostname, port, parts.scheme == "smtps", starttls, user, word)
