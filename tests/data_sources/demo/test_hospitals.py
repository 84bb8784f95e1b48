from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any

import numpy as np

from city.batch import CARRIED, KEYS, TIMES, Batch, Change, Columns, column
from city.city import picture
from city.config import load_city
from city.places import Places
from data_sources.demo.simulation import Simulation
from tests.data_sources.demo.conftest import END, Stored


def test_hospitals_tell_of_their_beds_within_what_is_plausible(past: dict[str, Stored]) -> None:
    told = {m: [r["value"] for r in past["observation"].values() if r["metric"] == m] for m in ("icu_beds_free",)}
    beds = {(r["sensor_id"], r["metric"]) for r in past["observation"].values() if r["metric"].startswith("beds")}
    assert len({s for s, _ in beds}) == 12 and len(beds) == 24
    assert len(told["icu_beds_free"]) > 100 and min(told["icu_beds_free"]) >= 0


def test_every_place_counts_its_dengue_once_a_day(past: dict[str, Stored], hue: Places) -> None:
    rows = [r for r in past["observation"].values() if r["metric"] == "cases_dengue"]
    assert {r["sensor_id"] for r in rows} == {f"SXH-{p.code}" for p in hue.all}
    assert all(r["value"] == int(r["value"]) >= 0 for r in rows)
    assert 5 < sum(r["value"] for r in rows) < 400
    assert len({(r["sensor_id"], r["observed_at"].date()) for r in rows}) == len(rows)


def test_most_reports_of_crashes_tell_how_many_were_hurt(past: dict[str, Stored]) -> None:
    crashes = [r["attributes"] for r in past["event"].values() if r["category"] == "crash"]
    told = [a["casualties"] for a in crashes if a]
    assert 0.85 < len(told) / len(crashes) < 1 and 0 < sum(told) < 2 * len(told)
    assert all(a is None or isinstance(a["casualties"], int) for a in crashes)


def test_health_is_a_small_part_of_the_readings(past: dict[str, Stored], simulation: Simulation) -> None:
    ours = {s.sensor_id for s in simulation.sensors if s.kind in ("hospital", "surveillance", "ambulance")}
    rows = [r["sensor_id"] in ours for r in past["observation"].values()]
    assert 0 < sum(rows) / len(rows) < 0.03


def test_the_indicators_of_traffic_health_and_services_live_in_the_demo(
    past: dict[str, Stored], simulation: Simulation
) -> None:
    sensor = {(r["source"], r["sensor_id"]): r for r in _rows(simulation.standing(END).columns)}
    tables = {**past, "sensor": sensor, "place": {}}
    changes = {t: _change(t, tables.get(t, {}).values()) for t in KEYS}
    first = np.datetime64(END.replace(tzinfo=None) - timedelta(days=9), "us")
    began = dict.fromkeys(("event", "administrative_case"), first)
    shot = picture(load_city("hue"), Batch(changes, whole=True, began=began), END)
    known = {c: shot.number(c, shot.places.city).value for c in (
        "average_speed", "travel_time_index", "planning_time_index_7d", "congested_share", "traffic_incidents_open",
        "crashes_30d", "crash_casualties_30d", "bed_occupancy", "icu_beds_free", "ed_wait_p50",
        "ambulance_response_p50_24h", "outbreaks_open", "facilities_down", "cases_open", "online_submission_rate_30d",
    )}  # fmt: skip
    assert [c for c, v in known.items() if v is None] == []
    assert 1 <= known["travel_time_index"] < 2 and 60 < known["bed_occupancy"] < 100


def _rows(columns: Columns) -> list[dict[str, Any]]:
    lists = [c.tolist() for c in columns.values()]
    return [dict(zip(columns, values, strict=True)) for values in zip(*lists, strict=True)]


def _change(table: str, rows: Iterable[dict[str, Any]]) -> Change:
    rows = list(rows)

    def value(row: dict[str, Any], name: str) -> Any:
        v = row.get(name)
        return v.replace(tzinfo=UTC) if name in TIMES and v is not None else v

    return Change({c: column(c, [value(r, c) for r in rows]) for c in CARRIED[table]})
