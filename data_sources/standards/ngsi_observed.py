"""An NGSI entity that observes: a sensor, and a reading of each attribute that is a number.

Units where the model gives none are those of the Smart Data Models' descriptions (their README of each model).
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from data_sources.engine.contract import Record, Rejected
from data_sources.standards.dialect import Dialect
from data_sources.standards.geometry import Position, of_geojson
from data_sources.standards.moments import begin, moment
from data_sources.standards.ngsi_attributes import ABOUT, Entity, Instance, first, instances, short, values
from data_sources.standards.quantities import CEFACT, conversion, number, symbol
from data_sources.standards.rows import RowError, as_pack, kept, needed, reading, row, shown, text
from data_sources.standards.vocabulary import is_listed, metric_of

ENDED = ("dateObservedTo", "dateObserved", "observationDateTime", "dateObservedFrom", "TimeInstant", "timestamp")
TIMES = frozenset({*ENDED, "dateCreated", "dateModified", "createdAt", "modifiedAt", "dateLastValueReported"})
DEVICES = ("refDevice", "stationID", "stationCode", "deviceId")
# numbers that say how or where something is measured, and are no readings of the city
SETTINGS = frozenset(
    {
        *("laneId", "reliability", "alertLevel", "dangerLevel", "referenceLevel", "measuredDistance", "charge"),
        *("sonometerClass", "heightAverage", "distanceAverage", "latitude", "longitude", "location", "address"),
        *("airQualityIndex", "averageVehicleLength"),
    }
)
DEFAULT_UNITS = {
    **dict.fromkeys(("pm2_5", "pm10", "o3", "no2", "so2", "co"), "µg/m³"),
    **{"temperature": "°C", "noise_laeq": "dB", "rain": "mm", "water_level": "m", "speed": "km/h"},
    **{"humidity": "1", "occupancy": "1", "pressure": "hPa", "wind_speed": "m/s", "wind_direction": "°"},
    **{"illuminance": "lx", "snow_height": "cm", "solar_radiation": "W/m²", "dew_point": "°C"},
    **{"average_gap_distance": "m", "average_headway_time": "s", "la_max": "dB", "las": "dB", "laeq_d": "dB"},
}
OWN_UNITS = {"streamGauge": "cm"}  # this name's unit where other names of the metric have another
# new entities for each observation end in its time, which is no part of a sensor's name
_STAMP = re.compile(r"[-:_.]?\d{4}-\d\d-\d\dT[\d:.\-_TZ+]*$")


def sensor_of(entity: Entity) -> str:
    device = first(entity, *DEVICES)
    if isinstance(device, list):
        device = device[0] if len(device) == 1 else None
    whole = needed(entity.get("id") or entity.get("@id"), "id")
    return text(device) or _STAMP.sub("", whole) or whole


def observed_at(entity: Entity, dialect: Dialect) -> datetime | None:
    """When the observation ended. Raises RowError when all the times it has are unusable."""
    refusal: RowError | None = None
    for name in ENDED:
        if (written := first(entity, name)) is not None:
            try:
                return moment(written, dialect.zone)
            except RowError as e:
                refusal = refusal or RowError(f"{name}: {e}")
    if refusal:
        raise refusal
    return None


def observed(entity: Entity, dialect: Dialect) -> Iterator[Record]:
    """A sensor, then its readings; a reading that can't be right is refused with what is needed to read it again."""
    sensor = sensor_of(entity)
    where = of_geojson(first(entity, "location"))
    readings = {k: v for k, v in entity.items() if _is_measured(short(k), v, dialect)}
    yield _sensor(sensor, entity, where, readings)
    if not readings:
        return
    at = _time(entity, readings, dialect)
    for name, written in readings.items():
        try:
            for instance in instances(written):
                yield _reading(entity, sensor, short(name), instance, at, where, dialect)
        except RowError as e:
            others = {k: v for k, v in entity.items() if k == name or k not in readings}
            yield Rejected(as_pack(others), str(e))


def _time(entity: Entity, readings: Entity, dialect: Dialect) -> datetime | None:
    try:
        return observed_at(entity, dialect)
    except RowError:
        if all(i.at is not None for w in readings.values() for i in instances(w)):
            return None
        raise


def _is_measured(name: str, written: Any, dialect: Dialect) -> bool:
    """A listed property, or any number that is no setting."""
    if name in ABOUT or name in SETTINGS or name in TIMES:
        return False
    if is_listed(name, dialect.metrics):
        return True
    value = instances(written)[0].value
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sensor(sensor: str, entity: Entity, where: Position | None, readings: Entity) -> Record:
    without = frozenset({*readings, *TIMES, "location", "name"})
    return row(
        "sensor",
        sensor_id=sensor,
        kind=text(entity.get("type") or entity.get("@type")) if not isinstance(entity.get("type"), list) else None,
        name=text(first(entity, "name")),
        latitude=where and where.latitude,
        longitude=where and where.longitude,
        attributes=kept(values(entity, without)),
    )


def _reading(
    entity: Entity,
    sensor: str,
    name: str,
    found: Instance,
    at: datetime | None,
    where: Position | None,
    dialect: Dialect,
) -> Record:
    when = moment(found.at, dialect.zone) if found.at is not None else at
    if when is None:
        raise RowError(f"{name}: no time of observation")
    value = found.value
    if isinstance(value, dict):  # a statistic of the property: its newest value, else its mean
        value = value.get("instValue", value.get("avgOverTime", value))
    unit: str | None
    if name == "intensity" and "intensity" not in dialect.metrics:
        metric, unit, figure = "flow", "vehicles/h", number(value, name) / _hours(entity, when, dialect)
    else:
        metric, unit, figure = _quantity(name, value, found.unit, dialect)
    own = sensor if found.dataset is None else f"{sensor}#{needed(found.dataset, 'datasetId')}"
    return reading(own, metric, when, figure, unit, where)


def _quantity(name: str, value: Any, code: Any, dialect: Dialect) -> tuple[str, str | None, float]:
    metric = metric_of(name, dialect.metrics)
    named = text(code) or dialect.units.get(name)
    unit = symbol(named, CEFACT) if named else OWN_UNITS.get(name) or DEFAULT_UNITS.get(metric)
    figure = number(value, name)
    if unit == "1" and not named and not 0 <= figure <= 1:
        raise RowError(f"{name}: {shown(value)} without a unit, where the model wants a share from 0 to 1")
    into = conversion(metric, unit)
    return metric, into.unit, into(figure)


def _hours(entity: Entity, end: datetime, dialect: Dialect) -> float:
    """How long the vehicles of `intensity` were counted: the model counts them over the period of observation."""
    start = first(entity, "dateObservedFrom") or first(entity, "dateObserved")
    hours = (end - begin(start, dialect.zone)).total_seconds() / 3600 if start else 0.0
    if hours <= 0:
        raise RowError("intensity: vehicles counted over a period that isn't given")
    return hours
