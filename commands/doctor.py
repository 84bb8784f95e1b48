"""`ioc doctor`: every setting and where it came from; then what is wrong around the program, and what to do."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import typer
from sqlalchemy import Engine

from city.clock import Clock, WorldClock
from city.config import CityFileError, load_city
from commands._feeds import declared_by
from commands._finding import Finding
from commands._letterbox import letterbox, seal
from commands._open import city_of, open_repository
from commands._table import print_table
from commands.settings import Settings, Told, outside, read, shown
from data_sources.engine.declared import DeclaredError
from repository.errors import RepositoryError
from repository.migrate import current, head
from repository.vitals import vitals

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
GB = 1_000_000_000
LITTLE_DISK, NO_DISK = 5 * GB, GB
DRIFT = 2.0
"""Seconds between two clocks: more, and ages on the screens are wrong by as much."""


def command() -> None:
    """Check settings, database, clock, disk and browser, and say what to do about each fault."""
    told = read()
    print_table(["setting", "value", "from"], _settings(told))
    typer.echo()
    findings = [*examine(told.settings, WorldClock()), _feeds(told)]
    print_table(["check", "state", "finding"], ([f.what, f.state, f.says] for f in findings))
    faults = sum(f.state == "fault" for f in findings)
    if faults:
        typer.echo(f"\n{faults} to put right")
        raise typer.Exit(1)
    typer.echo("\nnothing to put right")


def _settings(told: Told) -> Iterator[tuple[str, str, str]]:
    for field, origin in told.origins.items():
        yield outside(field), shown(field, getattr(told.settings, field)), origin


def examine(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Every check, each on its own: one that fails hides no other."""
    yield _city(settings)
    yield from _repository(settings, clock)
    yield _disk(settings.data_dir)
    yield _port(settings.host, settings.port)
    yield _browser()
    yield letterbox(settings)
    yield seal(settings, clock)


def _city(settings: Settings) -> Finding:
    try:
        city = load_city(settings.city)
    except CityFileError as e:
        return Finding("city file", "fault", f"{'; '.join(str(e).splitlines())}: correct it, or IOC_CITY")
    places = city.beside(city.places) if city.places else None
    if places and not places.exists():
        return Finding("city file", "fault", f"{city.path} names {city.places}, which is not beside it")
    return Finding("city file", "ok", f"{city.title(city.locale)}, {city.timezone}, {city.path}")


def _repository(settings: Settings, clock: Clock) -> Iterator[Finding]:
    try:
        with open_repository(settings) as engine:
            v = vitals(engine)
            yield Finding("database", "ok", f"PostgreSQL {v.version} at {v.address}, {v.size / GB:.2f} GB")
            yield _schema(engine)
            yield _drift((v.clock - clock.now()).total_seconds())
    except CityFileError:
        yield Finding("database", "note", "not looked at: its places come from the city file")
    except RepositoryError as e:
        hint = "" if settings.repository_url.get_secret_value() else " (the embedded one, under IOC_DATA_DIR)"
        yield Finding("database", "fault", f"{' '.join(str(e).split())}{hint}")


def _schema(engine: Engine) -> Finding:
    there, newest = current(engine), head()
    if there == newest:
        return Finding("schema", "ok", f"revision {there}")
    return Finding("schema", "fault", f"is at {there or 'none'}, the program needs {newest}: run `ioc migrate`")


def _drift(seconds: float) -> Finding:
    if abs(seconds) <= DRIFT:
        return Finding("clock", "ok", f"{abs(seconds):.1f} s from the database's")
    way = "behind" if seconds > 0 else "ahead of"
    return Finding(
        "clock", "fault", f"{abs(seconds):.0f} s {way} the database's: let NTP keep both (timedatectl set-ntp true)"
    )


def _feeds(told: Told) -> Finding:
    """What the city file declares, and whether every secret that it names is told."""
    try:
        feeds = declared_by(city_of(told.settings))
    except (CityFileError, DeclaredError) as e:
        return Finding("feeds", "fault", "; ".join(str(e).splitlines()))
    wanting = [f"{f.key} needs IOC_SECRET_{n.upper()}" for f in feeds for n in f.info.needs if not _told(told, n)]
    if wanting:
        return Finding("feeds", "fault", f"{'; '.join(wanting)}: set it, or its _FILE")
    return Finding("feeds", "ok", f"{len(feeds)} declared by the city file")


def _told(told: Told, name: str) -> bool:
    return name.lower() in told.secrets


def _disk(data_dir: Path) -> Finding:
    here = next(p for p in (data_dir, *data_dir.parents) if p.exists())
    free = shutil.disk_usage(here).free
    says = f"{free / GB:.1f} GB free at {here}"
    if free < NO_DISK:
        return Finding("disk", "fault", f"{says}: make room, or move IOC_DATA_DIR")
    return Finding("disk", "note" if free < LITTLE_DISK else "ok", says)


def _port(host: str, port: int) -> Finding:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind((host, port))
    except OSError as e:
        says = f"{host}:{port}: {e.strerror}; `ioc serve` may be running there, else choose another IOC_PORT"
        return Finding("port", "note", says)
    return Finding("port", "ok", f"{host}:{port} is free")


def _browser() -> Finding:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return Finding("browser", "ok", found)
    return Finding("browser", "note", "no Chromium: only the browser tests need one (apt-get install chromium)")
