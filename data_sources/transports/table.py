"""Tables by a mapping: over HTTP, as files beside us, or a row a message. CSV, JSON, JSON Lines, GeoJSON, Parquet.

The mapping is that of `ioc load`. Over HTTP further pages are followed where GeoJSON's `links` or a header name them.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from data_sources.engine.contract import Answer, DataSource, Found, Link, SourceError, Talk
from data_sources.engine.declared import Declared
from data_sources.engine.http import Request
from data_sources.engine.means import Means, Tabulate
from data_sources.standards.json_payload import load
from data_sources.transports.asking import NOT_MODIFIED, Asking, follow
from data_sources.transports.feed import Feed, Options
from data_sources.transports.files import Files, Lying, is_file
from data_sources.transports.mqtt import BATCH, Messages, Subscribed, is_broker, unpacked
from data_sources.transports.validators import conditions, is_known, marks

ACCEPT = "application/geo+json, application/json, text/csv, */*;q=0.5"
"""What is liked best of a server that can give several; whatever comes is read by what it holds."""


class Mapped(Options):
    """`mapping` is a table of the city file, or the name of a TOML file beside it."""

    mapping: str | dict[str, Any]


class Downloaded(Mapped):
    """`rows` is where the list of rows lies in a JSON answer, such as `result.records`; at most `pages` are read."""

    rows: str = ""
    pages: int = 200


class Filed(Mapped, Lying):
    """A table in files."""


class Published(Mapped, Subscribed):
    """A message is a JSON object, a list of them, or a bare value (as `payload`). Columns beside theirs: `topic`,
    `topic_1`, `topic_2` … for its parts, and `received_at`."""


class Download(Feed):
    """What is as it was last time is not read again, as long as it comes in one page."""

    def __init__(self, declared: Declared, means: Means, tabulate: Tabulate, told: Downloaded) -> None:
        super().__init__(declared, means, lambda answer: _page(answer, tabulate, told.rows))
        self._asking, self._told, self._pages = Asking(declared), told, 0

    def fetch(self, now: datetime) -> Talk:
        kept, self._pages = self.place(), 0
        first = self._asking.first(headers={"accept": ACCEPT, **conditions(kept)})

        def get(request: Request) -> Answer:
            self._pages += 1
            answer = self.means.door.get(request)
            same = request is first and is_known(answer, kept)
            return replace(answer, status=NOT_MODIFIED) if same else answer

        return follow(get, [first], self._at, self._told.pages)

    def _at(self, href: str) -> Request:
        return replace(self._asking.at(href), headers={"accept": ACCEPT, **self.declared.headers})

    def stored(self, answer: Answer) -> None:
        self.means.cursor.save(marks(answer) if self._pages == 1 else {})


def _page(answer: Answer, tabulate: Tabulate, rows: str) -> Iterable[Found]:
    """The rows of a page, and the next one as OGC API Features names it: in the collection's `links`."""
    body = answer.body.lstrip()
    if not body.startswith(b"{") or not (rows or b'"links"' in body):
        yield from tabulate(answer)
        return
    try:
        found = load(body)
    except SourceError:
        if rows:
            raise
        found = {}  # JSON Lines, or a mistake that the reader words
    for link in found.get("links", ()) if isinstance(found.get("links"), list) else ():
        if isinstance(link, dict) and link.get("rel") == "next" and isinstance(href := link.get("href"), str):
            yield Link("next", href)
    inner = _inside(found, rows) if rows else None
    yield from tabulate(answer if inner is None else replace(answer, body=orjson.dumps(inner)))


def _inside(found: Any, path: str) -> Any:
    """The list at the end of a path; None where the answer is a refused row, alone."""
    whole = found
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    if isinstance(found, list):
        return found
    if found is not None or path.partition(".")[0] in whole:
        raise SourceError(f"what lies at {path} is no list of rows")
    return None


def _lines(answer: Answer, tabulate: Tabulate) -> Iterable[Found]:
    """Messages as JSON Lines, each with its topic."""
    if answer.content_type != BATCH:
        return tabulate(answer)
    rows = [row for topic, at, payload in unpacked(answer) for row in _rows(topic, at, payload)]
    return tabulate(replace(answer, body=b"\n".join(map(orjson.dumps, rows))))


def _rows(topic: str, at: datetime, payload: bytes) -> list[dict[str, Any]]:
    about = {"topic": topic, "received_at": at} | {f"topic_{i}": p for i, p in enumerate(topic.split("/"), 1)}
    try:
        found = orjson.loads(payload)
    except orjson.JSONDecodeError:
        found = payload.decode("utf-8", "replace")
    listed = found if isinstance(found, list) else [found]
    return [{**about, **(item if isinstance(item, dict) else {"payload": item})} for item in listed]


def build(declared: Declared, means: Means) -> DataSource:
    model = Published if is_broker(declared.url) else Filed if is_file(declared.url) else Downloaded
    told = declared.options_as(model)
    tabulate = tabulator(declared, means, told.mapping)
    if isinstance(told, Published):
        return Messages(declared, means, lambda answer: _lines(answer, tabulate), told)
    if isinstance(told, Filed):
        return Files(declared, means, tabulate, told)
    assert isinstance(told, Downloaded)
    return Download(declared, means, tabulate, told)


def tabulator(declared: Declared, means: Means, mapping: str | dict[str, Any]) -> Tabulate:
    """Raises DeclaredError."""
    if means.tables is None:
        raise declared.wrong("standard", "tables are not read by this program")
    try:
        return means.tables(mapping if isinstance(mapping, dict) else means.beside / mapping)
    except ValueError as e:
        raise declared.wrong("mapping", "; ".join(str(e).splitlines())) from e


STANDARDS = {"table": build}
