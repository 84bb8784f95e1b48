"""`ioc doctor`: every setting and where it came from; then what is wrong around the program, and what to do."""

import errno
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import typer

from city.clock import Clock, WorldClock
from city.config import CityFileError, load_city
from commands._feeds import declared_by
from commands._finding import Finding
from commands._letterbox import letterbox, seal
from commands._open import city_of
from commands._shared import GB, repository
from commands._table import print_table
from commands.settings import Settings, Told, outside, read, shown
from data_sources.engine.declared import DeclaredError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LITTLE_DISK, NO_DISK = 5 * GB, GB


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
    yield from repository(settings, clock)
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
        return _taken(e, f"{host}:{port}: {e.strerror}")
    return Finding("port", "ok", f"{host}:{port} is free")


def _taken(error: OSError, says: str) -> Finding:
    """A port that is in use may be our own; an address that cannot be listened on never is."""
    if error.errno == errno.EADDRINUSE:
        return Finding("port", "note", f"{says}; `ioc serve` may be running there, else choose another IOC_PORT")
    if error.errno == errno.EACCES:
        return Finding("port", "fault", f"{says}: choose an IOC_PORT from 1024 on, or let this user have it")
    return Finding("port", "fault", f"{says}: IOC_HOST has to be an address of this machine")


def _browser() -> Finding:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return Finding("browser", "ok", found)
    return Finding("browser", "note", "no Chromium: only the browser tests need one (apt-get install chromium)")
