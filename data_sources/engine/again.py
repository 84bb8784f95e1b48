"""Rows that were refused, read once more by the source they came from, or by whatever reads them now."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from city.batch import TIMES
from data_sources.engine.contract import (
    Answer,
    DataSource,
    Found,
    Link,
    Patch,
    Record,
    Rejected,
    Row,
    SourceError,
    SourceInfo,
    Talk,
)

MOST = 1 << 40
Parse = Callable[[Answer], Iterable[Found]]


@dataclass(frozen=True, slots=True)
class Again(DataSource):
    """A source of refused rows: each `content` with when it came first. Refused again, it is told by its content."""

    card: SourceInfo
    read: Parse
    contents: Sequence[tuple[str, datetime]]

    @property
    def info(self) -> SourceInfo:
        return replace(self.card, max_rows=MOST)

    def fetch(self, now: datetime) -> Talk:
        yield Answer(b"", now)

    def parse(self, answer: Answer) -> Iterator[Record]:
        for content, at in self.contents:
            yield from _read(content, Answer(content.encode(), at), self.read)


def _read(content: str, answer: Answer, read: Parse) -> Iterator[Record]:
    try:
        found = _ours(content) or [f for f in read(answer) if not isinstance(f, Link)]
    except SourceError as e:
        found = [Rejected(content, str(e))]
    if not found:
        yield Rejected(content, "nothing is read from it any more")
    for record in found:
        if isinstance(record, Rejected):
            yield Rejected(content, record.reason)
        else:
            record.origin = partial(str, content)
            yield record


def _ours(content: str) -> list[Record]:
    """A row that the border wrote in our own words, since nobody kept how it came; none when it is theirs."""
    if not content.startswith(('{"row_of":', '{"patch_of":')):
        return []
    try:
        told = json.loads(content)  # as it was written: NaN too
        values = {n: _value(n, v) for n, v in told["values"].items()}
    except (ValueError, LookupError, AttributeError, TypeError):
        return []
    return [Row(told["row_of"], values) if "row_of" in told else Patch(told["patch_of"], values)]


def _value(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in TIMES and isinstance(value, str) else value
