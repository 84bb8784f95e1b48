"""OGC SensorThings 1.0 and 1.1: Things, Datastreams, MultiDatastreams, Observations, data arrays, expanded or not.

A reading's sensor is its Thing where the answer names it, else its Datastream, so that what one station measures
stays together. Mapping and the queries to ask: docs/standards/sensorthings.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from data_sources.engine.contract import Rejected, Row, SourceError
from data_sources.standards.dialect import PLAIN, Dialect, Stream
from data_sources.standards.found import Found
from data_sources.standards.geometry import Position
from data_sources.standards.json_payload import load
from data_sources.standards.moments import moment
from data_sources.standards.quantities import conversion, number, symbol
from data_sources.standards.rows import RowError, as_pack, each, kept, reading, row, shown, text
from data_sources.standards.sta_model import Entity, identity, kind_of, links, members, reference, where
from data_sources.standards.vocabulary import metric_of

STREAMS = ("Datastreams", "MultiDatastreams")


def decode(raw: bytes, dialect: Dialect = PLAIN, at: datetime | None = None) -> Iterable[Found]:
    """Rows of sensor and observation, and links to further pages. Raises SourceError."""
    document = load(raw)
    reader = _Reader(dialect)
    out = each(_entities(document), reader.read, as_pack)
    if isinstance(document, dict) and "value" in document:
        out += each([document], links, as_pack)
    return out


def _entities(document: Any) -> list[Any]:
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        raise SourceError(f"neither an entity nor a collection: {shown(document)}")
    inner = document.get("value", document.get("values"))  # the standard's own example 9.3.2 has "values"
    if isinstance(inner, list):
        if inner and all(isinstance(i, dict) and "url" in i and "name" in i for i in inner):
            raise SourceError("the service's root: name a collection such as Datastreams")
        return inner
    if "requests" in document or "responses" in document:
        raise SourceError("a batch of requests, not an answer")
    if kind_of(document) is None and "message" in document:
        raise SourceError(f"an error, no entities: {shown(document['message'])}")
    return [document]


@dataclass
class _Reader:
    dialect: Dialect
    streams: dict[tuple[str, str], str] = field(default_factory=dict)
    """Which Datastream of this answer gives a sensor's metric."""

    def read(self, entity: Any) -> Iterator[Found]:
        if not isinstance(entity, dict):
            raise RowError(f"{shown(entity)} is no entity")
        kind = kind_of(entity)
        if kind == "Things":
            yield from self._thing(entity)
        elif kind in STREAMS:
            yield from self._stream(entity, None)
        elif kind == "Observations":
            yield from self._alone(entity)
        elif kind == "dataArray":
            yield from self._array(entity)
        else:
            raise RowError(f"{kind or 'an entity of no kind'}: neither a sensor nor a reading")

    def _thing(self, thing: Entity) -> Iterator[Found]:
        sensor = identity(thing)
        yield _sensor(sensor, thing, where(thing))
        yield from links(thing)
        for stream in members(thing, *STREAMS):
            yield from self._stream(stream, sensor)

    def _stream(self, stream: Entity, sensor: str | None) -> Iterator[Found]:
        """A Datastream with its readings; without a Thing around or inside it, it is a sensor of its own."""
        if sensor is None:
            thing = next(iter(members(stream, "Thing")), None)
            sensor = identity(thing) if thing else _own(stream)
            yield _sensor(sensor, thing or stream, where(thing or stream))
        if sensor is None:
            raise RowError("a Datastream without @iot.id")
        yield from links(stream)
        described = self.described(stream, sensor)
        readings = stream.get("Observations")
        about = {**{k: v for k, v in stream.items() if k != "Observations"}, "Thing": {"@iot.id": sensor}}
        yield from each(
            readings if isinstance(readings, list) else [],
            lambda o: _reading(o, described, self.dialect),
            lambda o: as_pack({**o, _one(stream): about} if isinstance(o, dict) else o),
        )

    def described(self, stream: Entity, sensor: str) -> list[Stream]:
        """What each part of a result is; a second Datastream of the same property goes under a name of its own."""
        properties = members(stream, "ObservedProperty", "ObservedProperties") or [stream]
        units = members(stream, "unitOfMeasurement", "unitOfMeasurements")
        out: list[Stream] = []
        for i, named in enumerate(properties):
            metric = metric_of(text(named.get("name")) or "", self.dialect.metrics)
            unit = units[i] if i < len(units) else {}
            written = text(unit.get("symbol")) or text(unit.get("name"))
            code = self.dialect.units.get(metric) or (symbol(written, {}) if written not in (None, "null") else None)
            mine = identity(stream) or ""
            taken = self.streams.setdefault((sensor, metric), mine)
            out.append(Stream(sensor if taken == mine else f"{sensor}/{mine}", metric, code))
        return out

    def _alone(self, observation: Entity) -> Iterator[Found]:
        inner = next(iter(members(observation, "Datastream", "MultiDatastream")), None)
        if inner and (inner.get("unitOfMeasurement") or inner.get("unitOfMeasurements")):
            thing = next(iter(members(inner, "Thing")), None)
            sensor = identity(thing) or _own(inner) or ""
            described = self.described(inner, sensor)
        else:
            described = list(self._known(observation))
        yield from _reading(observation, described, self.dialect)

    def _known(self, observation: Entity) -> tuple[Stream, ...]:
        for name in STREAMS:
            one = name.removesuffix("s")
            link = reference(observation.get(f"{one}@iot.navigationLink"))
            mine = identity(observation.get(one)) or (link[1] if link and link[0] == name else None)
            if mine is None:
                continue
            if (key := f"{name}({mine})") not in self.dialect.streams:
                raise RowError(f"{shown(key)} is not known: what it measures, and in which unit")
            return self.dialect.streams[key]
        raise RowError("the Datastream is not named: ask with $expand=Datastream")

    def _array(self, entity: Entity) -> Iterator[Found]:
        """The data array extension (OGC 15-078, 13): rows under the names of `components`."""
        names, rows = entity.get("components"), entity.get("dataArray")
        if not isinstance(names, list) or not isinstance(rows, list):
            raise RowError("a data array without components")
        about = {k: v for k, v in entity.items() if k not in ("dataArray", "components")}
        readings = [{**about, **dict(zip(names, r, strict=False))} if isinstance(r, list) else r for r in rows]
        yield from each(readings, self._alone, as_pack)


def _own(stream: Entity) -> str | None:
    mine = identity(stream)
    return f"{_one(stream)} {mine}" if mine else None


def _one(stream: Entity) -> str:
    return "MultiDatastream" if "unitOfMeasurements" in stream else "Datastream"


def _sensor(sensor: str | None, entity: Entity, at: Position | None) -> Row:
    if sensor is None:
        raise RowError("neither @iot.id nor name")
    told = entity.get("properties")
    about = {**(told if isinstance(told, dict) else {}), "description": entity.get("description")}
    return row(
        "sensor",
        sensor_id=sensor,
        kind=_one(entity) if kind_of(entity) in STREAMS else "Thing",
        name=text(entity.get("name")),
        latitude=at and at.latitude,
        longitude=at and at.longitude,
        attributes=kept(about),
    )


def _reading(observation: Entity, described: list[Stream], dialect: Dialect) -> Iterator[Found]:
    """A row for each part of the result; a part that is no number is refused alone."""
    if not isinstance(observation, dict):
        raise RowError(f"{shown(observation)} is no Observation")
    written = observation.get("phenomenonTime") or observation.get("resultTime")
    if written is None:
        raise RowError("no phenomenonTime")
    when = moment(written, dialect.zone)
    at = next((where(f) for f in members(observation, "FeatureOfInterest")), None)
    result = observation.get("result")
    parts = result if isinstance(result, list) else [result]
    if len(parts) != len(described):
        raise RowError(f"a result of {len(parts)} parts where {len(described)} are described")
    for part, stream in zip(parts, described, strict=True):
        try:
            yield _row(part, stream, when, at)
        except RowError as e:
            yield Rejected(as_pack({**observation, "result": part} if len(parts) > 1 else observation), str(e))


def _row(part: Any, stream: Stream, when: datetime, at: Position | None) -> Row:
    into = conversion(stream.metric, stream.unit)
    return reading(stream.sensor_id, stream.metric, when, into(number(part, "result")), into.unit, at)


def streams(raw: bytes, dialect: Dialect = PLAIN) -> dict[str, tuple[Stream, ...]]:
    """What Datastreams measure, for a dialect's `streams`: by it answers of bare Observations are read."""
    reader: _Reader = _Reader(dialect)
    out: dict[str, tuple[Stream, ...]] = {}
    for entity in (e for e in _entities(load(raw)) if isinstance(e, dict)):
        thing = kind_of(entity) == "Things"
        for stream in members(entity, *STREAMS) if thing else [entity]:
            sensor = identity(entity) if thing else identity(stream.get("Thing")) or _own(stream)
            if (mine := identity(stream)) and sensor and kind_of(stream) in STREAMS:
                out[f"{_one(stream)}s({mine})"] = tuple(reader.described(stream, sensor))
    return out
