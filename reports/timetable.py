"""When reports are due: the moments of a cron line in the city's time, each for the newest week that was over then."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from city.config import CityFile
from reports.week import last_week

DAY = timedelta(days=1)
FIRST_LOOK = (timedelta(days=8), timedelta(days=366))
"""How far back the last due moment is looked for by a city that has made no report yet."""


class TimetableError(ValueError):
    """The city file's timetable can't be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Job:
    """One report that is made week by week: of a place (None: the whole city), in a language."""

    place: str | None
    locale: str

    @property
    def name(self) -> str:
        return f"weekly/{self.place or 'city'}/{self.locale}"


def jobs(city: CityFile) -> list[Job]:
    """Every report of the city file's timetable."""
    plan = city.report
    return [Job(p, x) for p in (None, *plan.places) for x in plan.locales or (city.locale,)] if plan.cron else []


def dues(cron: str, zone: ZoneInfo, since: datetime | None, now: datetime) -> list[tuple[datetime, str]]:
    """Due moments after `since` up to `now`, aware, each with its week; a week is due once, at its first moment.

    However long nobody looked, no week is left out. Without `since`, for a city that has made no report yet, the
    newest due moment alone. Raises TimetableError.
    """
    if since is not None:
        return _each_week(_moments(cron, zone, since, now), zone)
    for back in FIRST_LOOK:
        found = list(_moments(cron, zone, now - back, now))
        if found:
            return _each_week(found[-1:], zone)
    return []


def next_due(cron: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Raises TimetableError."""
    return next(_moments(cron, zone, now, None), None) if cron else None


def _moments(cron: str, zone: ZoneInfo, since: datetime, until: datetime | None) -> Iterator[datetime]:
    """Counted by the clock on the wall, as if it never changed: with a zone of its own the library leaves out a week
    in which clocks go forward. Where the wall shows no such time it is the first after, of two the earlier."""
    trigger = _trigger(cron)
    wall = since.astimezone(zone).replace(tzinfo=UTC) - DAY
    while (shown := trigger.get_next_fire_time(None, wall)) is not None:
        at = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if until is not None and at > until:
            return
        if at > since:
            yield at
        wall = shown + timedelta(microseconds=1)


def _each_week(moments: Iterable[datetime], zone: ZoneInfo) -> list[tuple[datetime, str]]:
    found: dict[str, datetime] = {}
    for at in moments:
        found.setdefault(last_week(at, zone).code, at)
    return [(at, code) for code, at in found.items()]


def _trigger(cron: str) -> CronTrigger:
    try:
        return CronTrigger.from_crontab(cron, timezone=UTC)
    except ValueError as e:
        raise TimetableError(f"[report] cron of the city file, {cron!r}: {e}") from e
