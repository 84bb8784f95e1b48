"""The past is read from a standby where there is one, what is new always from the primary (ADR 2)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Engine

from city.clock import Clock
from city.snapshot import Known, Snapshot
from commands.settings import Settings
from repository.connect import connect
from repository.errors import RepositoryError

RECENT = timedelta(minutes=10)
"""What is younger is asked of the primary: a standby may lag."""
Reader = Callable[[datetime, Known], Snapshot]


@contextmanager
def past_engine(settings: Settings) -> Iterator[Engine | None]:
    """An engine on the standby; None where the settings name none. It need not answer."""
    url = settings.repository_standby_url.get_secret_value()
    if not url:
        yield None
        return
    engine = connect(url, name="ioc past")
    try:
        yield engine
    finally:
        engine.dispose()


class Either:
    """Reads a past moment from the standby, and where that cannot be, from the primary."""

    def __init__(self, standby: Reader, primary: Reader, clock: Clock) -> None:
        self._standby, self._primary, self._clock = standby, primary, clock
        self._away = False

    def __call__(self, at: datetime, known: Known) -> Snapshot:
        """Raises RepositoryError."""
        if at > self._clock.now() - RECENT:
            return self._primary(at, known)
        try:
            found = self._standby(at, known)
        except RepositoryError as e:
            self._tell(away=True, why=str(e))
            return self._primary(at, known)
        self._tell(away=False)
        return found

    def _tell(self, *, away: bool, why: str = "") -> None:
        if away is not self._away:
            self._away = away
            log = structlog.get_logger("commands.standby")
            if away:
                log.warning("the standby is away: the past is read from the primary", why=why)
            else:
                log.info("the past is read from the standby again")
