"""An answer that should be XML: its records one by one, in bounded time and memory, or refused as a whole.

libxml2 itself refuses nesting beyond 256 and names beyond 50,000 characters. What is added here: no DTD at all (so no
entities of any kind), no very long token, and memory that hangs on the largest record and not on the answer.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from itertools import pairwise
from typing import cast

from lxml import etree

from data_sources.engine.contract import SourceError
from data_sources.standards.found import Found
from data_sources.standards.rows import MOST_SHOWN, each, shown

Element = etree._Element
CHUNK = 1 << 18
MOST_BYTES = 512 << 20
MOST_TOKEN = 1 << 20  # at least this long without a "<" is refused, at most twice as long is read
MOST_TAGS = 1_000_000  # of one record, or before the next one
UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.S)


def local(element: Element) -> str:
    """A tag without its namespace."""
    return bare(element.tag)


@lru_cache(maxsize=4096)
def bare(name: object) -> str:
    """A name without its namespace."""
    return str(name).rpartition("}")[2]


def as_text(element: Element) -> str:
    """A refused record as XML that can be read again."""
    return etree.tostring(element, encoding="unicode", with_tail=False)[:MOST_SHOWN]


class Originals:
    """The records of an answer as text, for those that are refused once their element was let go.

    Nearly all are taken, so nothing is written until one is asked for; then all are read once more.
    """

    def __init__(self, raw: bytes, roots: frozenset[str], tags: frozenset[str]) -> None:
        self._raw, self._roots, self._tags = raw, roots, tags
        self._written: list[str] = []

    def each(self, read: Callable[[Element], Iterable[Found]]) -> Iterator[list[Found]]:
        """What each record gives, in their order. Raises as `records` does."""
        for i, element in enumerate(records(self._raw, self._roots, self._tags)):
            yield each([element], read, as_text, partial(self._text, i))

    def _text(self, i: int) -> str:
        if not self._written:
            self._written = [as_text(e) for e in records(self._raw, self._roots, self._tags)]
        return self._written[i]


def records(raw: bytes, roots: frozenset[str], tags: frozenset[str]) -> Iterator[Element]:
    """The outermost elements named `tags` (local names) of a document whose root is one of `roots`.

    An element is cleared once the next is asked for. Raises SourceError, possibly after some records: collect first.
    """
    raw = _checked(raw)
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=[f"{{*}}{t}" for t in sorted(roots | tags)],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        yield from _Reader(parser, tags).read(raw)
        root = parser.close()
    except etree.XMLSyntaxError as e:
        raise SourceError(f"not whole XML: {shown(e.msg or 'no reason given')}") from e
    if local(root) not in roots:
        raise SourceError(f"another document: its root is {shown(str(root.tag))}")


class _Reader:
    """Feeds a parser piece by piece and lets go of what was read."""

    def __init__(self, parser: "etree.XMLPullParser", tags: frozenset[str]) -> None:
        self.parser, self.tags = parser, tags
        self.root: Element | None = None
        self.open = 0
        self.tags_since = 0

    def read(self, raw: bytes) -> Iterator[Element]:
        for start, end in pairwise([*range(0, len(raw), CHUNK), len(raw)]):
            self.parser.feed(raw[start:end])
            self.tags_since += raw.count(b"<", start, end)
            yield from self._finished()
            if self.tags_since > MOST_TAGS:
                raise SourceError(f"more than {MOST_TAGS:,} tags of one record, or without a record")
            if not self.open:
                self._let_go()

    def _finished(self) -> Iterator[Element]:
        events = cast("Iterator[tuple[str, Element]]", self.parser.read_events())  # start and end: no other kinds
        for event, found in events:
            if self.root is None:
                self.root = found.getroottree().getroot()
            if local(found) not in self.tags:
                continue
            self.open += 1 if event == "start" else -1
            if event == "end" and self.open == 0:
                yield found
                found.clear()
                self.tags_since = 0

    def _let_go(self) -> None:
        """Everything is done with, except the elements that are still open: the last of each level."""
        node = self.root
        while node is not None and len(node):
            del node[:-1]
            node = node[0]


def _checked(raw: bytes) -> bytes:
    if len(raw) > MOST_BYTES:
        raise SourceError(f"an answer of {len(raw):,} bytes; at most {MOST_BYTES:,} are read")
    if raw[:2] in UTF16:
        raw = _as_utf8(raw)
    prolog = _PROLOG.match(raw)
    head = raw[prolog.end() : prolog.end() + 100] if prolog else b""
    if re.match(rb"<(!doctype\s+)?html", head, re.I):
        raise SourceError("an HTML page where XML belongs")
    if head.startswith(b"<!"):
        raise SourceError("a document type declaration: entities are not read from feeds")
    if not head.startswith(b"<"):
        raise SourceError(f"not XML: {shown(head.decode('utf-8', 'replace')) or 'an empty answer'}")
    for start in range(0, len(raw) - MOST_TOKEN, MOST_TOKEN):
        if raw.find(b"<", start, start + MOST_TOKEN) < 0:
            raise SourceError(f"a text or attribute of more than {MOST_TOKEN:,} bytes")
    return raw


def _as_utf8(raw: bytes) -> bytes:
    try:
        written = raw.decode("utf-16")
    except UnicodeDecodeError as e:
        raise SourceError(f"not UTF-16: {e.reason}") from e
    return re.sub(r"\A\s*<\?xml[^>]*\?>", "", written, count=1).encode()
