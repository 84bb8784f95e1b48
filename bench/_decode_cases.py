"""The decoders that are measured: each with what parses the same bytes by its library alone, and an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cbor2
import orjson
from google.transit import gtfs_realtime_pb2 as gtfs
from lxml import etree

from bench import _answers_json as json
from bench import _answers_xml as xml
from data_sources.standards import cap, datex2, gtfs_realtime, ngsi_ld, open311, senml, sensorthings
from data_sources.standards.dialect import Decode

Plain = Callable[[bytes], Any]


@dataclass(frozen=True)
class Case:
    """`plain` gives a tree of dictionaries, elements or messages, which the library named `by` makes."""

    name: str
    decode: Decode
    by: str
    plain: Plain
    answer: Callable[[], bytes]


def _protobuf(raw: bytes) -> Any:
    feed = gtfs.FeedMessage()
    feed.ParseFromString(raw)
    return feed


CASES = (
    Case("NGSI-LD", ngsi_ld.decode, "orjson", orjson.loads, json.ngsi),
    Case("SensorThings", sensorthings.decode, "orjson", orjson.loads, json.sensorthings),
    Case("Open311 JSON", open311.decode, "orjson", orjson.loads, json.requests),
    Case("Open311 XML", open311.decode, "lxml", etree.fromstring, xml.requests),
    Case("SenML JSON", senml.decode, "orjson", orjson.loads, json.senml_json),
    Case("SenML CBOR", senml.decode, "cbor2", cbor2.loads, json.senml_cbor),
    Case("CAP", cap.decode, "lxml", etree.fromstring, xml.cap),
    Case("DATEX II measured", datex2.decode, "lxml", etree.fromstring, xml.measured),
    Case("DATEX II situations", datex2.decode, "lxml", etree.fromstring, xml.situations),
    Case("GTFS-Realtime", gtfs_realtime.decode, "protobuf", _protobuf, json.vehicles),
)
