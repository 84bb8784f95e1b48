"""A GeoReport v2 server's requests, by windows of dates: the standard pages by nothing else.

What happens to a request later changes its status and not its date, so each poll reads the last `again` days anew;
servers that know the parameter are asked for what was `updated` since instead.
"""

from collections.abc import Generator, Iterator, Sequence
from datetime import datetime, timedelta

from data_sources.engine.contract import Answer, DataSource, Link, SourceError, Talk
from data_sources.engine.declared import Declared, Span
from data_sources.engine.http import Request
from data_sources.engine.means import Means
from data_sources.standards import open311
from data_sources.transports.asking import Asking, next_pages
from data_sources.transports.feed import Feed, Options, decoding
from data_sources.transports.newest import in_json, in_xml, newest, text_of

ACCEPT = ("application/json", "application/xml", "text/xml")
SHORTEST = timedelta(minutes=1)
_ID = b"service_request_id"
Window = tuple[datetime, datetime]


class Reported(Options):
    """`limit` is how many requests the server gives at the most (1,000 by the standard): a window with as many is
    halved and read again. `window` is the longest that is asked for at once, `updated` the server's parameter for what
    changed since, such as `updated_after`. At most `pages` are read in one poll."""

    limit: int = 1000
    window: Span = timedelta(days=30)
    again: Span = timedelta(days=90)
    updated: str = ""
    overlap: Span = timedelta(hours=1)
    pages: int = 1000


class Reports(Feed):
    """`url` is that of the requests, such as `https://example.org/open311/v2/requests.json`."""

    def __init__(self, declared: Declared, means: Means) -> None:
        super().__init__(declared, means, decoding(declared, open311.decode))
        self.options = declared.options_as(Reported)
        self._asking = Asking(declared, ACCEPT)

    def fetch(self, now: datetime) -> Talk:
        if self.options.updated and "newest" in self.place():
            since = self.since(now) - self.options.overlap
            yield from self._pages(self._asking.first({self.options.updated: text_of(since)}), [0])
            return
        left, read = list(_windows(now - self.options.again, now, self.options.window)), [0]
        while left:
            begin, end = left.pop()
            request = self._asking.first({"start_date": text_of(begin), "end_date": text_of(end)})
            full = yield from self._pages(request, read)
            if full and end - begin > SHORTEST:
                middle = begin + (end - begin) / 2
                left += [(begin, middle), (middle, end)]

    def _pages(self, request: Request, read: list[int]) -> Generator[Answer, Sequence[Link], bool]:
        """One window, with the pages that the server may link; was its answer cut at the limit?"""
        todo, full = [request], False
        while todo:
            read[0] += 1
            if read[0] > self.options.pages:
                raise SourceError(
                    f"more than {self.options.pages:,} pages in one poll; the feed's key pages allows more"
                )
            answer = self.means.door.get(todo.pop())
            links = yield answer
            further = [self._asking.at(href) for href in next_pages(answer, links)]
            full = full or (not further and _requests(answer.body) >= self.options.limit)
            todo += further
        return full

    def stored(self, answer: Answer) -> None:
        if self.options.updated:
            zone = self.declared.dialect.zone
            found = [newest(answer, p, zone) for p in (in_json("updated_datetime"), in_xml("updated_datetime"))]
            self.advance(max((f for f in found if f), default=None))


def _windows(begin: datetime, end: datetime, longest: timedelta) -> Iterator[Window]:
    """The newest last: it is read first."""
    while begin < end:
        yield begin, min(begin + longest, end)
        begin += longest


def _requests(body: bytes) -> int:
    """How many the answer holds; an XML element has two tags."""
    found = body.count(_ID)
    return found // 2 if body.count(b"</" + _ID) else found


def build(declared: Declared, means: Means) -> DataSource:
    return Reports(declared, means)


STANDARDS = {"open311": build}
