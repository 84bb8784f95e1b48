"""Measured data of DATEX II as observations, and its table of measurement sites as sensors.

Units are those that the model fixes (DATEX II data dictionary): km/h, vehicles per hour, percent, seconds, °C.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from data_sources.engine.contract import Rejected, Row
from data_sources.standards.datex_tree import Located, Node, descend, every, pick, word, worded
from data_sources.standards.dialect import Dialect
from data_sources.standards.found import Found
from data_sources.standards.moments import moment
from data_sources.standards.quantities import conversion, number
from data_sources.standards.rows import RowError, as_json, filled, needed, reading, row

Quantity = tuple[tuple[str, ...], str, str]
QUANTITIES: tuple[Quantity, ...] = (
    (("vehicleFlow", "vehicleFlowRate"), "flow", "vehicles/h"),
    (("averageVehicleSpeed", "speed"), "speed", "km/h"),
    (("occupancy", "percentage"), "occupancy", "%"),
    (("concentration", "concentrationOfVehicles"), "density", "vehicles/km"),
    (("travelTime", "duration"), "travel_time", "s"),
    (("freeFlowTravelTime", "duration"), "free_flow_travel_time", "s"),
    (("freeFlowSpeed", "speed"), "free_flow_speed", "km/h"),
    (("temperature", "airTemperature", "temperature"), "temperature", "°C"),
    (("humidity", "relativeHumidity", "percentage"), "humidity", "%"),
    (("roadSurfaceTemperature", "temperature"), "road_surface_temperature", "°C"),
    (("wind", "windSpeed", "speed"), "wind_speed", "km/h"),
    (("precipitationDetail", "precipitationIntensity", "millimetresPerHourIntensity"), "rain_intensity", "mm/h"),
    (("visibility", "minimumVisibilityDistance", "integerMetreDistance"), "visibility", "m"),
)
BEGINNING = {q[0][0]: tuple(p for p in QUANTITIES if p[0][0] == q[0][0]) for q in QUANTITIES}


def measurements(site: Node, dialect: Dialect) -> Iterator[Found]:
    """Readings of one site. Several of a metric (lanes, vehicle classes) are `site/1`, `site/2` … in their order,

    so that the flow and the speed of a lane stay together.
    """
    sensor = needed(pick(site, "measurementSiteReference", "@id"), "measurementSiteReference")
    default = _time(site, "measurementTimeDefault")
    found = [(holder, basic) for holder in descend(site) for basic in every(holder, "basicData")]
    measured = [(h, b, q) for h, b in found if isinstance(b, dict) for k in b for q in BEGINNING.get(k, ())]
    measured = [(h, b, q) for h, b, q in measured if pick(b, *q[0][:-1]) is not None]
    total, seen = Counter(q[1] for _, _, q in measured), Counter[str]()
    if not measured:
        raise RowError(
            "nothing measured that is read: " + ", ".join(sorted({str(b)[:40] for _, b in found}) or ["empty"])
        )
    for holder, basic, quantity in measured:
        seen[quantity[1]] += 1
        name = sensor if total[quantity[1]] == 1 else f"{sensor}/{seen[quantity[1]]}"
        when = _time(basic, "measurementOrCalculationTime") or _time(holder, "measurementOrCalculationTime") or default
        try:
            yield _reading(name, basic, quantity, when, dialect)
        except RowError as e:
            yield Rejected(_alone(site, holder), str(e))


def _alone(site: Node, holder: Node) -> str:
    about = {k: site[k] for k in ("measurementSiteReference", "measurementTimeDefault") if k in site}
    return as_json({"siteMeasurements": [{**about, "measuredValue": [holder]}]})


def _time(node: Node, name: str) -> str | None:
    """Version 2 writes the time itself, version 3 wraps it; of a period the end counts."""
    return word(node, name) or word(node, name, "timeValue") or word(node, name, "period", "endOfPeriod")


def _reading(sensor: str, basic: Node, quantity: Quantity, when: str | None, dialect: Dialect) -> Row:
    path, metric, unit = quantity
    if word(basic, *path[:-1], "dataError") in ("true", "1", "True"):
        raise RowError(f"{metric}: dataError")
    value = number(word(basic, *path), metric)
    if metric in ("speed", "flow") and value < 0:
        raise RowError(f"{metric}: {value:g}, which stands for nothing measured")
    into = conversion(metric, unit)
    at: datetime = moment(needed(when, "time of measurement"), dialect.zone)
    return reading(sensor, metric, at, into(value), into.unit)


def site(node: Node, dialect: Dialect) -> Iterator[Found]:
    where = Located(node).position
    name = pick(node, "measurementSiteName")
    yield row(
        "sensor",
        sensor_id=needed(node.get("@id"), "id"),
        kind="measurement_site",
        name=worded(name, dialect.languages) if isinstance(name, dict) else word(node, "measurementSiteName"),
        latitude=where and where.latitude,
        longitude=where and where.longitude,
        attributes=filled({k: v for k, v in node.items() if k not in ("@id", "measurementSiteName")}),
    )
