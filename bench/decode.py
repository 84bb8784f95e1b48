"""From an answer's bytes to committed rows, through the border: each decoder on 50,000 records or more.

Beside it what cannot be saved: twice the parse of the same bytes by the decoder's library alone, which gives a tree of
dictionaries, elements or messages, and plain COPY of the very rows that came of it into the same tables.
BENCH_DECODE names some of the cases, parted by commas.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from time import perf_counter
from typing import Any

import cbor2
import orjson
import psycopg
from google.transit import gtfs_realtime_pb2 as gtfs
from lxml import etree
from psycopg import sql
from pyarrow import csv
from sqlalchemy import Engine

from bench._database import database, plain_url, server
from bench.figure import Figure
from city.batch import Columns
from city.clock import FrozenClock
from city.places import Places
from data_sources.engine.border import Border
from data_sources.engine.contract import Answer, DataSource, Found, SourceInfo, Talk
from data_sources.engine.poll import Poll
from data_sources.engine.store import Store
from data_sources.standards import cap, datex2, gtfs_realtime, ngsi_ld, open311, senml, sensorthings
from data_sources.standards.dialect import PLAIN, Decode
from repository.partitions import ensure
from repository.tables import SCHEMA
from repository.upsert import arrow, patch_rows, write_rows

RECORDS = 50_000
ROUNDS = 3
AT = datetime(2026, 11, 23, tzinfo=UTC)
EPOCH = int(AT.timestamp())
Plain = Callable[[bytes], Any]
Written = list[tuple[str, Columns]]


def measure() -> Iterator[Figure]:
    wanted = os.environ.get("BENCH_DECODE", "")
    with server() as url:
        for name, decode, plain, make in CASES:
            if not wanted or name in wanted.split(","):
                yield _figure(url, name, decode, plain, make())


def _figure(url: str, name: str, decode: Decode, plain: Plain, raw: bytes) -> Figure:
    ours, alone = list[float](), list[float]()
    rows = 0
    for i in range(ROUNDS):
        with ExitStack() as stack:
            mine, theirs = (
                stack.enter_context(database(url, f"{way}_{name}_{i}".replace(" ", "_"))) for way in ("ours", "plain")
            )
            for engine in (mine, theirs):
                ensure(engine, AT - timedelta(days=40), AT)
            written: Written = []
            took = _polled(mine, decode, raw, written)
            rows = sum(len(next(iter(columns.values()))) for _, columns in written)
            parsed, copied = _timed(lambda: plain(raw)), _copied(theirs, written)
            ours.append(rows / took)
            alone.append(rows / (2 * parsed + copied))
    return Figure(
        f"{name}: {rows:,} rows of {len(raw) / 1e6:.1f} MB, committed",
        "rows/s",
        ours,
        alone,
        f"2 × {plain.__name__} + COPY",
        "1: no more than twice the parse and the plain COPY",
        higher_is_better=True,
    )


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    made = work()
    took = perf_counter() - start
    del made
    return took


class _Given(DataSource):
    """A source whose one answer is at hand."""

    def __init__(self, decode: Decode, raw: bytes) -> None:
        self._decode, self._raw = decode, raw

    @property
    def info(self) -> SourceInfo:
        return SourceInfo("bench", "Bench", "environment", timedelta(minutes=5), standard="cap", max_rows=10_000_000)

    def fetch(self, now: datetime) -> Talk:
        yield Answer(self._raw, now)

    def parse(self, answer: Answer) -> Iterable[Found]:
        return self._decode(answer.body, PLAIN, answer.received_at)


def _polled(engine: Engine, decode: Decode, raw: bytes, written: Written) -> float:
    """Seconds of a poll as it is made of any feed; what it wrote goes into `written`."""

    def write(table: str, columns: Columns) -> Any:
        written.append((table, columns))
        return write_rows(engine, table, columns)

    def refuse(source: str, rows: Any) -> None:
        raise RuntimeError(f"{len(rows)} rows were refused, such as {rows[0]}")

    border = Border(Places(), (16.4, 107.6))
    store = Store(write, partial(patch_rows, engine), refuse, lambda run: None, lambda: border)
    poll = Poll(_Given(decode, raw), store, FrozenClock(AT))
    took = _timed(poll.run)
    if (tally := poll.tallies["bench"]).new < RECORDS or tally.unchanged:
        raise RuntimeError(f"not as many new rows as it should be: {tally}")
    return took


def _copied(engine: Engine, written: Written) -> float:
    """Seconds of COPY alone: the rows are ready in the tables' own words."""
    ready = []
    for table, columns in written:
        rows, text = arrow(table, columns), BytesIO()
        csv.write_csv(rows, text, csv.WriteOptions(include_header=False))
        ready.append((table, rows.column_names, text.getvalue()))
    url = plain_url(engine.url.render_as_string(hide_password=False))
    with psycopg.connect(url, options="-c timezone=UTC") as connection:
        start = perf_counter()
        for table, names, text_ in ready:
            into = sql.SQL("copy {} ({}) from stdin (format csv)").format(
                sql.Identifier(SCHEMA, table), sql.SQL(", ").join(map(sql.Identifier, names))
            )
            with connection.cursor() as cursor, cursor.copy(into) as copy:
                copy.write(text_)
        connection.commit()
        return perf_counter() - start


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
        "updated_datetime": "2026-11-23T07:00:00+07:00",
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


def _ring(i: int) -> str:
    """A square that no other alert has."""
    south, west = 16 + i * 1e-5, 107 + i * 1e-5
    corners = ((0, 0), (0, 0.1), (0.1, 0.1), (0.1, 0), (0, 0))
    return " ".join(f"{south + a:.5f},{west + b:.5f}" for a, b in corners)


def _cap() -> bytes:
    inside = "".join(
        f"<alert><identifier>a{i}</identifier><sender>s@test</sender><sent>{_moment(i)}</sent><status>Actual</status>"
        "<msgType>Alert</msgType><scope>Public</scope><info><language>en-US</language><category>Met</category>"
        "<event>Flood</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>"
        "<headline>River rising</headline><area><areaDesc>Hue</areaDesc>"
        f"<polygon>{_ring(i)}</polygon></area></info></alert>"
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
