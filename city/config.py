"""A city is data: one TOML file with its name, zone, map, calendar, thresholds and places."""

import tomllib
from datetime import time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from city.reporting import Reporting

Locale = Literal["vi", "en", "pt"]
ASSETS = Path(__file__).resolve().parent.parent / "assets"


class CityFileError(ValueError):
    """The city file is missing or wrong; the message says which line of it, in words."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MapView(_Part):
    """Where maps open: centre (latitude, longitude in degrees) and zoom of Web Mercator.

    `basemap` names a GeoJSON beside the city file: features whose property `layer` is sea, land, lagoon, river or name
    (a point); what a river or such a point is called on maps is its `label`.
    """

    center: tuple[float, float]
    zoom: float = 10.0
    basemap: str | None = None


class Calendar(_Part):
    """How the city counts days. `country` names its public holidays (ISO 3166)."""

    country: str = "VN"
    deadline_at_midnight_means: Literal["end of day", "start of day"] = "end of day"


class Threshold(_Part):
    """Limits of one indicator; `source` says where the figures come from ("proposal" until agreed)."""

    watch: float | None = None
    warning: float | None = None
    alarm: float | None = None
    target: float | None = None
    source: str = "proposal"


class WallPage(_Part):
    """A page of the wall's rotation: its path, with words where it takes any, and for how many seconds it stays."""

    path: str = Field(pattern=r"^/[^\s#]*$")
    seconds: int | None = Field(default=None, ge=5, le=3600)


class Wall(_Part):
    """What the wall screen shows in turn; without `pages` every page of the navigation.

    `reload` is when it loads itself anew each night, in the city's time; an alarm stays `alarm_seconds`.
    """

    pages: tuple[WallPage, ...] = ()
    seconds: int = Field(default=30, ge=5, le=3600)
    alarm_seconds: int = Field(default=60, ge=5, le=3600)
    reload: time = time(3, 30)

    @field_validator("pages", mode="before")
    @classmethod
    def _paths(cls, value: object) -> object:
        """A page may be named by its path alone."""
        if not isinstance(value, list | tuple):
            return value
        return [{"path": v} if isinstance(v, str) else v for v in value]


class CityFile(_Part):
    """Everything the program knows of a city before it reads the repository.

    `owners` names who answers for a domain, or for one indicator by its code. `feeds` are kept as they are written;
    who reads them checks them (data_sources.engine.declared).
    """

    code: str
    timezone: str
    locale: Locale = "en"
    name: dict[Locale, str]
    map: MapView
    places: str | None = None
    calendar: Calendar = Calendar()
    thresholds: dict[str, Threshold] = Field(default_factory=dict)
    stale_after: dict[str, timedelta] = Field(default_factory=dict)
    owners: dict[str, str] = Field(default_factory=dict)
    wall: Wall = Wall()
    feeds: dict[str, dict[str, Any]] = Field(default_factory=dict)
    report: Reporting = Reporting()
    demo: str | None = None
    path: Path | None = Field(default=None, exclude=True)

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as e:
            raise ValueError(f"there is no time zone {value!r}") from e
        return value

    @field_validator("feeds", mode="before")
    @classmethod
    def _by_key(cls, value: object) -> object:
        """`[[feeds]]` with a key each, as well as `[feeds.KEY]`."""
        if not isinstance(value, list):
            return value
        keys = [str(f["key"]) for f in value if isinstance(f, dict) and isinstance(f.get("key"), str)]
        if len(keys) < len(value):
            raise ValueError("each of [[feeds]] needs a key")
        if again := sorted({k for k in keys if keys.count(k) > 1}):
            raise ValueError(f"{', '.join(again)}: two feeds of one key")
        return {f["key"]: {n: v for n, v in f.items() if n != "key"} for f in value}

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def title(self, locale: str) -> str:
        """The city's name in a language, else in its own."""
        names = {str(k): v for k, v in self.name.items()}
        return names.get(locale) or names.get(self.locale) or next(iter(names.values()))

    def beside(self, name: str) -> Path:
        """A file named in the city file lies beside it."""
        return (self.path.parent if self.path else ASSETS / "cities") / name


def load_city(name_or_path: str) -> CityFile:
    """Read a city by its name (a file of `assets/cities`) or by the path of its TOML file.

    Raises CityFileError, one line a fault.
    """
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = ASSETS / "cities" / f"{name_or_path}.toml"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        return CityFile.model_validate({**data, "path": path.resolve()})
    except OSError as e:
        raise CityFileError(f"city file {path}: {e.strerror or e}") from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise CityFileError(f"city file {path}: {e}") from e
    except ValidationError as e:
        faults = (f"city file {path}: {'.'.join(map(str, x['loc']))}: {x['msg']}" for x in e.errors())
        raise CityFileError("\n".join(faults)) from e
