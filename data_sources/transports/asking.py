"""What a feed asks for by HTTP, and how it goes from page to page."""

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from data_sources.engine.contract import Answer, Link, SourceError, Talk
from data_sources.engine.declared import Declared
from data_sources.engine.http import Request

NOT_MODIFIED = 304
_LINK = re.compile(r'<([^>]{1,4000})>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]{0,400}"|[^",;\s]{0,400}))*)')
_REL = re.compile(r'rel\s*=\s*(?:"([^"]*)"|([^",;\s]*))', re.I)


@dataclass(frozen=True, slots=True)
class Asking:
    """A feed's requests: its headers, parameters and secret go with what its city file names, never to another host.

    `accept` holds the media types that are of use.
    """

    declared: Declared
    accept: tuple[str, ...] = ()

    def first(self, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Request:
        """What the city file names, with these parameters; those of the city file win."""
        return self._request(self.declared.url, {**(params or {}), **self.declared.params}, headers)

    def under(self, path: str, params: Mapping[str, str]) -> Request:
        """A collection below the address that the city file names."""
        return self._request(f"{self.declared.url.rstrip('/')}/{path}", {**params, **self.declared.params})

    def at(self, href: str) -> Request:
        """Where a link leads: it carries its own parameters."""
        return self._request(href, {})

    def _request(self, url: str, params: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Request:
        with_ours = {**self.declared.headers, **(headers or {})}
        return self.declared.request(url, params=params, headers=with_ours, accept=self.accept)


def follow(
    get: Callable[[Request], Answer],
    first: Sequence[Request],
    at: Callable[[str], Request],
    most: int,
    more: Callable[[Answer, Request, Sequence[Link]], Iterator[Request]] | None = None,
) -> Talk:
    """Every page that these requests and the links `next` in what they bring lead to, each once.

    `more` may name pages that no link names. Raises SourceError after `most` pages: what they held is in by then, and
    the feed says that it is not whole.
    """
    todo, asked = deque(first), 0
    seen = {r.url for r in first if not r.params}
    while todo:
        asked += 1
        if asked > most:
            raise SourceError(f"more than {most:,} pages in one poll; the feed's key pages says how many are read")
        request = todo.popleft()
        answer = get(request)
        if answer.status == NOT_MODIFIED:
            continue
        links = yield answer
        for href in next_pages(answer, links):
            if href not in seen:
                seen.add(href)
                todo.append(at(href))
        if more is not None:
            todo.extend(more(answer, request, links))


def next_pages(answer: Answer, links: Sequence[Link]) -> Iterator[str]:
    """Addresses of the pages after this one: of its body's links, and of its header `Link` (RFC 8288)."""
    hrefs = [link.href for link in links if link.rel == "next"]
    for href, parameters in _LINK.findall(answer.headers.get("link", "")[:16_000]):
        rel = _REL.search(parameters)
        if rel and "next" in (rel[1] or rel[2] or "").lower().split():
            hrefs.append(href)
    yield from dict.fromkeys(urljoin(answer.url, href) for href in hrefs)
