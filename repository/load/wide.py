"""Wide files: a column a metric, or a column a sensor. `[metrics]` says which, and the rows become long."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from city.metrics import METRICS
from repository.load.errors import LoadError
from repository.load.globs import match
from repository.load.mapping import Mapping, Reading


@dataclass(frozen=True, slots=True)
class Series:
    """One column of a wide file: what it measures, and where. None: the mapping's own column or default says."""

    column: str
    metric: str | None
    sensor_id: str | None
    unit: str | None


def wide_faults(mapping: Mapping) -> Iterator[str]:
    """What can be told of `[metrics]` without the file."""
    if mapping.kind != "observations":
        yield "[metrics] is for observations"
        return
    if "value" in mapping.given:
        yield "the value is given twice, in [metrics] and outside it"
    if "observed_at" not in mapping.given:
        yield "nothing gives observed_at, which every row needs: name its column in [columns], or see [combine]"
    for column, reading in mapping.metrics.items():
        if reading.is_ is None and reading.metric is None and reading.sensor_id is None:
            yield f"[metrics] {column}: say the metric or the sensor"
        elif reading.is_ is not None and means(mapping, reading) is None:
            yield (
                f"[metrics] {column}: is {reading.is_!r} a metric or a sensor? Give the other one in [defaults], "
                "or write { metric = … } or { sensor_id = … }"
            )


def means(mapping: Mapping, reading: Reading) -> str | None:
    """Whether a bare word is a `metric` or a `sensor_id`: what it is known as, else what nothing else gives.

    None when that is unclear.
    """
    if reading.is_ in METRICS:
        return "metric"
    metric, sensor = "metric" in mapping.given, "sensor_id" in mapping.given
    return None if metric == sensor else "sensor_id" if metric else "metric"


def series(mapping: Mapping, columns: list[str]) -> list[Series]:
    """The wide columns that a file has, in its order. A `*` in a sensor's name is what the pattern's `*` stood for.

    Raises LoadError when it can't be told whose readings they are.
    """
    taken = {c for c in mapping.metrics if "*" not in c} | spoken_for(mapping)
    found: dict[str, Series] = {}
    for pattern, reading in mapping.metrics.items():
        for column in columns:
            star = match(pattern, column)
            if star is not None and not ("*" in pattern and column in taken):
                found.setdefault(column, _series(mapping, column, reading, star))
    ordered = [found[c] for c in columns if c in found]
    return ordered if "sensor_id" in mapping.given else _own_sensors(ordered)


def _own_sensors(found: list[Series]) -> list[Series]:
    """Where nothing names the sensor, each column is a sensor by its own name: if all measure the same."""
    unnamed = [s for s in found if s.sensor_id is None]
    if len({s.metric for s in unnamed}) > 1:
        columns = ", ".join(repr(s.column) for s in unnamed[:4])
        raise LoadError(f"whose readings are {columns}? Give sensor_id in [defaults], or {{ sensor_id = … }} to each")
    return [Series(s.column, s.metric, s.sensor_id or s.column, s.unit) for s in found]


def spoken_for(mapping: Mapping) -> set[str]:
    """Their columns that the mapping names outside `[metrics]`: no pattern takes them."""
    combined = {c for k in mapping.combine.values() for c in k.names}
    return {*mapping.columns.values(), *combined, *mapping.only, *mapping.refuse}


def twice(found: list[Series]) -> str | None:
    """What to say of two columns that would make the same rows, so that one of them would be lost."""
    many = Counter((s.metric, s.sensor_id) for s in found)
    same = next((k for k, n in many.items() if n > 1), None)
    if same is None:
        return None
    names = ", ".join(repr(s.column) for s in found if (s.metric, s.sensor_id) == same)
    return f"columns {names} would make the same readings: give each its own sensor"


def _series(mapping: Mapping, column: str, reading: Reading, star: str) -> Series:
    metric, sensor = reading.metric, reading.sensor_id
    if reading.is_ is not None:
        if means(mapping, reading) == "metric":
            metric = reading.is_
        else:
            sensor = reading.is_
    return Series(column, metric, sensor.replace("*", star) if sensor else None, reading.unit)
