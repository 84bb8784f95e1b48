"""A SensorThings service: its Things now and then, and at every poll the Observations since the newest one known."""

from datetime import datetime, timedelta

from data_sources.engine.contract import Answer, DataSource, Talk
from data_sources.engine.declared import Declared, Span
from data_sources.engine.means import Means
from data_sources.standards import sensorthings
from data_sources.transports.asking import Asking, follow
from data_sources.transports.feed import Feed, Options, decoding
from data_sources.transports.newest import in_json, newest, text_of

ACCEPT = ("application/json",)
THINGS = {"$expand": "Locations,Datastreams($expand=ObservedProperty)"}
WHOLE = "Datastream($expand=Thing,ObservedProperty)"
TIME = in_json("phenomenonTime")


class Served(Options):
    """`top` entities a page, at most `pages` in one poll. `since` is how far back the first poll reads, `overlap` how
    far behind the newest time each reads again, for sensors that report late; `things` how often Things are read.
    `filter` is OData, added to ours."""

    top: int = 500
    pages: int = 1000
    since: Span = timedelta(days=1)
    overlap: Span = timedelta(hours=1)
    things: Span = timedelta(hours=6)
    filter: str = ""


class Service(Feed):
    """`url` is the service's root, such as `https://example.org/v1.1`."""

    def __init__(self, declared: Declared, means: Means) -> None:
        super().__init__(declared, means, decoding(declared, sensorthings.decode))
        self.options = declared.options_as(Served)
        self._asking = Asking(declared, ACCEPT)

    def fetch(self, now: datetime) -> Talk:
        asked = [self._asking.under("Observations", self._observations(now))]
        if self._things_due(now):
            asked.insert(0, self._asking.under("Things", {**THINGS, "$top": str(self.options.top)}))
        return follow(self.means.door.get, asked, self._asking.at, self.options.pages)

    def _things_due(self, now: datetime) -> bool:
        kept = self.place().get("things")
        return not isinstance(kept, str) or datetime.fromisoformat(kept) + self.options.things <= now

    def _observations(self, now: datetime) -> dict[str, str]:
        """In the order of their times, so that a poll that breaks off goes on where it broke off."""
        since = self.since(now - self.options.since) - self.options.overlap
        mine = f"phenomenonTime gt {text_of(since)}"
        return {
            "$filter": f"({self.options.filter}) and {mine}" if self.options.filter else mine,
            "$expand": WHOLE,
            "$orderby": "phenomenonTime asc",
            "$top": str(self.options.top),
        }

    def stored(self, answer: Answer) -> None:
        if "/Observations" in answer.url:
            self.advance(newest(answer, TIME, self.declared.dialect.zone))
        elif "/Things" in answer.url:
            self.means.cursor.save({**self.place(), "things": answer.received_at.isoformat()})


def build(declared: Declared, means: Means) -> DataSource:
    return Service(declared, means)


STANDARDS = {"sensorthings": build}
