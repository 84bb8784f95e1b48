"""What the program is told from outside: the environment, secrets in files, `ioc.toml`; and who said it."""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from city.config import Locale
from commands._report_settings import ReportSettings

PREFIX = "IOC_"
FILE = Path("ioc.toml")
# Names with our prefix that others than the program read: the tests look for real files there.
NOT_OURS = frozenset({"IOC_SHARED_DATA"})


SECRET = re.compile(rf"{PREFIX}SECRET_([A-Z0-9_]+?)(_FILE)?")
"""What a feed's secret is called: the city file names it without `IOC_SECRET_`."""
ORIGIN = re.compile(r"https?://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?/?")


class SettingsError(ValueError):
    """Settings that stop the start; the message holds one line a fault."""


class Settings(ReportSettings):
    """Every setting, its default and its meaning; the name outside is `IOC_` and the name here in capitals."""

    repository_url: SecretStr = Field(
        default=SecretStr(""),
        description="SQLAlchemy URL of the shared repository; empty: embedded PostgreSQL under IOC_DATA_DIR",
    )
    repository_standby_url: SecretStr = Field(
        default=SecretStr(""), description="URL of a standby of the shared repository: past moments are read from it"
    )
    data_dir: Path = Field(
        default=Path("var"), description="the embedded database, report archive, caches", validate_default=True
    )
    city: str = Field(
        default="hue", min_length=1, description="which city file to use: its name in assets/cities, or a path"
    )
    poll_seconds: float = Field(
        default=5, gt=0, le=3600, description="how often the repository is polled when nothing nudges sooner"
    )
    locale: Locale | None = Field(default=None, description="vi, en or pt; the city's when empty")
    host: str = Field(default="127.0.0.1", min_length=1, description="where `serve` listens")
    origins: tuple[str, ...] = Field(
        default=(), description="where browsers find the pages, such as https://ioc.example.org, behind a proxy"
    )
    screens: int = Field(default=200, ge=1, description="how many screens one web process takes on")
    port: int = Field(default=8050, ge=0, le=65535, description="the port `serve` listens on; 0 takes a free one")

    feed_networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        default=(), description="private networks that any feed may be read from, such as 10.20.0.0/16"
    )

    @field_validator("repository_url", "repository_standby_url")
    @classmethod
    def _is_a_url(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value():
            return value
        try:
            make_url(value.get_secret_value())
        except (ArgumentError, ValueError):  # the message of either would show the password
            raise ValueError("this is no URL; write postgresql+psycopg://user:password@host:5432/name") from None
        return value

    @field_validator("origins", "feed_networks", mode="before")
    @classmethod
    def _each(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin; write https://name or http://name:port, without a path")
        return tuple(o.rstrip("/").lower() for o in value)

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()


SECRETS = frozenset(k for k, f in Settings.model_fields.items() if f.annotation is SecretStr)


@dataclass(frozen=True, slots=True)
class Told:
    """Settings, and where each came from: `default`, `environment`, `ioc.toml` or the path of a secret's file.

    `secrets` are those of feeds, `IOC_SECRET_<NAME>`, by their names in small letters.
    """

    settings: Settings
    origins: Mapping[str, str]
    secrets: Mapping[str, SecretStr] = field(default_factory=dict)


def outside(field: str) -> str:
    """A field's name as people write it."""
    return PREFIX + field.upper()


NAMES = {outside(f): f for f in Settings.model_fields}
FILE_NAMES = {f"{outside(f)}_FILE": f for f in SECRETS}


def read(environment: Mapping[str, str] | None = None, file: Path = FILE) -> Told:
    """Settings as told by the environment, else `ioc.toml`, else the defaults. Raises SettingsError."""
    env = os.environ if environment is None else environment
    told = {k: v for k, v in env.items() if k.startswith(PREFIX) and k not in NOT_OURS}
    faults: list[str] = []
    values: dict[str, Any] = {}
    origins: dict[str, str] = dict.fromkeys(Settings.model_fields, "default")
    secrets: dict[str, SecretStr] = {}
    for origin, words in ((file.name, _toml(file)), ("environment", told)):
        secrets |= _secrets(words, origin, faults)
        for name, value in words.items():
            if SECRET.fullmatch(name):
                continue
            known = NAMES.get(name) or FILE_NAMES.get(name)
            if known is None:
                faults.append(f"{name} ({origin}): there is no such setting{_near(name)}")
            elif name in FILE_NAMES and outside(known) in words:
                faults.append(f"{name} ({origin}): {outside(known)} is given as well; give one of them")
            elif value != "":  # an empty word is none: compose files and units write them
                values[known] = _secret(name, Path(str(value)), faults) if name in FILE_NAMES else value
                origins[known] = f"{origin}: {value}" if name in FILE_NAMES else origin
    settings = _checked(values, origins, faults)
    if faults or settings is None:
        raise SettingsError("\n".join(faults))
    return Told(settings, origins, secrets)


def _secrets(words: Mapping[str, Any], origin: str, faults: list[str]) -> dict[str, SecretStr]:
    """Secrets of feeds, told themselves or by the file that holds them."""
    out: dict[str, SecretStr] = {}
    for name, value in words.items():
        found = SECRET.fullmatch(name)
        if found is None or value == "":
            continue
        if found[2] and f"{PREFIX}SECRET_{found[1]}" in words:
            faults.append(f"{name} ({origin}): {name.removesuffix('_FILE')} is given as well; give one of them")
            continue
        word = _secret(name, Path(str(value)), faults) if found[2] else str(value)
        out[found[1].lower()] = SecretStr(word)
    return out


def _checked(values: dict[str, Any], origins: Mapping[str, str], faults: list[str]) -> Settings | None:
    try:
        return Settings(**values)
    except ValidationError as e:
        for fault in e.errors():
            field = str(fault["loc"][0])
            shown = "" if field in SECRETS else f" (it is {fault['input']!r})"
            message = fault["msg"].removeprefix("Value error, ")
            faults.append(f"{outside(field)} ({origins[field]}): {message}{shown}")
        return None


def _toml(file: Path) -> dict[str, Any]:
    """The words of `ioc.toml`: the same names, with or without the prefix, in either case."""
    if not file.exists():
        return {}
    try:
        words = tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise SettingsError(f"{file}: {e}") from e
    return {PREFIX + k.upper().removeprefix(PREFIX): v for k, v in words.items()}


def _secret(name: str, path: Path, faults: list[str]) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as e:
        faults.append(f"{name}: {path}: {getattr(e, 'strerror', None) or e}")
        return ""


def _near(name: str) -> str:
    near = difflib.get_close_matches(name, [*NAMES, *FILE_NAMES], n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def shown(field: str, value: Any) -> str:
    """A value as it may be shown: the password of a URL is hidden, a secret without one wholly."""
    if isinstance(value, SecretStr):
        plain = value.get_secret_value()
        if "://" not in plain:
            return "hidden" if plain else ""
        return make_url(plain).render_as_string(hide_password=True)
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return "" if value is None else str(value)
