"""What the field's names of properties mean in the contract; a name nobody listed stays what it is, in snake case."""

import re
from collections.abc import Mapping
from functools import lru_cache

from data_sources.standards.rows import RowError, shown

_SPELLED = {
    "pm2_5": "pm2_5 pm25 pm2.5 PM2.5 fine_particulate_matter particulate_matter_2.5",
    "pm10": "pm10 particulate_matter_10",
    "o3": "o3 ozone",
    "no2": "no2 nitrogen_dioxide",
    "so2": "so2 sulfur_dioxide sulphur_dioxide",
    "co": "co carbon_monoxide",
    "water_level": "water_level current_level stream_gauge waterlevel gauge_height river_level",
    "rain": "rain precipitation rainfall rain_fall",
    "flood_depth": "flood_depth",
    "temperature": "temperature air_temperature temp ambient_temperature",
    "humidity": "humidity relative_humidity rh",
    "noise_laeq": "noise_laeq laeq",
    "speed": "speed average_vehicle_speed average_speed vehicle_speed",
    "flow": "flow vehicle_flow_rate traffic_flow",
    "occupancy": "occupancy",
    "la_max": "la_max",
    "las": "las",
    "laeq_d": "laeq_d",
    "uv_index_max": "uv_index_max",
    "pressure": "pressure atmospheric_pressure air_pressure barometric_pressure",
}
_EDGES = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHER = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def snake(name: str) -> str:
    """`averageVehicleSpeed`, `Relative Humidity`, `PM2.5` as `average_vehicle_speed`, `relative_humidity`, `pm2_5`."""
    return _OTHER.sub("_", _EDGES.sub("_", name[:200]).lower()).strip("_")


METRIC_OF = {spelling.replace("_", ""): metric for metric, row in _SPELLED.items() for spelling in row.split()}
METRIC_OF |= {snake(k).replace("_", ""): v for k, v in METRIC_OF.items()}


@lru_cache(maxsize=4096)
def _listed(name: str) -> str | None:
    return METRIC_OF.get(snake(name).replace("_", ""))


def metric_of(name: str, named: Mapping[str, str]) -> str:
    """Our metric for their property: as the feed says, else as listed, else their own name. Raises RowError."""
    found = named.get(name) or _listed(name) or snake(name)
    if not found:
        raise RowError(f"{shown(name)} names nothing that is measured")
    return found


def is_listed(name: str, named: Mapping[str, str]) -> bool:
    return name in named or _listed(name) is not None
