"""GTFS-Realtime 1.0 and 2.0: vehicle positions, trip updates and alerts. Mapping: docs/standards/gtfs_realtime.md."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2 as gtfs

from data_sources.engine.contract import Patch, Row, SourceError
from data_sources.standards.dialect import PLAIN, Dialect
from data_sources.standards.found import Found
from data_sources.standards.geometry import position
from data_sources.standards.moments import from_epoch
from data_sources.standards.quantities import number
from data_sources.standards.rows import RowError, each, kept, needed, reading, row, settle, text

MOST_BYTES = 64 << 20
SEVERITY = {"SEVERE": 2, "WARNING": 3, "INFO": 5}
"""Alert.severity_level; UNKNOWN_SEVERITY stays unknown, and 1 is kept for harm to people."""
IN_BASE64 = b"Cg"
"""How a refused entity begins, as it is kept: the header's tag and its length."""
Message = Any  # the bindings make their classes at run time


def decode(raw: bytes, dialect: Dialect = PLAIN, at: datetime | None = None) -> Iterable[Found]:
    """Rows of sensor, observation and event. Raises SourceError."""
    feed = _feed(raw)
    made = feed.header.timestamp or None
    return settle(each(feed.entity, lambda e: _read(e, made, dialect), lambda e: _as_feed(feed, e)))


def _feed(raw: bytes) -> Message:
    feed = gtfs.FeedMessage()
    head = raw[:64].lstrip()[:1]
    if head == b"<" or not raw or len(raw) > MOST_BYTES:
        raise SourceError(f"no protocol buffer: {len(raw):,} bytes, a page of text" if raw else "an empty answer")
    try:
        if raw.startswith(IN_BASE64):
            raw = b64decode(raw)
        if head == b"{":
            json_format.Parse(raw, feed, max_recursion_depth=50)
        else:
            feed.ParseFromString(raw)
    except (DecodeError, json_format.ParseError, UnicodeDecodeError, RecursionError, ValueError) as e:
        raise SourceError(f"no FeedMessage of GTFS-Realtime: {' '.join(str(e).split())[:100]}") from e
    if not feed.header.gtfs_realtime_version:
        raise SourceError("no FeedMessage of GTFS-Realtime: it has no header")
    return feed


def _as_feed(feed: Message, entity: Message) -> str:
    """A refused entity in a feed of its own, in base64 as protocol buffers are kept as text."""
    alone = gtfs.FeedMessage()
    alone.header.MergeFrom(feed.header)
    alone.entity.add().MergeFrom(entity)
    return b64encode(alone.SerializePartialToString()).decode()


def _read(entity: Message, made: int | None, dialect: Dialect) -> Iterator[Found]:
    if entity.is_deleted:
        yield Patch("event", {"event_id": needed(entity.id, "id"), "status": "deleted", "closed_at": _time(None, made)})
    elif entity.HasField("vehicle"):
        yield from _vehicle(entity, entity.vehicle, made)
    elif entity.HasField("trip_update"):
        yield _trip(entity.trip_update, made)
    elif entity.HasField("alert"):
        yield _alert(entity, entity.alert, made, dialect)
    else:
        raise RowError("neither a vehicle nor a trip update nor an alert")


def _time(own: int | None, made: int | None) -> datetime:
    """The entity's own time, else the feed's."""
    if not own and not made:
        raise RowError("no timestamp, neither of its own nor the feed's")
    return from_epoch(own or made or 0)


def _vehicle(entity: Message, vehicle: Message, made: int | None) -> Iterator[Row]:
    """A vehicle is a sensor that moves: it is counted as reporting, and says its speed and how full it is."""
    if not vehicle.HasField("position"):
        raise RowError("a vehicle without a position")
    place = vehicle.position
    where = position(place.latitude, place.longitude)
    when = _time(vehicle.timestamp, made)
    sensor = needed(vehicle.vehicle.id or vehicle.vehicle.label or entity.id, "id")
    yield row("sensor", sensor_id=sensor, kind="vehicle", name=text(vehicle.vehicle.label))
    yield reading(sensor, "vehicle_reporting", when, 1.0, "1", where)
    if place.HasField("speed"):
        yield reading(sensor, "vehicle_speed", when, number(place.speed, "speed") * 3.6, "km/h", where)
    if place.HasField("bearing"):
        yield reading(sensor, "vehicle_bearing", when, number(place.bearing, "bearing"), "°", where)
    if vehicle.HasField("occupancy_percentage"):
        yield reading(sensor, "vehicle_occupancy", when, vehicle.occupancy_percentage / 100, "1", where)


def _trip(update: Message, made: int | None) -> Row:
    """How late a trip is, in seconds: as it says, else at the first of its stops that says."""
    trip = update.trip
    named = text(trip.trip_id) or text(trip.route_id)
    sensor = f"trip {needed(named, 'trip_id')}" + (f" {trip.start_date}" if trip.start_date else "")
    when = _time(update.timestamp, made)
    relationship = type(trip).ScheduleRelationship.Name(trip.schedule_relationship)
    if relationship in ("CANCELED", "DELETED"):
        return reading(sensor, "trip_cancelled", when, 1.0, "1")
    delay = update.delay if update.HasField("delay") else _first_delay(update)
    return reading(sensor, "trip_delay", when, float(delay), "s")


def _first_delay(update: Message) -> int:
    for stop in update.stop_time_update:
        for event in (stop.arrival, stop.departure):
            if event.HasField("delay"):
                return int(event.delay)
    raise RowError("no delay: the times alone say nothing without the timetable")


def _alert(entity: Message, alert: Message, made: int | None, dialect: Dialect) -> Row:
    """Open from the first to the last of its active periods; without one, from when the feed was made."""
    starts = [p.start for p in alert.active_period if p.start]
    ends = [p.end for p in alert.active_period]
    told = json_format.MessageToDict(alert, preserving_proto_field_name=True)
    return row(
        "event",
        event_id=needed(entity.id, "id"),
        domain=dialect.domain or "traffic",
        category=type(alert).Effect.Name(alert.effect).lower(),
        severity=SEVERITY.get(type(alert).SeverityLevel.Name(alert.severity_level)),
        status="active",
        opened_at=_time(min(starts, default=None), made),
        closed_at=from_epoch(max(ends)) if ends and all(ends) else None,
        summary=_worded(alert.header_text, dialect.languages) or _worded(alert.description_text, dialect.languages),
        attributes=kept({k: v for k, v in told.items() if k != "effect"}),
    )


def _worded(translated: Message, languages: tuple[str, ...]) -> str | None:
    """The text in the first of our languages that it is translated into, else in any."""
    found = {t.language.lower().partition("-")[0]: text(t.text) for t in reversed(translated.translation)}
    return next((found[w] for w in languages if found.get(w)), None) or next(reversed(found.values()), None)
