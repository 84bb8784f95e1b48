"""Feeds as a city file declares them: `[feeds.KEY]` tables, checked before anything is read from anywhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from city.feeds import bare
from city.metrics import METRICS
from data_sources.engine.contract import SourceInfo
from data_sources.engine.http import MOST, Request
from data_sources.engine.secrets import Auth
from data_sources.standards.dialect import Dialect

M = TypeVar("M", bound=BaseModel)
SHARE = 0.9
"""Of the time that a poll may take, for one request: so that who fails is the request, which knows why."""
KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
SECRET = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
CREDENTIALS = re.compile(r"//[^/@\s]*@")
_SPAN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|sec|seconds?|min|minutes?|h|hours?|d|days?)\s*")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
Domain = Literal["traffic", "health", "environment", "public_order", "feedback", "services", "data"]


class DeclaredError(ValueError):
    """A feed is declared wrongly: one line a fault, each naming the file, the feed and the key."""


def _span(value: object) -> object:
    """`5 min` beside the spans that pydantic reads: `PT5M`, `00:05:00`, 300."""
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    return timedelta(seconds=float(found[1]) * _SECONDS[found[2][0]]) if found else value


Span = Annotated[timedelta, BeforeValidator(_span), Field(gt=timedelta(0))]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Auth(_Part):
    kind: Literal["bearer", "basic", "header", "query"]
    secret: str = Field(pattern=SECRET.pattern + "$")
    name: str = ""
    user: str = ""

    @model_validator(mode="after")
    def _named(self) -> "_Auth":
        if self.kind in ("header", "query") and not self.name:
            raise ValueError(f"auth by {self.kind} needs the name of the {self.kind}")
        return self


class _Dialect(_Part):
    """Where the standard leaves room; `docs/standards` says what each word does."""

    timezone: str | None = None
    metrics: dict[str, str] = Field(default_factory=dict)
    units: dict[str, str] = Field(default_factory=dict)
    status: dict[str, str] = Field(default_factory=dict)
    services: dict[str, str] = Field(default_factory=dict)
    domain: Domain | None = None
    languages: tuple[str, ...] = ()
    accepts: frozenset[str] = frozenset({"actual", "public", "real"})

    @model_validator(mode="after")
    def _zone_exists(self) -> "_Dialect":
        self.made()
        return self

    def made(self, languages: tuple[str, ...] = ("vi", "en")) -> Dialect:
        try:
            zone = ZoneInfo(self.timezone) if self.timezone else None
        except (KeyError, ValueError, OSError) as e:
            raise ValueError(f"there is no time zone {self.timezone!r}") from e
        words = {n: getattr(self, n) for n in ("metrics", "units", "status", "services", "domain")}
        return Dialect(zone=zone, languages=self.languages or languages, accepts=self.accepts, **words)


class _Entry(BaseModel):
    """What every feed may say; the keys beside these are its transport's."""

    model_config = ConfigDict(extra="allow", frozen=True)

    title: str = Field(min_length=1)
    domain: Domain
    standard: str = Field(min_length=1)
    every: Annotated[Span, Field(ge=timedelta(seconds=1), le=timedelta(days=366))]
    stale_after: Span | None = None
    timeout: Span = timedelta(seconds=60)
    url: str = ""
    licence: str = ""
    owner: str = ""
    shared: bool = False
    private: bool = False
    max_bytes: int = Field(default=MOST, ge=1, le=256 << 20)
    max_rows: int = Field(default=100_000, ge=1, le=10_000_000)
    headers: dict[str, str] = Field(default_factory=dict)
    params: dict[str, str] = Field(default_factory=dict)
    auth: _Auth | None = None
    secrets: tuple[Annotated[str, Field(pattern=SECRET.pattern + "$")], ...] = ()
    tables: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    dialect: _Dialect = _Dialect()
    limits: dict[str, tuple[float, float]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _makes_sense(self) -> "_Entry":
        if CREDENTIALS.search(self.url):
            raise ValueError("url: a password stands in the address; name a secret by `auth`")
        for metric, (low, high) in self.limits.items():
            if metric not in METRICS:
                raise ValueError(f"limits: there is no metric {metric!r}")
            if not low <= high:
                raise ValueError(f"limits: {metric} from {low:g} to {high:g}")
        return self


@dataclass(frozen=True, slots=True)
class Declared:
    """One feed of the city file. `options` are the keys that only its transport knows."""

    info: SourceInfo
    url: str
    where: str
    dialect: Dialect = field(default_factory=Dialect)
    auth: Auth | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    private: bool = False
    max_bytes: int = MOST
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.info.key

    @property
    def standard(self) -> str:
        return self.info.standard

    @property
    def timeout(self) -> timedelta:
        return self.info.timeout

    def request(self, url: str = "", **more: Any) -> Request:
        """What to ask the door for: the feed's own address, or a link of its answers; `more` are fields of Request."""
        mine: dict[str, Any] = {"params": {} if url else self.params, "headers": self.headers, "auth": self.auth}
        seconds = SHARE * self.info.timeout.total_seconds()
        limits = {"private": self.private, "most": self.max_bytes, "seconds": seconds}
        return Request(url or self.url, home=self.url, **{**mine, **limits, **more})

    def options_as(self, model: type[M]) -> M:
        """The transport's own keys, checked by its model (which should forbid others). Raises DeclaredError."""
        try:
            return model.model_validate(dict(self.options))
        except ValidationError as e:
            raise DeclaredError("\n".join(_lines(self.where, e))) from e

    def wrong(self, key: str, message: str) -> DeclaredError:
        """An error of this feed, to be raised."""
        return DeclaredError(f"{self.where}: {key}: {message}")


def declared(feeds: Mapping[str, Any], file: str, languages: tuple[str, ...] = ("vi", "en")) -> list[Declared]:
    """The feeds of a city file, in its order; `languages` are wanted of texts in several, unless a feed says otherwise.

    Raises DeclaredError with a line for each fault.
    """
    out, faults = [], list[str]()
    for key, entry in feeds.items():
        where = f"{file}: feed {key}"
        try:
            out.append(_declared(key, entry, where, languages))
        except ValidationError as e:
            faults += _lines(where, e)
        except DeclaredError as e:
            faults.append(str(e))
    if faults:
        raise DeclaredError("\n".join(faults))
    return out


def _declared(key: str, entry: Any, where: str, languages: tuple[str, ...]) -> Declared:
    if not KEY.fullmatch(key):
        raise DeclaredError(f"{where}: a key is small letters, digits, - and _, as in river-gauges")
    told = _Entry.model_validate(entry)
    auth = Auth(told.auth.kind, told.auth.secret, told.auth.name or told.auth.user) if told.auth else None
    needs = tuple(dict.fromkeys((*((auth.secret,) if auth else ()), *told.secrets)))
    info = SourceInfo(
        *(key, told.title, told.domain, told.every, told.stale_after or 2 * told.every, bare(told.url)),
        *(told.licence, needs, told.standard.lower().replace("-", "_"), told.owner, told.tables, told.metrics),
        *(told.shared, told.timeout),
        limits=told.limits,
        max_rows=told.max_rows,
    )
    same = {n: getattr(told, n) for n in ("headers", "params", "private", "max_bytes")}
    return Declared(
        info, told.url, where, told.dialect.made(languages), auth, options=dict(told.__pydantic_extra__ or {}), **same
    )


def _lines(where: str, error: ValidationError) -> list[str]:
    """Each fault on its line; values are left out, since one of them may be a secret in the wrong place."""
    out = []
    for fault in error.errors():
        key = ".".join(map(str, fault["loc"]))
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            message = "there is no such key"
        out.append(f"{where}: {key}: {message}" if key else f"{where}: {message}")
    return out
