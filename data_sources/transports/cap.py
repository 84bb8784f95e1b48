"""Alerts of an authority: one document, or an index (Atom) and the alerts that it lists."""

from datetime import datetime, timedelta
from urllib.parse import urljoin

from data_sources.engine.contract import Answer, DataSource, SourceError, Talk
from data_sources.engine.declared import Declared, Span
from data_sources.engine.means import Means
from data_sources.standards import cap
from data_sources.transports.asking import NOT_MODIFIED, Asking
from data_sources.transports.feed import Feed, Options, decoding
from data_sources.transports.mqtt import is_broker, subscribed

ACCEPT = ("application/cap+xml", "application/atom+xml", "application/xml", "text/xml")


class Indexed(Options):
    """At most `alerts` of an index are read in one poll, the others in the next. One that is in already is read again
    after `again`, since some authorities change a document where it lies."""

    alerts: int = 200
    again: Span = timedelta(hours=1)


class Alerts(Feed):
    def __init__(self, declared: Declared, means: Means) -> None:
        super().__init__(declared, means, decoding(declared, cap.decode))
        self.options = declared.options_as(Indexed)
        self._asking = Asking(declared, ACCEPT)
        self._known: dict[str, str] = {}
        """Alerts of the index that are in, and when they were read."""
        self._listed: list[str] = []

    def fetch(self, now: datetime) -> Talk:
        answer = self.means.door.get(self._asking.first())
        if answer.status == NOT_MODIFIED:
            return
        links = yield answer
        self._listed = list(dict.fromkeys(urljoin(answer.url, link.href) for link in links if link.rel == "alert"))
        known = self.place().get("read")
        self._known = {
            href: at for href, at in (known if isinstance(known, dict) else {}).items() if href in self._listed
        }
        due = [href for href in self._listed if not self._is_in(href, now)]
        lost = []
        for href in due[: self.options.alerts]:
            try:
                alert = self.means.door.get(self._asking.at(href))
            except SourceError as e:  # one document that is gone must not hide the others
                lost.append(str(e))
                continue
            yield Answer(alert.body, alert.received_at, href, alert.status, alert.headers)
        if lost:
            raise SourceError(f"{len(lost)} alerts of the index can't be read: {lost[0]}")

    def _is_in(self, href: str, now: datetime) -> bool:
        at = self._known.get(href)
        return at is not None and datetime.fromisoformat(at) + self.options.again > now

    def stored(self, answer: Answer) -> None:
        if answer.url in self._listed:
            self._known[answer.url] = answer.received_at.isoformat()
            self.means.cursor.save({"read": self._known})


def build(declared: Declared, means: Means) -> DataSource:
    return subscribed(declared, means, cap.decode) if is_broker(declared.url) else Alerts(declared, means)


STANDARDS = {"cap": build}
