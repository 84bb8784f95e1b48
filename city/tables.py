"""All rows a picture of the city is made from; a batch makes the next tables out of these, which never change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from city.batch import BEGINS, Array, Batch, Change, Columns, runs
from city.config import CityFile
from city.deadline import deadlines
from city.former_years import kept
from city.marks import marks
from city.metrics import METRICS
from city.places import Places
from city.readings import Readings
from city.rows import Rows

DEMO = "demo"
"""Sources whose name starts so are no measurements of the world; every page that shows them says it."""


@dataclass(frozen=True)
class Tables:
    """`rows` holds every keyed table, `readings` the observations by metric.

    Rows with a life carry columns of ours: `slot` (int32, city.places), their marks (city.marks), and where they have
    deadlines `deadline` and `deadline_extended` (datetime64[us], city.deadline).
    """

    places: Places = field(default_factory=Places)
    rows: Mapping[str, Rows] = field(default_factory=dict)
    readings: Mapping[str, Readings] = field(default_factory=dict)
    began: Mapping[str, np.datetime64] = field(default_factory=dict)

    def __getitem__(self, table: str) -> Rows:
        return self.rows[table] if table in self.rows else Rows.none(table)

    def metric(self, code: str) -> Readings:
        return self.readings[code] if code in self.readings else Readings.none()

    @cached_property
    def demo(self) -> bool:
        """Does anything here come from the demo city?"""
        life = (self[t].once("sources", lambda r: set(r["source"].tolist())) for t in BEGINS)
        sensed = ({s for s, _ in r.sensors} for r in self.readings.values())
        return any(str(s).startswith(DEMO) for found in (*life, *sensed) for s in found)

    @cached_property
    def sensor_slots(self) -> Mapping[tuple[str, str], int]:
        """Where the sensor itself says it stands."""
        sensors = self["sensor"]
        slots = _slots(self.places, sensors.columns)
        return dict(zip(sensors.position, slots[list(sensors.position.values())].tolist(), strict=True))

    def absorb(self, batch: Batch, at: np.datetime64, city: CityFile) -> "Tables":
        """The tables after a batch; readings older than any window at `at` are let go.

        Places come with whole batches only: when they change, every row finds its slot anew.
        """
        base = Tables() if batch.whole else self
        changes = dict(batch.changes)
        rows, places = dict(base.rows), base.places
        if batch.whole and "place" in changes:
            rows["place"] = Rows.none("place").apply(changes.pop("place"), whole=True)
            places = Places.of(rows["place"].columns)
        seen = changes.pop("observation", None)
        for table, change in changes.items():
            enriched = Change(_enriched(table, change.rows, places, city), change.gone)
            rows[table] = base[table].apply(enriched, whole=batch.whole)
        readings = _observed(base.readings, seen, at, places) if seen is not None else base.readings
        return Tables(places, rows, readings, {**base.began, **batch.began})


def _slots(places: Places, rows: Columns) -> Array:
    """By the place a row names; a row that names none, by its coordinates."""
    starts, which = runs(rows["place_code"])
    slots = places.slots_of(rows["place_code"][starts].tolist())[which]
    if "latitude" in rows:
        nameless = np.flatnonzero(rows["place_code"] == None)  # noqa: E711  elementwise
        if len(nameless):
            slots[nameless] = places.locate(rows["latitude"][nameless], rows["longitude"][nameless])
    return slots


def _enriched(table: str, rows: Columns, places: Places, city: CityFile) -> Columns:
    if "place_code" not in rows:
        return rows
    out = {**rows, "slot": _slots(places, rows), **marks(table, rows)}
    means = city.calendar.deadline_at_midnight_means
    if "due_at" in rows:
        out["deadline"] = deadlines(rows["due_at"], city.zone, means)
    if "extended_to" in rows:
        extended = np.where(np.isnat(rows["extended_to"]), rows["due_at"], rows["extended_to"])
        out["deadline_extended"] = deadlines(extended, city.zone, means)
    return out


def _observed(
    known: Mapping[str, Readings], change: Change, at: np.datetime64, places: Places
) -> Mapping[str, Readings]:
    metrics = change.rows["metric"]
    slots = _slots(places, change.rows)
    touched = {*metrics.tolist(), *(k[2] for k in change.gone)} & METRICS.keys()
    out = dict(known)
    for metric in touched:
        mine = metrics == metric
        rows = {c: change.rows[c][mine] for c in ("source", "sensor_id", "observed_at", "value")}
        gone = [k for k in change.gone if k[2] == metric]
        merged = known.get(metric, Readings.none()).merged({**rows, "slot": slots[mine]}, gone)
        out[metric] = merged.since(at - np.timedelta64(METRICS[metric].window), kept(at, METRICS[metric].years))
    return out
