"""The demo city in time: everything that is written about it between two moments, a pure function of the seed."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import numpy as np

from city.places import Places
from data_sources.demo import cases, former_years, hospitals, incidents, sensors, tickets
from data_sources.demo.arrivals import World
from data_sources.demo.frame import Frame
from data_sources.demo.lives import Lives, all_of
from data_sources.demo.observations import Span, observations
from data_sources.demo.story import Story
from data_sources.demo.weather import ZONE, Weather

SEED = 2025
WRITTEN_LATE = timedelta(days=9)  # longest after the end of a life that anything of it is still written
FINE_DAYS = 8  # before them a past holds fewer readings of traffic and streets
REPORTS = timedelta(minutes=12)  # the main gauge's interval, and what a reading takes
KEPT_DAYS = 400
GROUP_DAYS = 28  # lives of so many days are written together
STREAMS: tuple[tuple[Callable[[World, date], Lives], int], ...] = (
    (tickets.tickets, tickets.LONGEST_DAYS),
    (incidents.incidents, incidents.LONGEST_DAYS),
    (cases.cases, cases.LONGEST_DAYS),
)


@dataclass(frozen=True)
class Simulation:
    """One demo city. The same seed, story and places give the same rows, in any process and in any order asked for."""

    places: Places
    seed: int = SEED
    story: Story | None = None
    _lives: dict[tuple[int, date], Lives] = field(default_factory=dict, repr=False, compare=False)
    _recent: dict[int, tuple[date, Lives]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def world(self) -> World:
        return World(Weather(self.seed, self.story), self.places)

    @cached_property
    def sensors(self) -> list[sensors.Sensor]:
        return [*sensors.catalogue(self.places), *hospitals.sensors(self.places)]

    def changes(self, since: datetime, until: datetime) -> Iterator[Frame]:
        """Every version recorded in (since, until], both to the whole second."""
        yield self._observed(since, until)
        for stream in range(len(STREAMS)):
            yield self._alive(stream, local_day(until)).versions(moment(since), moment(until))

    def past(self, begin: datetime, end: datetime, settled: datetime | None = None) -> Iterator[Frame]:
        """Readings observed in (begin, end], and lives that were not over at `begin`, as far as recorded by `end`.

        With `settled`, what began by `end` goes on until then, so that a past that nothing follows leaves nothing open.
        """
        for day in _mornings(begin, end):
            night = min(day + timedelta(days=1), end)
            yield self._observed(day, night, recorded_by=seconds(end), coarse=day < end - timedelta(days=FINE_DAYS))
        for stream in range(len(STREAMS)):
            for days in self._groups(stream, begin, end):
                lives = all_of([self._of_day(stream, day) for day in days])
                chosen = (lives.first <= moment(end)) & (lives.last > moment(begin))
                yield lives.only(chosen).versions(np.datetime64(0, "us"), moment(settled or end))

    def former_years(self, end: datetime) -> Iterator[Frame]:
        """What the archives tell of the same season of the years before."""
        yield former_years.weeks(self.world, self.sensors, end)
        yield former_years.crashes(self.world, end)

    def settling(self, since: datetime, until: datetime) -> Iterator[Frame]:
        """What became by `until` of all that was open when the main gauge's last reading came, at `since`."""
        for stream in range(len(STREAMS)):
            lives = self._alive(stream, local_day(since + REPORTS))
            yield lives.only(lives.first <= moment(since + REPORTS)).versions(moment(since), moment(until)).last()

    def steps(self, begin: datetime, end: datetime) -> int:
        """How many frames `past` gives."""
        groups = (len(self._groups(stream, begin, end)) for stream in range(len(STREAMS)))
        return len(_mornings(begin, end)) + sum(groups)

    def _groups(self, stream: int, begin: datetime, end: datetime) -> list[list[date]]:
        """The days whose rows are in a past: those before it may still have been open then."""
        longest = timedelta(days=STREAMS[stream][1])
        days = _days(local_day(begin - WRITTEN_LATE) - longest, local_day(end))
        return [days[i : i + GROUP_DAYS] for i in range(0, len(days), GROUP_DAYS)]

    def standing(self, at: datetime, **of_main: str) -> Frame:
        """The sensors themselves, as written at a moment; `of_main` are attributes of the main gauge's."""
        columns = sensors.rows(self.sensors)
        for i in np.flatnonzero(columns["sensor_id"] == sensors.MAIN_GAUGE).tolist():
            columns["attributes"][i] = {**columns["attributes"][i], **of_main}
        count = len(self.sensors)
        zero = np.zeros(count, dtype=np.int64)
        return Frame("sensor", columns, np.full(count, moment(at)), np.arange(count), zero)

    def _observed(
        self, since: datetime, until: datetime, recorded_by: int | None = None, coarse: bool = False
    ) -> Frame:
        span = Span(seconds(since), seconds(until), recorded_by, coarse)
        return observations(self.world.weather, self.sensors, span)

    def _of_day(self, stream: int, day: date) -> Lives:
        """One day's lives; the last few hundred made are kept, since a past and what follows it share most."""
        if (stream, day) not in self._lives:
            while len(self._lives) >= KEPT_DAYS:
                del self._lives[next(iter(self._lives))]
            self._lives[stream, day] = STREAMS[stream][0](self.world, day)
        return self._lives[stream, day]

    def _alive(self, stream: int, today: date) -> Lives:
        """Whatever may still change: made once a day."""
        kept = self._recent.get(stream)
        if kept and kept[0] == today:
            return kept[1]
        first = today - WRITTEN_LATE - timedelta(days=STREAMS[stream][1])
        self._recent[stream] = (today, all_of([self._of_day(stream, day) for day in _days(first, today)]))
        return self._recent[stream][1]


def _mornings(begin: datetime, end: datetime) -> list[datetime]:
    count = math.ceil((end - begin) / timedelta(days=1))
    return [begin + timedelta(days=n) for n in range(count)]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def seconds(at: datetime) -> int:
    return int(at.timestamp())


def local_day(at: datetime) -> date:
    return (at.astimezone(UTC) + timedelta(hours=ZONE)).date()


def moment(at: datetime) -> np.datetime64:
    return np.datetime64(at.astimezone(UTC).replace(tzinfo=None, microsecond=0), "us")
