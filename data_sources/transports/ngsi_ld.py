"""An NGSI-LD (or NGSI-v2) broker's entities, page by page; all of them, or those changed since the last poll.

A broker holds the newest state of each entity, so that by default all are read: what is as it was costs no row.
`delta` names the time by which only what changed is asked for: `modifiedAt` in NGSI-LD, `dateModified` in NGSI-v2.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from data_sources.engine.contract import Answer, DataSource, Link, Talk
from data_sources.engine.declared import Declared, Span
from data_sources.engine.http import Request
from data_sources.engine.means import Means
from data_sources.standards import ngsi_ld
from data_sources.standards.json_payload import load
from data_sources.transports.asking import Asking, follow, next_pages
from data_sources.transports.feed import Feed, Options, decoding
from data_sources.transports.newest import in_json, newest, text_of

ACCEPT = ("application/ld+json", "application/json", "application/geo+json")
COUNTS = ("ngsild-results-count", "fiware-total-count")


class Brokered(Options):
    """`limit` entities a page, at most `pages` in one poll. `overlap` is how far behind what is known is read again."""

    limit: int = 500
    pages: int = 1000
    delta: Literal["", "modifiedAt", "dateModified"] = ""
    overlap: Span = timedelta(minutes=5)


class Broker(Feed):
    def __init__(self, declared: Declared, means: Means) -> None:
        super().__init__(declared, means, decoding(declared, ngsi_ld.decode))
        self.options = declared.options_as(Brokered)
        self._asking = Asking(declared, ACCEPT)

    def fetch(self, now: datetime) -> Talk:
        params = {"limit": str(self.options.limit), **self._only_new(now)}
        first = self._asking.first(params)
        return follow(self.means.door.get, [first], self._asking.at, self.options.pages, self._after)

    def _only_new(self, now: datetime) -> Mapping[str, str]:
        delta = self.options.delta
        if delta == "dateModified":
            told = {"options": "count", "attrs": "dateModified,*"}
        else:
            told = {"count": "true", **({"options": "sysAttrs"} if delta else {})}
        if not delta or "newest" not in self.place():
            return told
        since = text_of(self.since(now) - self.options.overlap)
        mine = f"{delta}>{since}" if delta == "dateModified" else f'{delta}>"{since}"'
        asked = self.declared.params.get("q")
        return {**told, "q": f"{asked};{mine}" if asked else mine}

    def _after(self, answer: Answer, request: Request, links: Sequence[Link]) -> Iterator[Request]:
        """The next page by its number, where the broker names none: until its count, or a page that is not full."""
        if any(True for _ in next_pages(answer, links)) or "limit" not in request.params:
            return
        limit, offset = int(request.params["limit"]), int(request.params.get("offset", "0"))
        total = next((int(c) for n in COUNTS if (c := answer.headers.get(n, "")).isdecimal()), None)
        full = offset + limit < total if total is not None else _entities(answer.body) >= limit
        if full:
            yield replace(request, params={**request.params, "offset": str(offset + limit)})

    def stored(self, answer: Answer) -> None:
        if self.options.delta:
            self.advance(newest(answer, in_json(self.options.delta), self.declared.dialect.zone))


def _entities(body: bytes) -> int:
    """How many the page holds; it was parsed already, as leniently, so it can be."""
    found = load(body)
    return len(found) if isinstance(found, list) else 0


def build(declared: Declared, means: Means) -> DataSource:
    return Broker(declared, means)


STANDARDS = {"ngsi_ld": build}
