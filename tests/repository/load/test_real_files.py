"""Real cities' files through their mappings, beside what pandas counts in the same files."""

import gzip
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine

from repository.rejected import rejected
from tests.city.indicators.real import file
from tests.repository.load.makers import counts, loaded_by, stored

SOAK = (pytest.mark.soak,)


def frame(path: Path, **options: object) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, **options)  # type: ignore[call-overload,no-any-return]


def head(path: Path, folder: Path, rows: int) -> Path:
    """The first rows of a file: whole files are for the long run."""
    part = folder / "part"
    with gzip.open(path, "rb") as whole:
        part.write_bytes(b"".join(islice(whole, rows + 1)))
    return part


def off(times: pd.Series, zone: str) -> tuple[int, int]:
    """How many local times are ambiguous, and how many don't exist."""
    local = pd.DatetimeIndex(pd.to_datetime(times[times.str.strip() != ""]))
    ambiguous = local.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward").isna().sum()
    missing = local.tz_localize(zone, ambiguous=[True] * len(local), nonexistent="NaT").isna().sum()
    return int(ambiguous), int(missing)


def test_boston_s_tickets(engine: Engine) -> None:
    path = file("feedback/boston_311_2011H2.csv.gz")
    raw = frame(path)
    report = loaded_by(engine, "boston", path)
    assert counts(report) == (58_251, 58_251, 0, 0, 0) == (len(raw), raw.case_enquiry_id.nunique(), 0, 0, 0)
    around = [off(raw[c], "America/New_York") for c in ("open_dt", "target_dt", "closed_dt")]
    assert (report.ambiguous, report.missing) == tuple(map(sum, zip(*around, strict=True)))
    status = dict(stored(engine, "select status, count(*) from repository.feedback group by 1"))
    assert status == {"closed": 54_570, "received": 3_681}
    empty = stored(engine, "select count(*) from repository.feedback where place_code is null")[0][0]
    assert empty == (raw.neighborhood.str.strip() == "").sum() > 0


def test_new_york_s_tickets(engine: Engine) -> None:
    path = file("feedback/nyc_311_animals_2025Q1.csv.gz")
    raw = frame(path)
    assert counts(loaded_by(engine, "nyc", path)) == (4_969, 4_969, 0, 0, 0)
    first, last = stored(engine, "select min(received_at), max(received_at) from repository.feedback")[0]
    opened = pd.to_datetime(raw["Created Date"], format="%m/%d/%Y %H:%M").dt.tz_localize("America/New_York")
    assert (first, last) == (opened.min(), opened.max())


def test_montgomery_s_calls(engine: Engine) -> None:
    path = file("public_order/montgomery_pa_911_noheader.csv.gz")
    raw = frame(path, header=None)
    keys = raw[[3, 2, 5]].drop_duplicates()
    assert counts(loaded_by(engine, "montgomery", path)) == (3_051, len(keys), 0, 3_051 - len(keys), 0)
    fires = stored(engine, "select count(*) from repository.event where category = 'fire'")[0][0]
    assert fires == keys[2].str.startswith("Fire:").sum()


def test_chicago_s_crimes(engine: Engine) -> None:
    path = file("public_order/chicago_crimes_2015-01-23_02-08.csv.gz")
    raw = frame(path)
    assert counts(loaded_by(engine, "chicago", path)) == (9_999, 9_999, 0, 0, 0)
    codes = {c for (c,) in stored(engine, "select attributes ->> 'iucr' from repository.event")}
    assert len(codes) > 100 and codes <= {c.lstrip("0") or c for c in raw.IUCR} | set(raw.IUCR)


def test_a_dutch_town_s_permits(engine: Engine) -> None:
    path = file("admin_services/nl_wabo_permit_receipt_events.csv.gz")
    raw = frame(path)
    start, end = (pd.to_datetime(raw[c], format="ISO8601", utc=True) for c in ("case:startdate", "case:enddate"))
    wrong = end < start
    good = raw[~wrong]["case:concept:name"].nunique()
    report = loaded_by(engine, "permits", path)
    assert counts(report) == (8_577, good, 0, 8_577 - good - wrong.sum(), wrong.sum())
    late = stored(engine, "select count(*) from repository.administrative_case where completed_at > due_at")[0][0]
    cases = pd.DataFrame({"case": raw["case:concept:name"], "end": end})[~wrong]
    cases["due"] = pd.to_datetime(raw["case:deadline"], format="ISO8601", utc=True)
    last = cases.groupby("case").last()
    assert late == (last.end > last.due).sum() > 300


def test_hanoi_s_air_with_its_marks_and_sentinels(engine: Engine) -> None:
    paths = [file(f"environment/hanoi_airnow_pm25_{year}.csv.gz") for year in range(2016, 2021)]
    raw = pd.concat([frame(p) for p in paths])
    marked = raw["QC Name"].isin(["Invalid", "Suspect"])
    value = raw["Raw Conc."].astype(float)
    good = raw[~marked & (value >= -50)]
    keys = good[["Year", "Month", "Day", "Hour"]].astype(int).drop_duplicates()
    report = loaded_by(engine, "hanoi", *paths)
    assert counts(report) == (len(raw), len(keys), 0, len(good) - len(keys), len(raw) - len(good))
    units = stored(engine, "select distinct unit from repository.observation")
    assert units == [("µg/m³",)]


@pytest.mark.parametrize("rows", [60_000, pytest.param(546_079, marks=SOAK)])
def test_vietnam_s_stations_and_their_air(engine: Engine, tmp_path: Path, rows: int) -> None:
    stations = file("environment/vietnam_aqiin_stations.csv")
    assert counts(loaded_by(engine, "vietnam_stations", stations)) == (263, 263, 0, 0, 0)
    path = file("environment/vietnam_aqiin_measurements_2026-05.parquet")
    raw = pd.read_parquet(path).head(rows)
    raw.to_parquet(tmp_path / "part")
    assert counts(loaded_by(engine, "vietnam_air", tmp_path / "part")) == (rows, rows, 0, 0, 0)
    found = dict(stored(engine, "select metric, sum(value) from repository.observation group by 1"))
    theirs = raw.groupby("parameter").value.sum().rename({"pm25": "pm2_5", "temp": "temperature", "hum": "humidity"})
    assert found == pytest.approx(theirs.to_dict(), rel=1e-9)


@pytest.mark.parametrize("rows", [4_000, pytest.param(52_779, marks=SOAK)])
def test_dublin_s_noise_a_column_a_monitor(engine: Engine, tmp_path: Path, rows: int) -> None:
    path = head(file("environment/dublin_noise_2015_2021_hourly.tsv.gz"), tmp_path, rows)
    raw = frame(path, sep="\t")
    cells = raw.filter(like="laeq_")
    report = loaded_by(engine, "dublin", path)
    there = int((cells != "").sum().sum())
    assert counts(report) == (cells.size, there, 0, 0, cells.size - there)
    assert (report.ambiguous, report.missing) == off(raw.datetime, "Europe/Dublin")
    assert stored(engine, "select count(distinct sensor_id) from repository.observation") == [(9,)]


def test_a_gauge_in_feet_without_its_filled_gaps(engine: Engine) -> None:
    path = file("environment/usgs_01581752_plumtree_run_2018_5min.csv.gz")
    raw = frame(path)
    measured = raw[raw["USGS:01581752:00065:00000_qualifiers"] != "hf.missing"]["USGS:01581752:00065:00000"].astype(
        float
    )
    assert counts(loaded_by(engine, "gauge", path)) == (len(raw), len(measured), 0, 0, len(raw) - len(measured))
    top = stored(engine, "select max(value), min(unit) from repository.observation")[0]
    assert top == (pytest.approx(measured.max() * 0.3048, rel=1e-12), "m")


def test_montreal_s_weather_by_the_clock_that_was_read(engine: Engine) -> None:
    path = file("environment/montreal_weather_2012_hourly.csv.gz")
    raw = frame(path)
    report = loaded_by(engine, "montreal", path)
    assert (report.ambiguous, report.missing) == off(raw["Date/Time"], "America/Montreal") == (1, 1)
    assert (report.read, report.unchanged, report.rejected) == (3 * len(raw), 3, 0)


@pytest.mark.parametrize("rows", [288, pytest.param(2_016, marks=SOAK)])
def test_los_angeles_loops_that_have_no_time_column(engine: Engine, tmp_path: Path, rows: int) -> None:
    path = head(file("traffic/metr_la_speed_week_5min.csv.gz"), tmp_path, rows)
    raw = pd.read_csv(path)
    assert counts(loaded_by(engine, "loops", path)) == (raw.size, raw.size, 0, 0, 0)
    found = stored(
        engine, "select sum(value), max(observed_at) at time zone 'America/Los_Angeles' from repository.observation"
    )
    assert found[0][0] == pytest.approx(raw.to_numpy().sum() * 1.609344, rel=1e-9)
    assert found[0][1] == datetime(2012, 2, 29, 23, 55) + rows * timedelta(minutes=5)  # noqa: DTZ001  local time


def test_manchester_s_casualties_as_collisions(engine: Engine) -> None:
    path = file("traffic/greater_manchester_road_casualties_2019_2024.csv.gz")
    assert counts(loaded_by(engine, "casualties", path)) == (20_435, 15_645, 0, 4_790, 0)


def test_emergency_departments_of_england_by_month(engine: Engine) -> None:
    path = file("health/nhs_england_ae_attendances_monthly.csv.gz")
    raw = frame(path)
    assert counts(loaded_by(engine, "emergency_departments", path)) == (2 * len(raw), 2 * len(raw), 0, 0, 0)


@pytest.mark.parametrize("rows", [60, pytest.param(12_681, marks=SOAK)])
def test_dengue_before_1990_is_refused(engine: Engine, tmp_path: Path, rows: int) -> None:
    path = head(file("health/opendengue_vietnam_v1_3.csv.gz"), tmp_path, rows)
    raw = frame(path)
    old = (raw.calendar_end_date <= "1990-01-01").sum()
    report = loaded_by(engine, "dengue", path)
    assert report.rejected == old > 0
    assert {r.reason.rpartition(" is ")[2] for r in rejected(engine, limit=1000)} == {"before 1990"}


def test_the_places_of_hue_with_their_boundaries(engine: Engine) -> None:
    path = file("admin_hue/hue_40_units_simplified150m.geojson")
    assert counts(loaded_by(engine, "places", path)) == (40, 40, 0, 0, 0)
    found = stored(
        engine, "select count(*), sum(area_km2) from repository.place where geometry ->> 'type' = 'MultiPolygon'"
    )
    assert found == [(40, pytest.approx(4947.14))]
