"""Can the shared repository be worked with? What `ioc doctor` says of database, schema, clock, room and standby."""

from collections.abc import Iterator

from sqlalchemy import Engine

from city.clock import Clock
from city.config import CityFileError
from commands._finding import Finding
from commands._open import open_repository
from commands.settings import Settings
from repository.connect import connect
from repository.errors import AwayError, RepositoryError, UnwritableError
from repository.migrate import current, head, newer
from repository.room import room
from repository.vitals import vitals

GB = 1_000_000_000
DRIFT = 2.0
"""Seconds between two clocks: more, and ages on the screens are wrong by as much."""
ADVICE = {
    "password authentication failed": "correct its user or password",
    "no pg_hba.conf entry": "let this machine in by the server's pg_hba.conf",
    "does not exist": "create it, or correct IOC_REPOSITORY_URL",
    "unsupported startup parameter": "a pooler stands between: add ?pgbouncer=true",
    "is a standby": "name the primary in IOC_REPOSITORY_URL; a standby belongs in IOC_REPOSITORY_STANDBY_URL",
    "permission denied": "grant this role the rights, or name the role that owns the schema",
    "resolve host": "correct the host's name in IOC_REPOSITORY_URL",
    "or newer is needed": "upgrade it, or name another",
    "expected postgresql": "correct IOC_REPOSITORY_URL",
}
"""What to do, by a word of the fault."""
OTHERWISE = "is PostgreSQL running there, and is this the right host and port?"


def repository(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Each on its own, as far as the database lets itself be asked."""
    try:
        with open_repository(settings) as engine:
            v = vitals(engine)
            yield Finding("database", "ok", f"PostgreSQL {v.version} at {v.address}, {v.size / GB:.2f} GB")
            yield schema(current(engine))
            yield drift((v.clock - clock.now()).total_seconds())
            yield _storing(engine)
    except CityFileError:
        yield Finding("database", "note", "not looked at: its places come from the city file")
    except RepositoryError as e:
        external = bool(settings.repository_url.get_secret_value())
        hint = advised(str(e)) if external else "the embedded one, under IOC_DATA_DIR"
        yield Finding("database", "fault", f"{' '.join(str(e).split())}: {hint}")
    yield from _standby(settings)


def advised(fault: str) -> str:
    """What to do about a database that cannot be used."""
    return next((do for word, do in ADVICE.items() if word in fault), OTHERWISE)


def schema(there: str | None) -> Finding:
    if there == head():
        return Finding("schema", "ok", f"revision {there}")
    says = f"is at {there or 'none'}, the program needs {head()}"
    if newer(there):
        return Finding("schema", "fault", f"{says}: a newer version was here; upgrade this one")
    return Finding("schema", "fault", f"{says}: run `ioc migrate`")


def drift(seconds: float) -> Finding:
    if abs(seconds) <= DRIFT:
        return Finding("clock", "ok", f"{abs(seconds):.1f} s from the database's")
    way = "behind" if seconds > 0 else "ahead of"
    return Finding(
        "clock", "fault", f"{abs(seconds):.0f} s {way} the database's: let NTP keep both (timedatectl set-ntp true)"
    )


def _storing(engine: Engine) -> Finding:
    """A database that answers may store nothing all the same: its own disk is full, or it takes no writes."""
    try:
        room(engine)
    except UnwritableError as e:
        return Finding("storing", "fault", f"{e}: make room on the database's own disk, or let it take writes again")
    return Finding("storing", "ok", "the database takes what is written")


def _standby(settings: Settings) -> Iterator[Finding]:
    """The one that the past is read from, where there is one; without it the primary is asked."""
    url = settings.repository_standby_url.get_secret_value()
    if not url:
        return
    try:
        engine = connect(url, name="ioc past")
        try:
            v = vitals(engine)
        finally:
            engine.dispose()
        yield Finding("standby", "ok", f"PostgreSQL {v.version} at {v.address}: the past is read from it")
    except RepositoryError as e:
        says = f"{e}: the past is read from the primary; look at IOC_REPOSITORY_STANDBY_URL"
        yield Finding("standby", "note" if isinstance(e, AwayError) else "fault", says)
