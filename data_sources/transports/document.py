"""A document at an address that always holds the newest state: GTFS-Realtime, DATEX II, SenML."""

from datetime import datetime

from data_sources.engine.contract import Answer, DataSource, Talk
from data_sources.engine.declared import Declared
from data_sources.engine.means import Build, Means
from data_sources.standards import datex2, gtfs_realtime, senml
from data_sources.standards.dialect import Decode
from data_sources.transports.asking import NOT_MODIFIED, Asking
from data_sources.transports.feed import Feed, Options, decoding
from data_sources.transports.mqtt import is_broker, subscribed
from data_sources.transports.validators import conditions, is_known, marks

XML = ("application/xml", "text/xml")
PROTOBUF = ("application/x-protobuf", "application/protobuf", "application/x-google-protobuf", "application/json")
SENML = ("application/senml+json", "application/senml+xml", "application/senml+cbor", "application/json")


class Document(Feed):
    """Read whole; what is as last time is not decoded again, save SenML: its times may count from the receipt."""

    def __init__(
        self, declared: Declared, means: Means, decode: Decode, accept: tuple[str, ...], *, once: bool
    ) -> None:
        super().__init__(declared, means, decoding(declared, decode))
        declared.options_as(Options)
        self._asking, self._once = Asking(declared, accept), once

    def fetch(self, now: datetime) -> Talk:
        kept = self.place() if self._once else {}
        answer = self.means.door.get(self._asking.first(headers=conditions(kept)))
        if answer.status != NOT_MODIFIED and not is_known(answer, kept):
            yield answer

    def stored(self, answer: Answer) -> None:
        if self._once:
            self.means.cursor.save(marks(answer))


def _of(decode: Decode, accept: tuple[str, ...], *, once: bool = True) -> Build:
    def build(declared: Declared, means: Means) -> DataSource:
        if is_broker(declared.url):
            return subscribed(declared, means, decode)
        return Document(declared, means, decode, accept, once=once)

    return build


STANDARDS = {
    "gtfs_realtime": _of(gtfs_realtime.decode, PROTOBUF),
    "datex2": _of(datex2.decode, (*XML, "application/json")),
    "senml": _of(senml.decode, SENML, once=False),
}
