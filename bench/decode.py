"""From an answer's bytes to rows: each decoder on 50,000 records or more, beside its library's parse of the same bytes.

The library alone gives a tree of dictionaries, elements or messages; ours gives checked rows in the contract's units.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import cbor2
import orjson
from google.transit import gtfs_realtime_pb2 as gtfs
from lxml import etree

from bench.figure import Figure
from data_sources.engine.contract import Row
from data_sources.standards import cap, datex2, gtfs_realtime, ngsi_ld, open311, senml, sensorthings
from data_sources.standards.dialect import PLAIN, Decode

RECORDS = 50_000
ROUNDS = 3
AT = datetime(2026, 11, 23, tzinfo=UTC)
EPOCH = int(AT.timestamp())
Plain = Callable[[bytes], Any]


def measure() -> Iterator[Figure]:
    for name, decode, plain, make in CASES:
        yield _figure(name, decode, plain, make())


def _figure(name: str, decode: Decode, plain: Plain, raw: bytes) -> Figure:
    ours, alone = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        found = list(decode(raw, PLAIN, AT))
        took = time.perf_counter() - start
        rows = sum(isinstance(r, Row) for r in found)
        if rows < RECORDS or rows != len(found):
            raise RuntimeError(f"{name}: {rows} rows of {len(found)} records, {found[:1]}")
        ours.append(rows / took)
        del found
        start = time.perf_counter()
        parsed = plain(raw)
        alone.append(rows / (time.perf_counter() - start))
        del parsed
    megabytes = len(raw) / 1e6
    return Figure(
        f"decode {name}: {rows:,} rows of {megabytes:.1f} MB",
        "rows/s",
        ours,
        alone,
        f"{plain.__name__} alone",
        "as near to the parse as checking allows",
        higher_is_better=True,
    )


def _moment(i: int) -> str:
    return datetime.fromtimestamp(EPOCH - i % 86_400, UTC).isoformat()


def _ngsi() -> bytes:
    return orjson.dumps(
        [
            {
                "id": f"urn:ngsi-ld:AirQualityObserved:s{i}",
                "type": "AirQualityObserved",
                "dateObserved": {"type": "Property", "value": {"@type": "DateTime", "@value": _moment(i)}},
                "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [107.5, 16.4]}},
                "pm25": {"type": "Property", "value": 35.5, "unitCode": "GQ"},
                "co": {"type": "Property", "value": 0.4, "unitCode": "GP"},
                "temperature": {"type": "Property", "value": 25.5},
                "relativeHumidity": {"type": "Property", "value": 0.81},
            }
            for i in range(RECORDS)
        ]
    )


def _sensorthings() -> bytes:
    streams = [
        {
            "@iot.id": s,
            "unitOfMeasurement": {"symbol": "cm"},
            "ObservedProperty": {"name": "Water Level"},
            "Observations": [
                {"@iot.id": i, "phenomenonTime": _moment(i), "resultTime": None, "result": i % 300} for i in range(500)
            ],
        }
        for s in range(RECORDS // 500)
    ]
    return orjson.dumps({"value": streams})


def _requests() -> bytes:
    request = {
        "status": "closed",
        "service_name": "Street light out",
        "service_code": "006",
        "updated_datetime": "2026-11-23T06:37:38+07:00",
        "agency_responsible": "Lighting",
        "lat": 16.46,
        "long": 107.57,
        "description": "Dark since Monday",
    }
    return orjson.dumps(
        [request | {"service_request_id": str(i), "requested_datetime": _moment(i)} for i in range(RECORDS)]
    )


def _requests_xml() -> bytes:
    inside = "".join(
        f"<request><service_request_id>{i}</service_request_id><status>open</status>"
        "<service_name>Street light out</service_name><service_code>006</service_code><description>Dark</description>"
        f"<requested_datetime>{_moment(i)}</requested_datetime><lat>16.46</lat><long>107.57</long></request>"
        for i in range(RECORDS)
    )
    return f"<service_requests>{inside}</service_requests>".encode()


def _pack() -> list[dict[str, Any]]:
    base = {"bn": "urn:dev:mac:0024befffe804ff1/", "bt": EPOCH, "n": "temperature", "u": "Cel", "v": 29.5}
    return [base, *({"n": "temperature", "u": "Cel", "v": i % 40, "t": -i} for i in range(1, RECORDS))]


def _senml_cbor() -> bytes:
    labels = {"bn": -2, "bt": -3, "n": 0, "u": 1, "v": 2, "t": 6}
    return cbor2.dumps([{labels[k]: v for k, v in r.items()} for r in _pack()])


def _cap() -> bytes:
    inside = "".join(
        f"<alert><identifier>a{i}</identifier><sender>s@test</sender><sent>{_moment(i)}</sent><status>Actual</status>"
        "<msgType>Alert</msgType><scope>Public</scope><info><language>en-US</language><category>Met</category>"
        "<event>Flood</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>"
        "<headline>River rising</headline><area><areaDesc>Hue</areaDesc>"
        "<polygon>16.4,107.5 16.4,107.6 16.5,107.6 16.5,107.5 16.4,107.5</polygon></area></info></alert>"
        for i in range(RECORDS)
    )
    return f'<alerts xmlns="urn:oasis:names:tc:emergency:cap:1.2">{inside}</alerts>'.encode()


def _measured() -> bytes:
    inside = "".join(
        f'<siteMeasurements><measurementSiteReference id="s{i}" version="1"/>'
        f"<measurementTimeDefault>{_moment(i)}</measurementTimeDefault>"
        '<measuredValue index="0"><measuredValue><basicData xsi:type="TrafficFlow"><vehicleFlow>'
        "<vehicleFlowRate>1010</vehicleFlowRate></vehicleFlow></basicData></measuredValue></measuredValue>"
        '<measuredValue index="0"><measuredValue><basicData xsi:type="TrafficSpeed"><averageVehicleSpeed>'
        "<speed>52.0</speed></averageVehicleSpeed></basicData></measuredValue></measuredValue></siteMeasurements>"
        for i in range(RECORDS // 2)
    )
    space = 'xmlns="http://datex2.eu/schema/2/2_0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return f"<d2LogicalModel {space}><payloadPublication>{inside}</payloadPublication></d2LogicalModel>".encode()


def _situations() -> bytes:
    inside = "".join(
        f'<situation id="S{i}"><overallSeverity>high</overallSeverity><situationRecord xsi:type="Accident" id="R{i}" '
        'version="1"><situationRecordVersionTime>2026-11-23T00:00:00Z</situationRecordVersionTime><validity>'
        "<validityStatus>active</validityStatus><validityTimeSpecification>"
        f"<overallStartTime>{_moment(i)}</overallStartTime></validityTimeSpecification></validity>"
        "<groupOfLocations><pointByCoordinates><pointCoordinates><latitude>16.4</latitude><longitude>107.5</longitude>"
        "</pointCoordinates></pointByCoordinates></groupOfLocations></situationRecord></situation>"
        for i in range(RECORDS)
    )
    return f'<d2LogicalModel xmlns:xsi="x"><payloadPublication>{inside}</payloadPublication></d2LogicalModel>'.encode()


def _vehicles() -> bytes:
    feed = gtfs.FeedMessage(header=gtfs.FeedHeader(gtfs_realtime_version="2.0", timestamp=EPOCH))
    for i in range(RECORDS):
        bus = feed.entity.add(id=str(i)).vehicle
        bus.position.latitude, bus.position.longitude, bus.position.speed = 16.4, 107.5, 10.0
        bus.vehicle.id, bus.timestamp = f"bus-{i}", EPOCH - i % 60
    return bytes(feed.SerializeToString())


def lxml(raw: bytes) -> Any:
    return etree.fromstring(raw)


def protobuf(raw: bytes) -> Any:
    feed = gtfs.FeedMessage()
    feed.ParseFromString(raw)
    return feed


def _named(name: str, parse: Plain) -> Plain:
    def plain(raw: bytes) -> Any:
        return parse(raw)

    plain.__name__ = name
    return plain


JSON, CBOR = _named("orjson", orjson.loads), _named("cbor2", cbor2.loads)
CASES: tuple[tuple[str, Decode, Plain, Callable[[], bytes]], ...] = (
    ("NGSI-LD", ngsi_ld.decode, JSON, _ngsi),
    ("SensorThings", sensorthings.decode, JSON, _sensorthings),
    ("Open311 JSON", open311.decode, JSON, _requests),
    ("Open311 XML", open311.decode, lxml, _requests_xml),
    ("SenML JSON", senml.decode, JSON, lambda: orjson.dumps(_pack())),
    ("SenML CBOR", senml.decode, CBOR, _senml_cbor),
    ("CAP", cap.decode, lxml, _cap),
    ("DATEX II measured", datex2.decode, lxml, _measured),
    ("DATEX II situations", datex2.decode, lxml, _situations),
    ("GTFS-Realtime", gtfs_realtime.decode, protobuf, _vehicles),
)
