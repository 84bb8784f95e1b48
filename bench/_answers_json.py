"""Answers of RECORDS records in JSON, CBOR and protocol buffers, as agencies' servers give them."""

from typing import Any

import cbor2
import orjson
from google.transit import gtfs_realtime_pb2 as gtfs

from bench._answers import EPOCH, RECORDS, moment


def ngsi() -> bytes:
    return orjson.dumps(
        [
            {
                "id": f"urn:ngsi-ld:AirQualityObserved:s{i}",
                "type": "AirQualityObserved",
                "dateObserved": {"type": "Property", "value": {"@type": "DateTime", "@value": moment(i)}},
                "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [107.5, 16.4]}},
                "pm25": {"type": "Property", "value": 35.5, "unitCode": "GQ"},
                "co": {"type": "Property", "value": 0.4, "unitCode": "GP"},
                "temperature": {"type": "Property", "value": 25.5},
                "relativeHumidity": {"type": "Property", "value": 0.81},
            }
            for i in range(RECORDS)
        ]
    )


def sensorthings() -> bytes:
    streams = [
        {
            "@iot.id": s,
            "unitOfMeasurement": {"symbol": "cm"},
            "ObservedProperty": {"name": "Water Level"},
            "Observations": [
                {"@iot.id": i, "phenomenonTime": moment(i), "resultTime": None, "result": i % 300} for i in range(500)
            ],
        }
        for s in range(RECORDS // 500)
    ]
    return orjson.dumps({"value": streams})


def requests() -> bytes:
    request = {
        "status": "closed",
        "service_name": "Street light out",
        "service_code": "006",
        "updated_datetime": "2026-11-23T07:00:00+07:00",
        "agency_responsible": "Lighting",
        "lat": 16.46,
        "long": 107.57,
        "description": "Dark since Monday",
    }
    return orjson.dumps(
        [request | {"service_request_id": str(i), "requested_datetime": moment(i)} for i in range(RECORDS)]
    )


def _pack() -> list[dict[str, Any]]:
    base = {"bn": "urn:dev:mac:0024befffe804ff1/", "bt": EPOCH, "n": "temperature", "u": "Cel", "v": 29.5}
    return [base, *({"n": "temperature", "u": "Cel", "v": i % 40, "t": -i} for i in range(1, RECORDS))]


def senml_json() -> bytes:
    return orjson.dumps(_pack())


def senml_cbor() -> bytes:
    labels = {"bn": -2, "bt": -3, "n": 0, "u": 1, "v": 2, "t": 6}
    return cbor2.dumps([{labels[k]: v for k, v in r.items()} for r in _pack()])


def vehicles() -> bytes:
    feed = gtfs.FeedMessage(header=gtfs.FeedHeader(gtfs_realtime_version="2.0", timestamp=EPOCH))
    for i in range(RECORDS):
        bus = feed.entity.add(id=str(i)).vehicle
        bus.position.latitude, bus.position.longitude, bus.position.speed = 16.4, 107.5, 10.0
        bus.vehicle.id, bus.timestamp = f"bus-{i}", EPOCH - i % 60
    return bytes(feed.SerializeToString())
