"""Readings as a feed delivers them: late, missing, repeated, corrected, from sensors that drift or die."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from city.batch import Array
from city.metrics import METRICS
from data_sources.demo import hospitals, readings
from data_sources.demo.chance import uniform, word
from data_sources.demo.frame import Frame, joined
from data_sources.demo.readings import marks
from data_sources.demo.sensors import MAIN_GAUGE, Sensor
from data_sources.demo.weather import Weather

LATE_MINUTES, CORRECTED_MINUTES = 90, 160  # the longest a reading and its correction are behind
DEAD_HOURS, DRIFT_HOURS = 60, 240
DRIFTS = frozenset({"pm2_5", "pm10", "humidity", "noise_laeq"})
CORRECTED = frozenset({"pm2_5", "pm10", "co", "speed", "temperature"})
MANIFOLD = frozenset({"speed", "flow", "flood_depth"})
NEVER_REPEATED = frozenset({"rain", "cases_dengue"})  # summed: a feed that repeats rain is a flood of another kind
READ = {**readings.READ, **hospitals.READ}


@dataclass(frozen=True, slots=True)
class Span:
    """Which versions are wanted; whole seconds since 1970.

    Those recorded in (since, until]; or, with `recorded_by`, all those recorded by then of what was observed in it.
    `coarse` leaves out every other reading of the sensors there are most of: still often enough to count as fresh.
    """

    since: int
    until: int
    recorded_by: int | None = None
    coarse: bool = False

    def holds(self, observed: Array, recorded: Array) -> Array:
        about = recorded if self.recorded_by is None else observed
        inside: Array = (about > self.since) & (about <= self.until)
        return inside if self.recorded_by is None else inside & (recorded <= self.recorded_by)


def observations(weather: Weather, sensors: list[Sensor], span: Span) -> Frame:
    """Versions of readings."""
    return joined([_group(weather, group, metric, span) for group, metric in _groups(sensors)])


def _groups(sensors: list[Sensor]) -> Iterator[tuple[list[Sensor], str]]:
    for (_, metrics), group in groupby(sensors, lambda s: (s.every, s.metrics)):
        members = list(group)
        for metric in metrics:
            yield members, metric


def _group(weather: Weather, sensors: list[Sensor], metric: str, span: Span) -> Frame:
    seed, every = weather.seed, sensors[0].every * 60
    mark = marks(sensors, word(metric))
    # the main gauge reports on the hour; the others are spread, so that something always comes in
    phase = np.where([[s.attributes.get("bd1") is not None] for s in sensors], 0, every * uniform(marks(sensors), 9))
    first = (span.since - 60 * (LATE_MINUTES + CORRECTED_MINUTES)) // every
    at = np.arange(first, span.until // every + 1) * every + phase.astype(np.int64) // 60 * 60
    t = at / 3600
    draw = [uniform(seed, mark, at, n) for n in range(6)]
    distress = weather.distress(t)
    value = _drifted(seed, mark, metric, READ[metric](weather, sensors, t), t)
    sure = np.array([[s.sensor_id == MAIN_GAUGE] for s in sensors])
    came = (draw[0] > 0.012 + 0.10 * distress) & ~_dead(seed, marks(sensors), t) | sure
    late = np.where(draw[1] < 0.02 + 0.05 * distress, 60 * LATE_MINUTES * draw[2], 0) * ~sure
    recorded = at + 15 + (60 * draw[3]).astype(np.int64) + late.astype(np.int64)
    wrong = (draw[4] < 0.004) & (metric in CORRECTED)
    again = recorded + (60 * (10 + (CORRECTED_MINUTES - 20) * draw[5])).astype(np.int64)
    twice = (draw[4] > 0.996) & (metric not in NEVER_REPEATED)
    if span.coarse and metric in MANIFOLD:
        came &= at // every % 2 == 0
    known = span.holds(at, recorded) & came
    parts = (
        (known, at, np.where(wrong, np.round(value * (1.6 + draw[5]), 1), value), recorded, 0),
        (wrong & came & span.holds(at, again), at, value, again, 1),
        (known & twice & ~wrong, at + 1, value, recorded, 0),
    )
    rows = np.arange(at.size).reshape(at.shape)
    frames = [
        _frame(sensors, metric, draw[2], (mask, rows * 2 + (a is not at), a, v, r, n)) for mask, a, v, r, n in parts
    ]
    return _stacked(frames)


def _dead(seed: int, mark: Array, t: Array) -> Array:
    block = np.floor(t / DEAD_HOURS + uniform(mark, 11)).astype(np.int64)
    dead: Array = uniform(seed, mark, block, 12) < 0.012
    return dead


def _drifted(seed: int, mark: Array, metric: str, value: Array, t: Array) -> Array:
    """Some sensors read more and more too high until somebody calibrates them."""
    if metric not in DRIFTS:
        return value
    turn = t / DRIFT_HOURS + uniform(mark, 13)
    drifts = uniform(seed, mark, np.floor(turn).astype(np.int64), 14) < 0.05
    ceiling = METRICS[metric].high if metric != "humidity" else 100.0
    out: Array = np.round(np.minimum(value * (1 + 0.35 * (turn - np.floor(turn)) * drifts), ceiling), 1)
    return out


def _frame(
    sensors: list[Sensor], metric: str, draw: Array, part: tuple[Array, Array, Array, Array, Array, int]
) -> Frame:
    mask, rows, at, value, recorded, turn = part
    which, _ = np.nonzero(mask)
    ids, codes, metrics, units, sources = (np.empty(len(which), dtype=object) for _ in range(5))
    ids[:] = np.array([s.sensor_id for s in sensors], dtype=object)[which]
    codes[:] = np.array([s.place_code for s in sensors], dtype=object)[which]
    codes[draw[mask] > 0.992] = None  # a row that names no place
    metrics[:], units[:] = metric, METRICS[metric].unit
    sources[:] = np.array([s.source for s in sensors], dtype=object)[which]
    columns = {
        "source": sources,
        "sensor_id": ids,
        "metric": metrics,
        "observed_at": (at[mask] * 1_000_000).astype("datetime64[us]"),
        "value": value[mask],
        "unit": units,
        "place_code": codes,
        "latitude": np.array([s.latitude for s in sensors])[which],
        "longitude": np.array([s.longitude for s in sensors])[which],
    }
    turns = np.full(len(which), turn)
    return Frame("observation", columns, (recorded[mask] * 1_000_000).astype("datetime64[us]"), rows[mask], turns)


def frame_of(sensors: list[Sensor], metric: str, at: Array, values: Array, recorded: Array) -> Frame:
    """Readings of every sensor at the same moments (whole seconds since 1970): `values` sensors × moments."""
    wide = [np.broadcast_to(a, values.shape) for a in (at, recorded)]
    rows = np.arange(values.size).reshape(values.shape)
    part = (np.ones(values.shape, dtype=bool), rows, wide[0], values, wide[1], 0)
    return _frame(sensors, metric, np.zeros(values.shape), part)


def _stacked(frames: list[Frame]) -> Frame:
    """As one, where rows keep their numbers: a correction is of the same row."""
    columns = {name: np.concatenate([f.columns[name] for f in frames]) for name in frames[0].columns}
    recorded, row, turn = (np.concatenate([getattr(f, n) for f in frames]) for n in ("recorded_at", "row", "turn"))
    return Frame("observation", columns, recorded, row, turn)
