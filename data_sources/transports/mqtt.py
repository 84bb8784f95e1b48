"""A broker's messages as a feed: any standard whose address is `mqtt://` or `mqtts://`, and tables of JSON messages."""

import base64
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

import orjson
from pydantic import Field

from data_sources.engine.contract import Answer, DataSource, Found, Rejected, SourceError, Talk
from data_sources.engine.declared import Declared, Span
from data_sources.engine.means import Means
from data_sources.standards.dialect import Decode
from data_sources.standards.rows import MOST_SHOWN
from data_sources.transports.feed import Feed, Options, Read, decoding
from data_sources.transports.mqtt_session import Address, Message, Session

PORTS = {"mqtt": 1883, "mqtts": 8883}
BATCH = "application/vnd.ioc.messages+json"
"""An answer that is several messages: a list of [topic, moment, text, base64 of what is no text]."""
MOST_MESSAGES, MOST_BYTES = 2_000, 8 << 20
PATIENCE = 10.0
"""Seconds for a connection to come about."""
QUIET = 0.3
"""Seconds without a message that end a poll."""
SHARE = 0.5
"""Of a poll's time: after it the rest waits for the next one."""


class Subscribed(Options):
    """`topics` may hold the wild cards + and #. `keep` is how long the broker holds messages while nobody reads;
    `client` is our name there: two installations that read one broker need two. `ca` is a file of certificates."""

    topics: list[str] = Field(min_length=1)
    qos: Literal[0, 1] = 1
    client: str = ""
    keep: Span = timedelta(days=7)
    most_message: int = 1 << 20
    ca: str | None = None


def is_broker(url: str) -> bool:
    return urlsplit(url).scheme in PORTS


def subscribed(declared: Declared, means: Means, decode: Decode) -> DataSource:
    """A feed whose messages are documents of a standard."""
    read = decoding(declared, decode)
    return Messages(declared, means, lambda answer: _each(answer, read), declared.options_as(Subscribed))


class Messages(Feed):
    """Messages are acknowledged when `stored`: what is in no commit comes again."""

    def __init__(self, declared: Declared, means: Means, read: Read, told: Subscribed) -> None:
        super().__init__(declared, means, read)
        if told.qos and declared.info.every > told.keep:
            raise declared.wrong("keep", "the broker would forget messages before they are asked for")
        self._told = told
        self._session: Session | None = None

    def fetch(self, now: datetime) -> Talk:
        began = time.monotonic()
        session = self._connected()
        session.give_back()
        session.wait_until_up(PATIENCE)
        while time.monotonic() - began < SHARE * self.info.timeout.total_seconds():
            batch, messages = session.take(MOST_MESSAGES, MOST_BYTES, QUIET)
            if not messages:
                break
            yield packed(messages, batch, self.info.url)
        session.wait_until_up(0)

    def stored(self, answer: Answer) -> None:
        if self._session and (batch := answer.headers.get("batch")):
            self._session.confirm(int(batch))

    def close(self) -> None:
        if self._session:
            self._session.close()
            self._session = None

    def _connected(self) -> Session:
        if self._session is None:
            told = self._told
            self._session = Session(
                self._address(),
                told.client or f"ioc-{self.info.key}",
                dict.fromkeys(told.topics, told.qos),
                told.keep,
                told.most_message,
                self.means.clock,
            )
            self._session.start()
        return self._session

    def _address(self) -> Address:
        url, auth = urlsplit(self.declared.url), self.declared.auth
        password = self.means.secrets(auth.secret) if auth else ""
        return Address(
            url.hostname or "", url.port or PORTS[url.scheme], url.scheme == "mqtts", auth.name if auth else "",
            password, self._told.ca,
        )  # fmt: skip


def packed(messages: list[Message], batch: int, url: str) -> Answer:
    """Several messages as one answer, so that they share a transaction."""
    body = orjson.dumps([[m.topic, m.received_at, *_written(m.payload)] for m in messages])
    return Answer(body, messages[-1].received_at, url, 200, {"content-type": BATCH, "batch": str(batch)})


def _written(payload: bytes) -> tuple[str | None, str | None]:
    try:
        return payload.decode(), None
    except UnicodeDecodeError:
        return None, base64.b64encode(payload).decode()


def unpacked(answer: Answer) -> list[tuple[str, datetime, bytes]]:
    """Topic, when it came, and payload of each message."""
    return [
        (topic, datetime.fromisoformat(at), text.encode() if text is not None else base64.b64decode(coded))
        for topic, at, text, coded in orjson.loads(answer.body)
    ]


def _each(answer: Answer, read: Callable[[Answer], Iterable[Found]]) -> Iterable[Found]:
    """Every message by itself: one that is of no use costs itself. What is no batch is a refused row, read again."""
    if answer.content_type != BATCH:
        return read(answer)
    out: list[Found] = []
    for topic, at, payload in unpacked(answer):
        try:
            out += read(Answer(payload, at, answer.url))
        except SourceError as e:
            shown = payload[:MOST_SHOWN].decode("utf-8", "replace")
            out.append(Rejected(shown or "(an empty message)", f"{topic}: {e}"))
    return out
